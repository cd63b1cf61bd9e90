import asyncio
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cli import showing
from cli.exits import CliError, Exit
from tests.cli.operator import Run

Write = Callable[[str, str], Path]

ROOT = Path(__file__).parents[2]
NAME = "云杉科技"
COMMANDS = (
    *("lint", "suggest"),
    *("submit", "status", "list", "watch", "gate", "ticket", "records"),
    *("stock", "adopt"),
    *("look-now", "test-send", "confirm", "pause", "resume", "release"),
    *("edit", "refile", "replace", "delete"),
    *("rehearse", "demo"),
)


@pytest.fixture
def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def test_the_help_lists_every_command_and_exit_code(run: Run) -> None:
    ran = run("--help")

    assert ran.code == Exit.DONE
    for command in COMMANDS:
        assert f" {command} " in ran.out
    for code in Exit:
        assert f"{int(code)} {code.meaning.split()[0]}" in " ".join(ran.out.split())


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["status"], "Missing argument 'NAME'"),
        (["sttus", NAME], "No such command 'sttus'"),
        (["list", "--everything"], "No such option"),
        (["test-send", NAME, "--carrier", "china"], "'mobile', 'unicom', 'telecom'"),
        (["status", NAME, "--timeout", "0"], "--timeout"),
    ],
)
def test_wrong_arguments_end_with_2(run: Run, arguments: list[str], told: str) -> None:
    ran = run(*arguments)

    assert ran.code == Exit.UNREADABLE
    assert told in ran.err
    assert ran.out == ""


def test_with_json_an_error_is_one_document(run: Run) -> None:
    ran = run("status", "--json")

    assert ran.code == Exit.UNREADABLE
    assert ran.document["error"]["code"] == Exit.UNREADABLE
    assert "Missing argument" in ran.document["error"]["message"]


def test_an_application_that_cannot_be_read_ends_with_2(run: Run, write: Write) -> None:
    ran = run("submit", write("a.yaml", "sign_name: [").name, "--json", "--account", "demo")

    assert ran.code == Exit.UNREADABLE
    [problem] = ran.document["error"]["details"]["problems"]
    assert problem["source"] == "a.yaml"
    assert "nothing was submitted" in ran.err


def test_a_broken_naming_rule_ends_with_3(run: Run, write: Write) -> None:
    file = write(
        "a.yaml", "account: demo\nsign_name: 云科\ncompany_name: 杭州云杉科技有限公司\nqualification_id: 900001"
    )

    ran = run("submit", file)

    assert ran.code == Exit.REFUSED
    assert "云科" in ran.err


def test_bad_settings_end_with_2(run: Run, write: Write) -> None:
    ran = run("submit", ROOT / "examples" / "all-well.yaml", "--settings", write("wrong.toml", "task_quue = 'x'"))

    assert ran.code == Exit.UNREADABLE
    assert "did you mean task_queue?" in ran.err


def test_an_unknown_policy_ends_with_2(run: Run) -> None:
    ran = run("submit", ROOT / "examples" / "all-well.yaml", "--policy", "quick")

    assert ran.code == Exit.UNREADABLE
    assert "no policy 'quick'" in ran.err


@pytest.mark.parametrize("command", [["list"], ["status", NAME], ["release", NAME], ["watch", NAME]])
def test_no_engine_ends_with_5(run: Run, closed_port: int, command: list[str]) -> None:
    ran = run(*command, "--address", f"127.0.0.1:{closed_port}")

    assert ran.code == Exit.UNREACHABLE
    assert f"no Temporal server answers at 127.0.0.1:{closed_port}" in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("raised", "code", "told"),
    [
        (CliError(Exit.NOT_FOUND, "gone"), Exit.NOT_FOUND, "gone"),
        (KeyboardInterrupt(), Exit.INTERRUPTED, ""),
        (asyncio.CancelledError(), Exit.INTERRUPTED, ""),
        (BrokenPipeError(32, "Broken pipe"), Exit.DONE, ""),
        (RuntimeError("a slip"), Exit.BROKEN, "unexpected RuntimeError: a slip"),
    ],
)
def test_every_ending_has_its_code(
    run: Run, monkeypatch: pytest.MonkeyPatch, raised: BaseException, code: Exit, told: str
) -> None:
    async def ending(*_: object, **__: object) -> Exit:
        raise raised

    monkeypatch.setattr(showing, "list_filings", ending)

    ran = run("list")

    assert ran.code == code
    assert told in ran.err
    assert "Traceback" not in ran.err


def test_commands_load_neither_the_platform_sdk_nor_the_sandbox() -> None:
    unwanted = "{'alibabacloud_dysmsapi20170525', 'aiohttp', 'sandbox'}"
    loaded = "import sys, cli.submitting, cli.showing, cli.messaging, cli.changing, cli.replacing, cli.demo"
    printed = f"print({unwanted} & set(sys.modules))"

    assert subprocess.check_output([sys.executable, "-c", f"{loaded}; {printed}"], cwd=ROOT, text=True) == "set()\n"


def test_the_help_does_not_load_the_engine() -> None:
    loaded = "import sys, cli.app; print('temporalio' in sys.modules)"

    assert subprocess.check_output([sys.executable, "-c", loaded], cwd=ROOT, text=True).strip() == "False"


def test_the_starter_hands_on_exit_code_and_output(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, ROOT / "starter.py", "submit", "none.yaml", "--json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == Exit.UNREADABLE
    assert '"code": 2' in ended.stdout
    assert "none.yaml: no such file" in ended.stderr


LOSING_THE_SERVER = """
import asyncio, os, sys
from cli.filings import Connection, Filings

async def main(host, port):
    opened = []

    async def pass_on(reader, writer):
        there, back = await asyncio.open_connection(host, port)
        opened.extend((writer, back))
        await asyncio.gather(pump(reader, back), pump(there, writer), return_exceptions=True)

    async def pump(source, sink):
        while data := await source.read(65536):
            sink.write(data)

    proxy = await asyncio.start_server(pass_on, "127.0.0.1", 0)
    address = "127.0.0.1:%d" % proxy.sockets[0].getsockname()[1]
    filings = await Filings.connect(Connection(address=address, timeout=5))
    proxy.close()
    for writer in opened:
        writer.transport.abort()
    try:
        await filings.rows()
    except Exception as failure:
        print(failure, file=sys.stderr)

asyncio.run(main(*sys.argv[1].split(":")))
sys.stdout.flush()
os._exit(0)
"""


def test_the_sdk_logs_nothing_to_standard_output(temporal_address: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", LOSING_THE_SERVER, temporal_address],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.stdout == ""
    assert "Temporal" in ended.stderr


def test_chinese_text_survives_a_locale_without_chinese(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, ROOT / "starter.py", "--help"],
        cwd=tmp_path,
        env={"PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
    )

    assert ended.returncode == Exit.DONE
