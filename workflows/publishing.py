"""What the Web UI shows of a filing: its list columns and its card."""

from temporalio import workflow

from engine.names import memo_of
from engine.search_attributes import Values, updates_between, values_of
from filing import steps
from filing.card import filing_card
from filing.state import FilingState


class Publisher:
    """Brings list columns and card up to date, and costs nothing where nothing changed."""

    def __init__(self, state: FilingState) -> None:
        self._state = state
        begun_with = workflow.memo()
        self._memo = {key: begun_with.get(key) for key in memo_of(state.application)} if begun_with else None
        self._shown: Values = {pair.key: pair.value for pair in workflow.info().typed_search_attributes}

    def publish(self) -> None:
        """Show the state as it is; called once per wake-up."""
        steps.refresh_phase(self._state)
        values = values_of(self._state)
        updates = updates_between(self._shown, values)
        if updates:
            workflow.upsert_search_attributes(updates)
            self._shown = values
        wanted = memo_of(self._state.application)
        # A filing that began before there was a memo goes on without one.
        if self._memo is not None and wanted != self._memo:
            workflow.upsert_memo(wanted)
            self._memo = wanted
        workflow.set_current_details(filing_card(self._state, workflow.now()))
