"""What people say of existing signatures (存量签名), by option and by file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli.exits import CliError, Exit
from cli.facts import Facts, read_facts
from cli.problems import InputError
from filing.vocabulary import SignatureSource, SignatureType
from tests.filing.test_existing import existing

Write = Callable[[str, str], Path]


def read(**fields: Any) -> Facts:
    return read_facts(**{"source": None, "sign_type": None, "company": None, "file": None, **fields})


@pytest.mark.parametrize("typed", ["TRADEMARK", "trademark", " 已注册商标名 "])
def test_a_source_is_named_by_its_value_or_its_chinese_word(typed: str) -> None:
    assert read(source=typed).source is SignatureSource.TRADEMARK


def test_a_retired_source_may_be_the_truth() -> None:
    assert read(source="公众号或小程序").source is SignatureSource.PUBLIC_ACCOUNT


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ({"source": "TRADEMRK"}, "--source: expected one of .*did you mean TRADEMARK?"),
        ({"source": "UNKNOWN"}, "--source: expected one of"),
        ({"source": "未知"}, "--source: expected one of"),
        ({"sign_type": "OTP"}, "--type: expected one of GENERAL .通用., VERIFICATION .验证码."),
    ],
)
def test_a_word_that_is_none_is_told_with_those_there_are(option: dict[str, str], told: str) -> None:
    with pytest.raises(CliError, match=told) as failed:
        read(**option)

    assert failed.value.code == Exit.UNREADABLE


def test_options_fill_what_the_platform_does_not_tell_and_a_file_goes_before_all(write: Write) -> None:
    file = write(
        "known.yaml", "- sign_name: 云杉优选\n  source: APP\n  company_name: 别的公司\n  needed_by: 2026-05-01\n"
    )
    facts = read(source="TRADEMARK", sign_type="GENERAL", company="某公司", file=file)

    told, bare = existing(), existing(sign_type=SignatureType.UNKNOWN, qualification=None)

    assert facts.of(told) == {"source": SignatureSource.TRADEMARK}
    assert facts.of(bare) == {
        "source": SignatureSource.TRADEMARK,
        "sign_type": SignatureType.GENERAL,
        "company_name": "某公司",
    }
    assert facts.of(existing(sign_name="云杉优选")) == {
        "source": "APP",
        "company_name": "别的公司",
        "needed_by": "2026-05-01",
    }


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("sign_name: 云杉科技\nsorce: APP", "sorce: unknown key; did you mean source?"),
        ("sign_name: 云杉科技\nsource: PAPER", "expected one of ENTERPRISE_NAME"),
        ("sign_name: 云杉科技\nsource: UNKNOWN", "source: 'UNKNOWN' stands for what is not known"),
        ("sign_name: 云杉科技\nqualification_id: null", "qualification_id: nothing stands for what is not known"),
        ("sign_name: 云杉科技\nsign_type: OTP", "sign_type: expected one of GENERAL (通用), VERIFICATION (验证码)"),
        ("source: APP", "sign_name: missing"),
        ("- sign_name: 云杉科技\n- sign_name: 云杉科技", "云杉科技 stands there twice"),
        ("- 云杉科技", "expected keys and values"),
        ("", "holds nothing"),
        ("[", "not valid YAML"),
    ],
)
def test_a_file_that_cannot_be_used_says_where_and_why(write: Write, text: str, told: str) -> None:
    with pytest.raises(InputError) as failed:
        read(file=write("known.yaml", text))

    assert failed.value.code == Exit.UNREADABLE
    assert failed.value.message.startswith("nothing was adopted:\n")
    assert told in failed.value.message
    assert "known.yaml" in failed.value.message


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read(file=tmp_path / "none.yaml")
