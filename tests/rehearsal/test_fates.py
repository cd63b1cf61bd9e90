import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehearsal.fates import HAPPY, cast, read_fates
from sandbox.fates import parse_fates
from sandbox.numbers import CARRIERS
from sandbox.reasons import REASON_TEXTS

FAILURES = ["QUALIFICATION_ERROR", "SIGNATURE_ERROR", "REGISTER_TIMEOUT"]

carrier_fates = st.one_of(
    st.just("ok"),
    st.just("silent"),
    st.sampled_from(FAILURES).map("fail:{}".format),
    st.integers(0, 300).map("days:{}".format),
)
fates = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(CARRIERS, carrier_fates),
        "review": st.sampled_from(["ok", "reject", "silent"]),
        "expiry": st.integers(1, 24).map("{}mo".format),
    },
)


def written(asked: dict[str, str]) -> list[str]:
    return [f"{key}={value}" for key, value in asked.items()]


def remark(asked: dict[str, str]) -> str:
    return f"用于通知 [sandbox {' '.join(written(asked))}]" if asked else "用于通知"


@given(fates, fates)
def test_nothing_is_left_open_and_what_was_asked_for_goes_before_the_remark(
    asked: dict[str, str], directed: dict[str, str]
) -> None:
    decided = cast(read_fates(written(asked)), remark(directed))

    assert decided.fates.keys() == HAPPY.keys()
    parse_fates(decided.fates)
    for key, value in decided.fates.items():
        followed = directed.get(key) if key != "expiry" else None
        assert value == asked.get(key, followed or HAPPY[key])
    assert decided.of_remark == {k: v for k, v in directed.items() if k not in asked and k != "expiry"}


@pytest.mark.parametrize("directive", ["expiry=25s", "expiry=6mo", "mobile=seconds:30"])
def test_what_a_remark_shortens_for_a_demo_is_left_out_and_named(directive: str) -> None:
    decided = cast({}, f"[sandbox {directive} telecom=silent]")

    assert decided.told == "telecom=silent"
    assert "=".join(*decided.left_out.items()) == directive


def test_a_directive_that_cannot_be_read_is_none_as_for_the_sandbox() -> None:
    assert cast({}, "[sandbox telecom=never]").fates == HAPPY


def test_a_life_without_any_wish_is_happy() -> None:
    assert cast(read_fates([]), "").told == cast(read_fates(["happy"]), "").told == "happy"


def test_happy_overrules_the_remark_and_an_explicit_fate_overrules_happy() -> None:
    decided = cast(read_fates(["telecom=silent", "happy"]), "[sandbox mobile=silent review=reject]")

    assert decided.told == "telecom=silent"


def test_the_same_fate_twice_is_one() -> None:
    assert read_fates(["unicom=silent", "unicom=silent"]) == {"unicom": "silent"}


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (["gloomy"], "'gloomy' is no fate"),
        (["telecom"], "'telecom' is no fate"),
        ([""], "'' is no fate"),
        (["railway=silent"], "railway=silent is not a fate the sandbox knows"),
        (["telecom=maybe"], "telecom=maybe is not ok"),
        (["telecom=fail:BAD_MOOD"], "telecom=fail:BAD_MOOD is not ok"),
        (["telecom=fail:DETECT_SUCCESS"], "no reason of a failure"),
        (["review=late"], "review=late"),
        (["expiry=soon"], "'soon' is not a span"),
    ],
)
def test_an_unknown_fate_is_refused_with_those_there_are(texts: list[str], told: str) -> None:
    with pytest.raises(ValueError, match="there are:") as refusal:
        read_fates(texts)

    words = str(refusal.value)
    assert told in words
    for possible in ("silent", "days:N", "fail:REASON", "review=reject", "expiry=SPAN", "happy", "lapse", *FAILURES):
        assert possible in words


def test_two_fates_of_one_carrier_are_refused() -> None:
    with pytest.raises(ValueError, match="unicom has two fates, ok and silent; keep one"):
        read_fates(["unicom=ok", "unicom=silent"])


def test_every_failure_that_is_offered_is_one_that_the_sandbox_knows() -> None:
    with pytest.raises(ValueError, match="there are:") as refusal:
        read_fates(["?"])

    offered = {word.strip(",") for word in str(refusal.value).split() if word.strip(",").isupper() and "_" in word}
    assert offered == REASON_TEXTS.keys() - {"NON_REGISTER", "REGISTERING", "DETECTING", "DETECT_SUCCESS"}
    for code in offered:
        assert read_fates([f"mobile=fail:{code}"]) == {"mobile": f"fail:{code}"}
