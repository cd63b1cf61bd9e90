import pytest
from hypothesis import given
from hypothesis import strategies as st

from filing.naming import check_name, check_wording, verdict
from filing.naming.findings import note, reject, warn
from filing.snapshot import Finding
from filing.vocabulary import SignatureSource
from tests.filing.naming.names import spoilers, told

ok, risky, wrong = note("A", "", "", ""), warn("B", "", "", ""), reject("C", "", "", "")


def test_all_breaches_are_told_at_once() -> None:
    found = told("测试 (内部使用的一个很长很长的名字)!!", source=SignatureSource.WEBSITE, third_party=True)

    assert [code for code, _ in found] == [
        *("NAME_LENGTH", "NAME_SPACES", "NAME_BRACKETS", "NAME_CHARACTERS", "NAME_TEST"),
        *("SOURCE_RETIRED", "PAPER_MISSING"),
    ]


@pytest.mark.parametrize(
    ("findings", "worst"),
    [([], "ok"), ([ok], "ok"), ([ok, risky], "warn"), ([risky, ok], "warn"), ([ok, wrong, risky], "reject")],
)
def test_the_verdict_is_the_worst_severity(findings: list[Finding], worst: str) -> None:
    assert verdict(findings) == worst


@given(st.text(st.one_of(spoilers(), st.characters())), st.text(), st.sampled_from(SignatureSource))
def test_whatever_is_written_is_judged_and_every_finding_says_what_to_do(
    name: str, company: str, source: SignatureSource
) -> None:
    for found in check_wording(name, source=source, company=company):
        assert found.severity in ("ok", "warn", "reject")
        assert found.rule
        assert found.advice
        assert len(found.part) < 2000


def test_half_a_surrogate_pair_is_only_refused() -> None:
    """JSON may hold one."""
    assert "NAME_CHARACTERS" in [found.code for found in check_name("云杉\ud800")]
