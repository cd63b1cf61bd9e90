"""The search attributes (custom columns) of a filing: the only facts about it that lists and queries can see.

They are not encrypted, so they hold nothing but statuses, dates, the account key and the sign name, which every
message shows to whoever receives it.
"""

from datetime import datetime
from typing import Any

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.common import SearchAttributeKey, SearchAttributePair, SearchAttributeUpdate, TypedSearchAttributes
from temporalio.service import RPCError

from filing.deadlines import next_due_at
from filing.state import FilingState
from filing.vocabulary import Carrier, CarrierStatus, Phase

FILING_ACCOUNT = SearchAttributeKey.for_keyword("FilingAccount")
SIGN_NAME = SearchAttributeKey.for_keyword("SignName")
FILING_PHASE = SearchAttributeKey.for_keyword("FilingPhase")
CARRIER_STATUS = {
    Carrier.MOBILE: SearchAttributeKey.for_keyword("MobileStatus"),
    Carrier.UNICOM: SearchAttributeKey.for_keyword("UnicomStatus"),
    Carrier.TELECOM: SearchAttributeKey.for_keyword("TelecomStatus"),
}
FAILURE_REASONS = SearchAttributeKey.for_keyword_list("FailureReasons")
ACTION_REQUIRED = SearchAttributeKey.for_bool("ActionRequired")
NEXT_DUE_AT = SearchAttributeKey.for_datetime("NextDueAt")
EXPIRES_AT = SearchAttributeKey.for_datetime("ExpiresAt")

ALL_KEYS: tuple[SearchAttributeKey[Any], ...] = (
    FILING_ACCOUNT,
    SIGN_NAME,
    FILING_PHASE,
    *CARRIER_STATUS.values(),
    FAILURE_REASONS,
    ACTION_REQUIRED,
    NEXT_DUE_AT,
    EXPIRES_AT,
)

_TYPE_NAMES = {
    IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD: "Keyword",
    IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST: "KeywordList",
    IndexedValueType.INDEXED_VALUE_TYPE_BOOL: "Bool",
    IndexedValueType.INDEXED_VALUE_TYPE_DATETIME: "Datetime",
}

Values = dict[SearchAttributeKey[Any], Any]


def at_start(account: str, sign_name: str) -> TypedSearchAttributes:
    """The attributes that a filing is started with."""
    return TypedSearchAttributes(
        [
            SearchAttributePair(FILING_ACCOUNT, account),
            SearchAttributePair(SIGN_NAME, sign_name),
            SearchAttributePair(FILING_PHASE, Phase.CHECKING.value),
            *(SearchAttributePair(key, CarrierStatus.NOT_FILED.value) for key in CARRIER_STATUS.values()),
            # A pair takes its value by position only.
            SearchAttributePair(ACTION_REQUIRED, False),  # noqa: FBT003
        ]
    )


def values_of(state: FilingState) -> Values:
    """The attributes of a filing as its state has them; none where an attribute has no value."""
    reasons = sorted(
        f"{carrier}:{reason.code}"
        for carrier, known in state.carriers.items()
        if known.status in (CarrierStatus.FAILED, CarrierStatus.EXPIRED)
        for reason in known.reasons
    )
    return {
        FILING_ACCOUNT: state.application.account,
        SIGN_NAME: state.application.sign_name,
        FILING_PHASE: state.phase.value,
        **{CARRIER_STATUS[carrier]: state.carrier(carrier).status.value for carrier in Carrier},
        FAILURE_REASONS: reasons or None,
        ACTION_REQUIRED: bool(state.actions),
        NEXT_DUE_AT: _to_second(next_due_at(state)),
        EXPIRES_AT: _to_second(state.guard.expires_at),
    }


def updates_between(before: Values, after: Values) -> list[SearchAttributeUpdate[Any]]:
    """What has to be upserted so that ``before`` becomes ``after``; empty where nothing changed."""
    return [
        key.value_unset() if value is None else key.value_set(value)
        for key, value in after.items()
        if before.get(key) != value
    ]


def _to_second(moment: datetime | None) -> datetime | None:
    return moment.replace(microsecond=0) if moment else None


async def missing_keys(client: Client) -> list[SearchAttributeKey[Any]]:
    """The attributes that the namespace does not have yet.

    Raises:
        RPCError: The server does not answer, or does not let this client ask.
    """
    answer = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=client.namespace)
    )
    present = {*answer.custom_attributes, *answer.system_attributes}
    return [key for key in ALL_KEYS if key.name not in present]


async def register(client: Client) -> list[SearchAttributeKey[Any]]:
    """Register what is missing where the server allows it.

    Returns:
        The attributes that are still missing, for which ``registration_commands`` gives the commands.
    """
    try:
        missing = await missing_keys(client)
        if not missing:
            return []
        await client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(
                namespace=client.namespace,
                search_attributes={key.name: key.indexed_value_type for key in missing},  # type: ignore[misc]
            )
        )
    except RPCError:
        return list(ALL_KEYS)
    return []


def registration_commands(keys: list[SearchAttributeKey[Any]], namespace: str) -> list[str]:
    """The commands that register attributes by hand."""
    return [
        f"temporal operator search-attribute create --namespace {namespace} --name {key.name} --type {type_name(key)}"
        for key in keys
    ]


def type_name(key: SearchAttributeKey[Any]) -> str:
    """An attribute's type as the ``temporal`` command writes it."""
    return _TYPE_NAMES[key.indexed_value_type]  # type: ignore[index]
