"""The reason codes (ReasonCode) that GetSmsSign reports per carrier, with the sandbox's text for each.

The codes are the fifteen of the API reference of GetSmsSign; a real answer may carry other texts, or none.
"""

from collections.abc import Mapping

REASON_TEXTS: Mapping[str, str] = {
    "UNBINDING_QUA": "签名未关联资质",
    "BINDING_INCOMPLETE_QUA": "关联资质信息不全",
    "NON_REGISTER": "未发起报备",
    "REGISTERING": "签名报备中",
    "DETECTING": "未发起探测或探测中",
    "DETECT_SUCCESS": "报备成功",
    "QUALIFICATION_ERROR": "资质信息与工信注册信息不一致",
    "SIGNATURE_ERROR": "签名不符合运营商实名规范",
    "SIGNATURE_QUALIFICATION_ERROR": "签名与资质关系不符",
    "ONE_CODE_MULTIPLE_SIGN": "扩展码已绑定其他签名",
    "OTHERS_ERROR": "运营商侧其他原因",
    "REGISTER_TIMEOUT": "报备任务超时",
    "NO_SEND_RECORD": "签名超过6个月无发送记录",
    "EXT_CODE_RECYCLE": "扩展码收回",
    "SUBPORT_RECYCLE": "子端口被运营商治理",
}
