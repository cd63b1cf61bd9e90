import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alibabacloud_dysmsapi20170525.models import CreateSmsSignRequest, UpdateSmsSignRequest

from filing.application import SignatureApplication
from filing.vocabulary import SignatureSource
from gateway.errors import RefusedError
from gateway.signing import sign_parameters
from tests.gateway.builders import application

ROOT = Path(__file__).parents[2]


EVERY_PAPER = application(
    source=SignatureSource.APP,
    third_party=True,
    authorization_letter_id=800001,
    trademark_id=700001,
    app_icp_record_id=600001,
    app_link="https://example.com/app",
    remark="登录验证码",
    supporting_files=("123/a.png", "123/b.png"),
)


def test_only_what_is_sent_is_named() -> None:
    assert sign_parameters(application(app_link="https://example.com/app")) == {
        "SignName": "云杉科技",
        "SignSource": 0,
        "SignType": 1,
        "ThirdParty": False,
        "QualificationId": 900001,
    }


def test_every_paper_goes_by_the_platforms_name() -> None:
    assert sign_parameters(EVERY_PAPER) == {
        "SignName": "云杉科技",
        "SignSource": 2,
        "SignType": 1,
        "ThirdParty": True,
        "QualificationId": 900001,
        "AuthorizationLetterId": 800001,
        "TrademarkId": 700001,
        "AppIcpRecordId": 600001,
        "ApplySceneContent": "https://example.com/app",
        "MoreData": ["123/a.png", "123/b.png"],
        "Remark": "登录验证码",
    }


@pytest.mark.parametrize("request_type", [CreateSmsSignRequest, UpdateSmsSignRequest])
@pytest.mark.parametrize("handed_in", [application(), EVERY_PAPER])
def test_the_sdk_knows_every_name(request_type: Any, handed_in: SignatureApplication) -> None:
    parameters = sign_parameters(handed_in)

    assert request_type().from_map(parameters).to_map() == parameters


@pytest.mark.parametrize("source", [source for source in SignatureSource if source.retired])
def test_retired_sources_are_refused(source: SignatureSource) -> None:
    with pytest.raises(RefusedError, match=source.label) as caught:
        sign_parameters(application(source=source))

    assert "企事业单位名" in caught.value.advice


@pytest.mark.parametrize(("sign_type", "number"), [("VERIFICATION", 0), ("GENERAL", 1)])
def test_the_type_goes_by_its_number(sign_type: str, number: int) -> None:
    assert sign_parameters(application(sign_type=sign_type))["SignType"] == number


@pytest.mark.parametrize(
    ("unknown", "field"),
    [({"source": "UNKNOWN"}, "source"), ({"sign_type": "UNKNOWN"}, "sign_type"), ({"qualification_id": None}, "qual")],
)
def test_nothing_is_sent_that_nobody_knows(unknown: dict[str, Any], field: str) -> None:
    with pytest.raises(RefusedError, match=f"{field}.*unknown") as caught:
        sign_parameters(application(**unknown))

    assert f"--set {field}" in caught.value.advice


def test_a_company_that_nobody_knows_is_not_sent_anyway() -> None:
    assert sign_parameters(application(company_name="未知")) == sign_parameters(application())


def test_the_sdk_is_not_loaded() -> None:
    loaded = "import sys, gateway.signing; print(*(name.partition('.')[0] for name in sys.modules))"

    done = subprocess.run([sys.executable, "-c", loaded], cwd=ROOT, capture_output=True, text=True, check=True)

    assert "gateway" in done.stdout.split()
    assert not {"alibabacloud_dysmsapi20170525", "darabonba", "Tea", "aiohttp"} & set(done.stdout.split())
