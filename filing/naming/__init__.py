"""How a signature (签名) may be called, and what its source (签名来源) needs.

Sources: help page, step 2 (签名内容要求); ``CreateSmsSign`` of Dysmsapi 2017-05-25 and the naming page (签名规范) that
it refers to. All breaches are reported at once; what is only risky warns, and what could not be checked is noted.
"""

from filing.naming.checking import check_application, check_changes, check_name, check_wording
from filing.naming.findings import Verdict, verdict
from filing.naming.spelling import LENGTH_CONTESTED, LENGTH_MAX, LENGTH_MIN

__all__ = [
    "LENGTH_CONTESTED",
    "LENGTH_MAX",
    "LENGTH_MIN",
    "Verdict",
    "check_application",
    "check_changes",
    "check_name",
    "check_wording",
    "verdict",
]
