"""Saved histories replay on the code of today: no open filing is left behind by a change."""

import gzip
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from engine.plugin import FilingPlugin
from filing.vocabulary import Carrier
from tests.workflows.save_histories import FOLDER
from tests.workflows.scenarios import SCENARIOS
from workflows.carrier_filing import CarrierFilingWorkflow
from workflows.signature_filing import SignatureFilingWorkflow

SAVED = sorted(FOLDER.glob("*.json.gz"))


def test_every_scenario_has_its_history() -> None:
    assert {path.name.split(".")[0] for path in SAVED} >= set(SCENARIOS)
    assert {path.name.split(".")[1] for path in SAVED} >= {"filing", *(f"{carrier}-1" for carrier in Carrier)}


@pytest.mark.parametrize("path", SAVED, ids=lambda path: path.name.removesuffix(".json.gz"))
async def test_a_saved_history_replays(path: Path) -> None:
    history = _history(path)
    replayer = Replayer(workflows=[SignatureFilingWorkflow, CarrierFilingWorkflow], plugins=[FilingPlugin()])
    result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
    assert result.replay_failure is None, result.replay_failure


def _history(path: Path) -> WorkflowHistory:
    return WorkflowHistory.from_json(path.name, gzip.decompress(path.read_bytes()).decode())
