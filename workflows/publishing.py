"""What the Web UI shows of a filing: its list columns and its card."""

from temporalio import workflow

from engine.search_attributes import Values, updates_between, values_of
from filing import steps
from filing.card import filing_card
from filing.state import FilingState


class Publisher:
    """Brings list columns and card up to date, and costs nothing where nothing changed."""

    def __init__(self, state: FilingState) -> None:
        self._state = state
        self._shown: Values = {pair.key: pair.value for pair in workflow.info().typed_search_attributes}

    def publish(self) -> None:
        """Show the state as it is; called once per wake-up."""
        steps.refresh_phase(self._state)
        values = values_of(self._state)
        updates = updates_between(self._shown, values)
        if updates:
            workflow.upsert_search_attributes(updates)
            self._shown = values
        workflow.set_current_details(filing_card(self._state))
