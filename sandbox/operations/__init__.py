"""The API operations (接口), one handler each, in a registry that the server looks names up in."""

from sandbox.operations.call import Call, Handler
from sandbox.operations.messages import query_send_details, query_send_statistics
from sandbox.operations.paper_applications import (
    create_sms_app_icp_record,
    create_sms_authorization_letter,
    create_sms_trademark,
)
from sandbox.operations.papers import (
    query_single_sms_qualification,
    query_sms_app_icp_record,
    query_sms_authorization_letter,
    query_sms_qualification_record,
    query_sms_trademark,
)
from sandbox.operations.rebinding import change_signature_qualification
from sandbox.operations.sending import send_batch_sms, send_sms
from sandbox.operations.signatures import (
    create_sms_sign,
    delete_sms_sign,
    get_sms_sign,
    query_sms_sign_list,
    update_sms_sign,
)
from sandbox.operations.templates import (
    create_sms_template,
    delete_sms_template,
    get_sms_template,
    query_sms_template_list,
    update_sms_template,
)

OPERATIONS: dict[str, Handler] = {
    "CreateSmsSign": create_sms_sign,
    "UpdateSmsSign": update_sms_sign,
    "DeleteSmsSign": delete_sms_sign,
    "ChangeSignatureQualification": change_signature_qualification,
    "GetSmsSign": get_sms_sign,
    "QuerySmsSignList": query_sms_sign_list,
    "QuerySingleSmsQualification": query_single_sms_qualification,
    "QuerySmsQualificationRecord": query_sms_qualification_record,
    "QuerySmsAuthorizationLetter": query_sms_authorization_letter,
    "QuerySmsTrademark": query_sms_trademark,
    "QuerySmsAppIcpRecord": query_sms_app_icp_record,
    "CreateSmsAuthorizationLetter": create_sms_authorization_letter,
    "CreateSmsTrademark": create_sms_trademark,
    "CreateSmsAppIcpRecord": create_sms_app_icp_record,
    "CreateSmsTemplate": create_sms_template,
    "UpdateSmsTemplate": update_sms_template,
    "DeleteSmsTemplate": delete_sms_template,
    "GetSmsTemplate": get_sms_template,
    "QuerySmsTemplateList": query_sms_template_list,
    "SendSms": send_sms,
    "SendBatchSms": send_batch_sms,
    "QuerySendDetails": query_send_details,
    "QuerySendStatistics": query_send_statistics,
}

__all__ = ["OPERATIONS", "Call", "Handler"]
