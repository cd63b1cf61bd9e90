import pytest

from filing.advice import advise
from filing.messages import Edit, Refile
from filing.objections import objection_to
from filing.record import ActionCode
from filing.review_words import MEANINGS, Rejection, meanings_of, told_meaning, unchanged_since
from filing.vocabulary import CarrierStatus, ReviewStatus
from tests.filing.builders import DAY, START, application, look
from tests.filing.edits import NEXT_ORDER, OLD, edit, filed, handed_in, shows


@pytest.mark.parametrize(
    ("words", "fields"),
    [
        ("营业执照图片不清晰，请重新上传", {"qualification_id", "supporting_files", "remark"}),
        ("授权委托书未包含该签名", {"authorization_letter_id"}),
        ("商标权利人与企业名称不符", {"trademark_id", "source"}),
        ("app应用商店截图无法查看", {"app_icp_record_id", "app_link", "source", "remark", "supporting_files"}),
        ("签名为中性词，无法识别企业", {"sign_name", "source"}),
        ("请补充业务场景说明", {"remark", "supporting_files"}),
    ],
)
def test_a_reviewers_words_name_the_fields_they_are_about(words: str, fields: set[str]) -> None:
    assert {field for meaning in meanings_of(words) for field in meaning.fields} == fields


@pytest.mark.parametrize("words", ["不通过", "", "see attachment"])
def test_words_that_nobody_understands_are_shown_as_they_came(words: str) -> None:
    assert not list(meanings_of(words))
    assert told_meaning(words) == words


@pytest.mark.parametrize("meaning", MEANINGS, ids=lambda meaning: meaning.words[0])
def test_each_meaning_tells_rule_and_proposal_beside_the_words(meaning: object) -> None:
    words = meaning.words[0]  # type: ignore[attr-defined]
    told = told_meaning(words)
    assert told.startswith(f"{words} (rule: ")
    assert "proposal: " in told


def test_an_application_is_the_same_again_only_in_what_the_refusal_was_about() -> None:
    refused = Rejection(application=application(remark="old"), words="请补充业务场景说明")

    assert unchanged_since(refused, application(remark="old", qualification_id=5)) == ("remark", "supporting_files")
    assert unchanged_since(refused, application(remark="new")) == ()
    vague = Rejection(application=application(), words="不通过")
    assert unchanged_since(vague, application(remark="anything else")) == ()
    assert "qualification_id" in unchanged_since(vague, application())


# In a filing


def test_a_rejected_signature_is_told_rule_and_proposal() -> None:
    state = filed(CarrierStatus.NOT_FILED)
    look(state, START + DAY, shows({}, review=ReviewStatus.REJECTED, review_text="营业执照不清晰"))

    (action,) = [action for action in state.actions if action.code is ActionCode.REVIEW_REJECTED]
    told = advise(action, "云杉科技", "acme")
    assert "营业执照不清晰 (rule: help page, step 1" in told.why
    assert "资质管理" in told.why


def test_the_same_again_is_stopped_once_and_goes_through_when_it_is_said_again() -> None:
    state = filed(CarrierStatus.NOT_FILED)
    look(state, START + DAY, shows({}, review=ReviewStatus.REJECTED, review_text="资质信息有误"))

    stopped = objection_to(state, Edit(set={"remark": "please"}), START + DAY)
    assert stopped is not None
    assert "资质信息有误; nothing has changed in qualification_id, supporting_files" in stopped.why
    assert stopped.command.endswith("--unchanged")
    assert objection_to(state, Refile(reason="again"), START + DAY) is not None

    meant = Edit(set={"remark": "please"}, unchanged=True)
    assert objection_to(state, meant, START + DAY) is None
    assert objection_to(state, Edit(set={"qualification_id": OLD + 5}), START + DAY) is None


def test_a_rejected_edit_is_remembered_too_and_forgotten_once_one_is_approved() -> None:
    state = filed(CarrierStatus.FAILED)
    handed_in(state, edit(), order_id=NEXT_ORDER)
    look(state, START + DAY, shows(CarrierStatus.FAILED, review=ReviewStatus.IN_REVIEW))
    look(state, START + 2 * DAY, shows(CarrierStatus.FAILED, review=ReviewStatus.REJECTED, review_text="资质有误"))

    assert state.rejection is not None
    assert objection_to(state, edit(), START + 2 * DAY) is not None

    look(state, START + 3 * DAY, shows(CarrierStatus.FAILED, review=ReviewStatus.APPROVED, order_id="20003"))
    assert state.rejection is None
