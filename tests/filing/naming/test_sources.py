from typing import Any

import pytest

from filing.naming import check_application, check_changes, verdict
from filing.vocabulary import SignatureSource
from tests.filing.builders import application
from tests.filing.naming.names import findings, only, told

LETTER: dict[str, Any] = {"third_party": True}
TRADEMARK: dict[str, Any] = {"source": SignatureSource.TRADEMARK}
APP: dict[str, Any] = {"source": SignatureSource.APP}


@pytest.mark.parametrize(
    ("fields", "paper"),
    [(LETTER, "authorization_letter_id"), (TRADEMARK, "trademark_id"), (APP, "app_icp_record_id")],
)
def test_a_paper_that_is_needed_is_asked_for(fields: dict[str, Any], paper: str) -> None:
    [missing] = [found for found in findings("云杉科技", **fields) if found.code == "PAPER_MISSING"]

    assert (missing.field, missing.severity) == (paper, "reject")
    assert verdict(findings("云杉科技", **fields, **{paper: 1})) != "reject"


@pytest.mark.parametrize(("fields", "paper"), [(TRADEMARK, "trademark_id"), (APP, "app_icp_record_id")])
def test_the_owner_of_a_paper_is_said_to_be_unchecked(fields: dict[str, Any], paper: str) -> None:
    [note] = [found for found in findings("云杉优选", **fields, **{paper: 7}) if found.code == "OWNER_NOT_CHECKED"]

    assert (note.field, note.part, note.severity) == (paper, "7", "ok")
    assert "not checked" in note.rule


@pytest.mark.parametrize("source", [source for source in SignatureSource if source.retired])
def test_a_retired_source_is_refused_with_the_one_to_take(source: SignatureSource) -> None:
    found = only("云杉科技", source=source)

    assert (found.code, found.field, found.severity) == ("SOURCE_RETIRED", "source", "reject")
    assert "ENTERPRISE_NAME" in found.advice


def test_the_sources_that_do_worse_say_so() -> None:
    assert verdict(findings("云杉优选", **TRADEMARK, trademark_id=7)) == "ok"
    assert ("SOURCE_SLOWER", "ok") in told("云杉优选", **TRADEMARK, trademark_id=7)
    [ending] = [found for found in findings("云杉优选", **APP, app_icp_record_id=7) if found.severity == "warn"]
    assert "2026-04-27" in ending.rule
    assert ("SOURCE_SLOWER", "ok") in told("云杉优选", **APP, app_icp_record_id=7)
    assert told("云杉科技") == [], "the recommended one is filed as fast as any"


def test_the_recommended_source_with_a_good_name_leaves_nothing_to_say() -> None:
    assert told("云杉科技") == []


@pytest.mark.parametrize(
    ("source", "grade"),
    [("ENTERPRISE_NAME", "高"), ("TRADEMARK", "中"), ("APP", "中"), ("WEBSITE", ""), ("UNKNOWN", "")],
)
def test_the_recommendation_is_that_of_the_help_page(source: str, grade: str) -> None:
    assert SignatureSource(source).recommendation == grade


def test_of_an_adopted_signature_what_nobody_knows_is_not_judged() -> None:
    unknown = application("别的名字", source=SignatureSource.UNKNOWN, company_name="未知", qualification_id=None)

    assert check_application(unknown) == []
    assert check_application(application("别的名字", company_name="未知")) == []


def test_an_edit_is_checked_for_what_it_can_break() -> None:
    assert check_changes(application("雲杉 test")) != check_application(application("雲杉 test"))
    assert [f.code for f in check_changes(application(company_name="上海青禾教育有限公司"))] == ["NAME_NOT_OF_COMPANY"]
    assert [f.code for f in check_changes(application(source="WEBSITE"))] == ["SOURCE_RETIRED"]
    assert [f.code for f in check_changes(application(third_party=True))] == ["PAPER_MISSING"]
    assert check_changes(application()) == []
