"""The API operations (接口), one handler each, in a registry that the server looks names up in."""

from sandbox.operations import messages, paper_applications, papers, rebinding, sending, signatures, templates
from sandbox.operations.call import Call, Handler

OPERATIONS: dict[str, Handler] = {
    "CreateSmsSign": signatures.create_sms_sign,
    "UpdateSmsSign": signatures.update_sms_sign,
    "DeleteSmsSign": signatures.delete_sms_sign,
    "ChangeSignatureQualification": rebinding.change_signature_qualification,
    "GetSmsSign": signatures.get_sms_sign,
    "QuerySmsSignList": signatures.query_sms_sign_list,
    "QuerySingleSmsQualification": papers.query_single_sms_qualification,
    "QuerySmsQualificationRecord": papers.query_sms_qualification_record,
    "QuerySmsAuthorizationLetter": papers.query_sms_authorization_letter,
    "QuerySmsTrademark": papers.query_sms_trademark,
    "QuerySmsAppIcpRecord": papers.query_sms_app_icp_record,
    "CreateSmsAuthorizationLetter": paper_applications.create_sms_authorization_letter,
    "CreateSmsTrademark": paper_applications.create_sms_trademark,
    "CreateSmsAppIcpRecord": paper_applications.create_sms_app_icp_record,
    "CreateSmsTemplate": templates.create_sms_template,
    "UpdateSmsTemplate": templates.update_sms_template,
    "DeleteSmsTemplate": templates.delete_sms_template,
    "GetSmsTemplate": templates.get_sms_template,
    "QuerySmsTemplateList": templates.query_sms_template_list,
    "SendSms": sending.send_sms,
    "SendBatchSms": sending.send_batch_sms,
    "QuerySendDetails": messages.query_send_details,
    "QuerySendStatistics": messages.query_send_statistics,
}

__all__ = ["OPERATIONS", "Call", "Handler"]
