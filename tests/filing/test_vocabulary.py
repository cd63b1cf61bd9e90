import pytest

from filing.vocabulary import Carrier, CarrierStatus, Phase, ReasonCode, ReviewStatus, SignatureSource, SignatureType

# SignIspRegisterDetailList[].RegisterStatus and SignStatus of GetSmsSign, with the console's words.
REGISTER_STATUS = {-2: "未报备", -1: "报备中", 0: "报备失败", 1: "已报备待验证", 2: "报备失效", 3: "报备成功"}
SIGN_STATUS = {0: "审核中", 1: "审核通过", 2: "审核不通过", 10: "已取消"}

# The help page's own words for why a filing failed or lapsed.
REASONS = {
    "QUALIFICATION_ERROR": "关联资质信息有误导致报备失败",
    "SIGNATURE_ERROR": "签名不符合运营商签名实名规范要求",
    "REGISTER_TIMEOUT": "运营商无法报备或报备任务已超时",
    "OTHERS_ERROR": "其他原因",
    "NO_SEND_RECORD": "签名超过6个月无发送记录",
    "EXT_CODE_RECYCLE": "扩展码收回",
    "SUBPORT_RECYCLE": "运营商签名合规治理",
}


@pytest.mark.parametrize(("code", "label"), REGISTER_STATUS.items())
def test_register_status_by_its_console_word(code: int, label: str) -> None:
    assert CarrierStatus.from_platform(code).label == label


@pytest.mark.parametrize(("code", "label"), SIGN_STATUS.items())
def test_sign_status_by_its_console_word(code: int, label: str) -> None:
    assert ReviewStatus.from_platform(code).label == label


@pytest.mark.parametrize(("code", "label"), REASONS.items())
def test_a_reason_by_its_words_on_the_help_page(code: str, label: str) -> None:
    assert ReasonCode(code).label == label


@pytest.mark.parametrize("code", [-3, 4, 10, 99])
def test_an_undocumented_register_status_is_not_guessed(code: int) -> None:
    assert CarrierStatus.from_platform(code) is CarrierStatus.UNKNOWN


@pytest.mark.parametrize("code", [-1, 3, 11])
def test_an_undocumented_sign_status_is_not_guessed(code: int) -> None:
    assert ReviewStatus.from_platform(code) is ReviewStatus.UNKNOWN


def test_rounds_follow_what_is_being_filed_and_nothing_else() -> None:
    assert {status for status in CarrierStatus if status.starts_round} == {
        CarrierStatus.REGISTERING,
        CarrierStatus.PENDING_VERIFICATION,
    }


def test_every_word_has_a_label_of_its_own() -> None:
    for words in (Carrier, CarrierStatus, ReviewStatus, Phase, ReasonCode, SignatureSource, SignatureType):
        labels = [word.label for word in words]
        assert all(labels)
        assert len(set(labels)) == len(labels)


def test_only_a_released_or_deleted_filing_is_over() -> None:
    assert {phase for phase in Phase if phase.closed} == {Phase.RELEASED, Phase.DELETED}


def test_the_sources_that_the_platform_still_takes_and_the_one_that_nobody_knows() -> None:
    assert {source for source in SignatureSource if not source.retired} - {SignatureSource.UNKNOWN} == {
        SignatureSource.ENTERPRISE_NAME,
        SignatureSource.TRADEMARK,
        SignatureSource.APP,
    }
