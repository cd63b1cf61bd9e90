"""What the journal keeps, and how it is asked."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox import DEMO, AccessKey, SandboxServer
from sandbox.journal import cleaned, cleaned_text
from tests.sandbox.driver import MOBILE, Driver
from tests.sandbox.raw import Raw


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("PhoneNumbers", "13900000001,+8618600000001", "139****0001,+86186****0001"),
        ("PhoneNumbers", "1390, 2", "****, ****"),
        ("PhoneNumberJson", '["13900000001","18600000001"]', '["139****0001","186****0001"]'),
        ("TemplateParam", '{"phone":"13900000001","code":"1234"}', '{"phone":"139****0001","code":"1234"}'),
        ("AdminIDCardNo", "110101199003070011", "****"),
        ("Remark", "证件 11010119900307001X 号", "证件 **** 号"),
        ("CertifyCode", "123456", "****"),
        ("AccessKeySecret", "hush", "****"),
        ("SecurityToken", "hush", "****"),
        ("SignName", "云杉科技", "云杉科技"),
        ("BizId", "1772416800000000001^0", "1772416800000000001^0"),
        ("QualificationId", "900001", "900001"),
    ],
)
def test_what_is_kept_of_a_parameter(name: str, value: str, kept: str) -> None:
    assert cleaned({name: value}) == {name: kept}


@given(
    before=st.text(st.characters(exclude_categories=["N", "Cs"]), max_size=5),
    number=st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    after=st.text(st.characters(exclude_categories=["N", "Cs"]), max_size=5),
)
def test_no_phone_number_is_kept_wherever_it_stands(before: str, number: str, after: str) -> None:
    text = f"{before}{number}{after}"
    assert number not in cleaned_text(text)
    for name in ("Remark", "PhoneNumbers", "phone_list", text):
        assert not re.search(r"1[3-9][0-9]{9}", str(cleaned({name: text})))


async def test_it_is_asked_by_account_and_for_the_newest() -> None:
    keys = [
        AccessKey(id="one", secret="1"),
        AccessKey(id="two", secret="2"),
        AccessKey(id="2b", secret="2", account="two"),
    ]
    async with SandboxServer(pace=DEMO, accounts={}, keys=keys) as server:
        for key, secret in (("one", "1"), ("two", "2"), ("2b", "2")):
            driver = Driver(server, key, secret)
            await driver.create(f"云杉{key}")
            await driver.get(f"云杉{key}")

        async def asked(query: str) -> list[str]:
            entries = (await driver.control("GET", f"journal?{query}"))["entries"]
            return [f"{entry['operation']} {entry['parameters']['SignName']}" for entry in entries]

        assert await asked("account=one") == ["CreateSmsSign 云杉one", "GetSmsSign 云杉one"]
        assert await asked("account=two&operation=GetSmsSign") == ["GetSmsSign 云杉two", "GetSmsSign 云杉2b"]
        assert await asked("limit=1") == ["GetSmsSign 云杉2b"]
        assert await asked("account=two&limit=3") == (await asked("account=two&limit=99"))[1:]
        assert await asked("account=nobody") == []


@pytest.mark.parametrize("limit", ["0", "-1", "many", "1.5", ""])
async def test_a_limit_that_is_none(limit: str) -> None:
    async with SandboxServer(pace=DEMO) as server:
        answer = await Driver(server).control("GET", f"journal?limit={limit}", status=400)
        assert answer["error"].startswith("limit: ")


async def test_no_credential_ends_in_it_in_whatever_form_the_request_came() -> None:
    keys = [AccessKey(id="STS.1", secret="the-secret", token="the-token")]
    async with SandboxServer(pace=DEMO, accounts={}, keys=keys) as server:
        driver, raw = Driver(server), Raw(server)
        await raw.rpc(secret="the-secret", AccessKeyId="STS.1", SecurityToken="the-token")
        await raw.post(key="STS.1", secret="the-secret", x_acs_security_token="the-token")
        await raw.send("POST", f"/?Action=13900000001&SignName={MOBILE}&AccessKeySecret=the-secret", {}, b"")
        journal: dict[str, Any] = await driver.control("GET", "journal")
    assert len(journal["entries"]) == 3
    for hidden in ("the-secret", "the-token", 'STS.1": ', "Signature", "13900000001"):
        assert hidden not in str(journal)
