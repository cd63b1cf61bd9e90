"""Signatures against the platform's published examples and against another implementation."""

from types import SimpleNamespace

from alibabacloud_tea_openapi.utils import Utils
from hypothesis import given
from hypothesis import strategies as st

from sandbox.signing import acs3_signature, rpc_signature, rpc_string_to_sign

EMPTY_BODY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
values = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
# The SDK does not encode names in version 3, as the reference has it; no parameter's name is changed by that.
plain_names = st.from_regex(r"[A-Za-z][A-Za-z0-9._]{0,7}", fullmatch=True)
parameters = st.dictionaries(names.filter(lambda name: name != "Signature"), values, max_size=6)


def test_the_example_of_the_version_3_reference() -> None:
    headers = {
        "host": "ecs.cn-shanghai.aliyuncs.com",
        "x-acs-action": "RunInstances",
        "x-acs-content-sha256": EMPTY_BODY,
        "x-acs-date": "2023-10-26T10:22:32Z",
        "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
        "x-acs-version": "2014-05-26",
    }
    signature = acs3_signature(
        method="POST",
        path="/",
        query=[("RegionId", "cn-shanghai"), ("ImageId", "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd")],
        headers=headers,
        signed_headers=sorted(headers),
        body=b"",
        secret="YourAccessKeySecret",
    )
    assert signature == "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"


def test_the_example_of_the_sms_reference_for_version_1() -> None:
    to_sign = rpc_string_to_sign(
        "GET",
        {
            "Signature": "zJDF+Lrzhj/ThnlvIToysFRq6t4=",
            "AccessKeyId": "testId",
            "Action": "SendSms",
            "Format": "XML",
            "OutId": "123",
            "PhoneNumbers": "15300000001",
            "RegionId": "cn-hangzhou",
            "SignName": "阿里云短信测试专用",
            "SignatureMethod": "HMAC-SHA1",
            "SignatureNonce": "45e25e9b-0a6f-4070-8c85-2956eda1b466",
            "SignatureVersion": "1.0",
            "TemplateCode": "SMS_71390007",
            "TemplateParam": '{"customer":"test"}',
            "Timestamp": "2017-07-12T02:42:19Z",
            "Version": "2017-05-25",
        }.items(),
    )
    assert to_sign == (
        "GET&%2F&AccessKeyId%3DtestId%26Action%3DSendSms%26Format%3DXML%26OutId%3D123%26PhoneNumbers%3D15300000001"
        "%26RegionId%3Dcn-hangzhou%26SignName%3D%25E9%2598%25BF%25E9%2587%258C%25E4%25BA%2591%25E7%259F%25AD%25E4%25BF"
        "%25A1%25E6%25B5%258B%25E8%25AF%2595%25E4%25B8%2593%25E7%2594%25A8%26SignatureMethod%3DHMAC-SHA1"
        "%26SignatureNonce%3D45e25e9b-0a6f-4070-8c85-2956eda1b466%26SignatureVersion%3D1.0%26TemplateCode"
        "%3DSMS_71390007%26TemplateParam%3D%257B%2522customer%2522%253A%2522test%2522%257D%26Timestamp"
        "%3D2017-07-12T02%253A42%253A19Z%26Version%3D2017-05-25"
    )
    assert rpc_signature(to_sign, "testSecret") == "zJDF+Lrzhj/ThnlvIToysFRq6t4="


def test_the_example_of_the_common_reference_for_version_1() -> None:
    to_sign = rpc_string_to_sign(
        "GET",
        {
            "Timestamp": "2016-02-23T12:46:24Z",
            "Format": "XML",
            "AccessKeyId": "testid",
            "Action": "DescribeRegions",
            "SignatureMethod": "HMAC-SHA1",
            "SignatureNonce": "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf",
            "Version": "2014-05-26",
            "SignatureVersion": "1.0",
        }.items(),
    )
    assert rpc_signature(to_sign, "testsecret") == "OLeaidS1JvxuMvnyHOwuJ+uX5qY="


@given(parameters=parameters, secret=values, method=st.sampled_from(["GET", "POST"]))
def test_version_1_agrees_with_the_sdk(parameters: dict[str, str], secret: str, method: str) -> None:
    ours = rpc_signature(rpc_string_to_sign(method, parameters.items()), secret)
    assert ours == Utils.get_rpcsignature(parameters, method, secret)


@given(
    query=st.dictionaries(plain_names, values, max_size=6),
    secret=values,
    nonce=st.from_regex(r"[0-9a-f]{8}", fullmatch=True),
)
def test_version_3_agrees_with_the_sdk(query: dict[str, str], secret: str, nonce: str) -> None:
    headers = {"host": "127.0.0.1:8790", "x-acs-signature-nonce": nonce, "accept": "application/json"}
    request = SimpleNamespace(method="POST", pathname="/", query=query, headers=headers)
    theirs = Utils.get_authorization(request, "ACS3-HMAC-SHA256", EMPTY_BODY, "key", secret)
    ours = acs3_signature(
        method="POST",
        path="/",
        query=query.items(),
        headers=headers,
        signed_headers=sorted(headers),
        body=b"",
        secret=secret,
    )
    assert theirs.endswith(f",Signature={ours}")
