"""The command ``demo``."""

from pathlib import Path
from typing import Annotated

import typer

from cli.commands.shared import run

app = typer.Typer()


@app.command(rich_help_panel="Demo")
def demo(
    *,
    leave: Annotated[
        bool, typer.Option("--exit", help="End with the last example; exit code 7 if one missed its end.")
    ] = False,
    data_dir: Annotated[
        Path, typer.Option(metavar="DIR", help="Where the demo keeps its state; emptied at the start.")
    ] = Path(".data/demo"),
    temporal_port: Annotated[int, typer.Option(envvar="SMS_FILING_TEMPORAL_PORT", help="Temporal.")] = 7233,
    ui_port: Annotated[int, typer.Option(envvar="SMS_FILING_UI_PORT", help="Web UI.")] = 8233,
    sandbox_port: Annotated[int, typer.Option(envvar="SMS_FILING_SANDBOX_PORT", help="Sandbox.")] = 8790,
) -> int:
    """Start Temporal, a sandbox and a worker, file the examples within two minutes, and show it happen."""
    from cli import demo as running  # noqa: PLC0415 - see cli.app
    from cli.demo_stack import Ports  # noqa: PLC0415

    ports = Ports(temporal=temporal_port, ui=ui_port, sandbox=sandbox_port)
    return run(running.demo(data_dir, ports, leave=leave))
