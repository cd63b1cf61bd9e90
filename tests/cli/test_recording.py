"""The command ``records``: evidence files of this machine and the real thing behind it."""

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.evidence import append_records
from cli.app import main
from cli.exits import Exit
from cli.recording import as_csv
from engine.names import filing_id
from filing.evidence import EvidenceRequest, evidence_file
from filing.record import Event, Record
from filing.vocabulary import Carrier, CarrierStatus
from tests.cli.operator import ALL_FAIL, WHALE_OTHER, Operator, Ran, Run, in_full_width
from tests.ports import free_port

OLD = datetime(2020, 3, 2, 2, 0, tzinfo=UTC)
FOLDER = Path(".data", "evidence")


def old_records(count: int = 3) -> list[Record]:
    """Records of long ago, one a day, the first at ten in the morning in Beijing."""
    return [
        Record(
            at=OLD + timedelta(days=number - 1),
            by="ann",
            event=Event.TEST_DELIVERED,
            carrier=Carrier.UNICOM if number % 2 else Carrier.MOBILE,
            round=number,
            detail=f"#{number} 139****0001",
            number=number,
        )
        for number in range(1, count + 1)
    ]


def keep(name: str, records: list[Record], account: str = "demo", folder: Path = FOLDER) -> Path:
    """Write records into the evidence file of a signature, as a worker does."""
    append_records(folder, EvidenceRequest(account=account, sign_name=name, records=records))
    return folder.joinpath(*evidence_file(account, name))


@pytest.fixture
def away(run: Run) -> Run:
    """Runs commands where no Temporal server answers."""
    port = free_port()
    return lambda *arguments: run(*arguments, "--address", f"127.0.0.1:{port}")


def details(ran: Ran) -> list[str]:
    assert ran.code == Exit.DONE, ran.err
    return [record["detail"] for record in ran.document["records"]]


def test_an_open_filing_tells_everything_by_itself(operator: Operator, name: str) -> None:
    operator.submit(name)
    operator.settled(name, CarrierStatus.REGISTERED)

    ran = operator("records", name)
    document = operator("records", f"【{name}】", "--json").document

    assert ran.code == Exit.DONE, ran.err
    report = operator.report(name)
    assert len(ran.out.splitlines()) == len(report["records"]) + 1
    assert "from the filing itself" in ran.out.splitlines()[-1]
    assert document["sources"] == {"evidence_file": None, "filing": len(report["records"])}
    told = {record["event"] for record in document["records"]}
    assert told >= {"opened", "submitted", "round started", "round ended", "test accepted", "test delivered"}
    assert [record["number"] for record in report["records"]] == list(range(1, len(report["records"]) + 1))


def test_an_edit_is_told_field_by_field(operator: Operator, whale: str) -> None:
    operator.submit(whale, ALL_FAIL)
    operator.settled(whale, CarrierStatus.FAILED)
    change = f"qualification_id={WHALE_OTHER}"
    assert operator("edit", whale, "--set", change, "--reason", "换资质", "--by", "李").code == Exit.DONE
    operator.until(whale, lambda report: "edit submitted" in [record["event"] for record in report["records"]])

    ran = operator("records", whale, "--event", "edit submitted", "--json")

    (submitted,) = ran.document["records"]
    assert submitted["by"] == "李"
    assert f"qualification_id 900002 → {WHALE_OTHER}" in submitted["detail"]
    assert "换资质" in submitted["detail"]


def test_the_file_and_the_filing_are_told_as_one_history(operator: Operator, name: str) -> None:
    operator.submit(name)
    report = operator.settled(name, CarrierStatus.REGISTERED)
    known = [Record.model_validate(record) for record in report["records"]]
    keep(name, [*old_records(), *known[:5]])

    document = operator("records", name, "--json").document

    assert [record["detail"] for record in document["records"][:3]] == [record.detail for record in old_records()]
    assert len(document["records"]) == 3 + len(known)
    assert len({record["id"] for record in document["records"]}) == 3 + len(known)
    assert document["sources"] == {"evidence_file": 8, "filing": len(known)}
    assert f"{len(known) - 5} more" in operator("records", name).out.splitlines()[-1]


def test_a_closed_filing_is_told_from_what_it_left(operator: Operator, name: str) -> None:
    operator.submit(name)
    operator.release(name)

    ran = operator("records", name, "--json")

    assert ran.document["records"][-1]["event"] == "released"


def test_a_filing_that_temporal_has_forgotten_is_told_from_the_file_alone(operator: Operator, name: str) -> None:
    keep(name, old_records())

    ran = operator("records", name)

    assert ran.code == Exit.DONE, ran.err
    assert ran.err == ""
    assert ran.out.splitlines()[0] == "2020-03-02 10:00 联通 test delivered: #1 139****0001 (ann)"
    assert ran.out.splitlines()[-1].endswith(
        "3 records (报备记录), from the evidence file alone, Temporal no longer has the filing"
    )
    assert operator("records", name, "--json").document["workflow_id"] == filing_id("demo", name)


def test_what_nobody_knows_ends_with_4(operator: Operator, name: str) -> None:
    ran = operator("records", name)
    named = operator("records", name, "--account", "demo")

    assert ran.code == named.code == Exit.NOT_FOUND
    assert "no records of" in ran.err
    assert "evidence folder" in named.err


def test_without_temporal_the_file_is_told_with_a_warning(away: Run) -> None:
    keep("云杉科技", old_records())

    ran = away("records", "云杉科技", "--json")

    assert len(details(ran)) == 3
    assert "no Temporal server answers" in ran.err
    assert "may be missing" in ran.err
    assert ran.document["warnings"]
    assert ran.document["sources"] == {"evidence_file": 3, "filing": None}


def test_without_temporal_and_without_a_file_it_ends_with_5(away: Run) -> None:
    ran = away("records", "云杉科技")

    assert ran.code == Exit.UNREACHABLE
    assert "no Temporal server answers" in ran.err


def test_a_name_in_full_width_means_the_plain_one_with_temporal_and_without(
    operator: Operator, away: Run, name: str
) -> None:
    keep("Yun1", old_records())
    operator.submit(name)

    there = operator("records", in_full_width(name), "--json")
    file_alone = away("records", "【Ｙun１】", "--json")

    assert there.document["workflow_id"] == filing_id("demo", name)
    assert len(details(file_alone)) == 3
    assert '"Ｙun１" -> "Yun1"' in file_alone.err


def test_what_was_filed_in_full_width_is_found_as_it_is(away: Run) -> None:
    keep("Yun１", old_records(2))
    keep("Yun1", old_records(3))

    assert len(details(away("records", "Yun１", "--json"))) == 2


def test_two_accounts_with_the_name_are_told_apart(away: Run) -> None:
    keep("云杉科技", old_records(1), "alpha")
    keep("云杉科技", old_records(2), "Beta")

    ran = away("records", "云杉科技")

    assert ran.code == Exit.UNREADABLE
    assert "--account with one of Beta, alpha" in ran.err
    assert len(details(away("records", "云杉科技", "--account", "Beta", "--json"))) == 2


def test_the_settings_say_where_the_files_are(away: Run, tmp_path: Path) -> None:
    keep("云杉科技", old_records(), folder=tmp_path / "elsewhere")
    settings = tmp_path / "here.toml"
    settings.write_text('evidence_dir = "elsewhere"\n', encoding="utf-8")

    assert away("records", "云杉科技").code == Exit.UNREACHABLE
    assert len(details(away("records", "云杉科技", "--json", "--settings", settings))) == 3


def test_a_file_with_a_torn_line_is_told_as_far_as_it_can_be_read(away: Run) -> None:
    path = keep("云杉科技", old_records())
    path.write_bytes(path.read_bytes()[:-30])

    ran = away("records", "云杉科技", "--json")

    assert details(ran) == ["#1 139****0001", "#2 139****0001"]
    assert "1 lines are no records" in ran.err


def test_a_file_that_is_none_is_a_warning_and_no_traceback(away: Run) -> None:
    FOLDER.joinpath(*evidence_file("demo", "云杉科技")).mkdir(parents=True)

    ran = away("records", "云杉科技", "--account", "demo")

    assert ran.code == Exit.UNREACHABLE
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        (["--carrier", "unicom"], [1, 3]),
        (["--event", "test delivered"], [1, 2, 3]),
        (["--event", "TEST_DELIVERED", "--carrier", "mobile"], [2]),
        (["--event", "deleted"], []),
        (["--event", "deleted", "--event", "test_delivered"], [1, 2, 3]),
        (["--since", "2020-03-03"], [2, 3]),
        (["--since", "2020-03-03T10:00"], [2, 3]),
        (["--since", "2020-03-03T10:01"], [3]),
        (["--since", "2020-03-03T02:01:00+00:00"], [3]),
    ],
)
def test_only_what_is_wanted_is_told(away: Run, filters: list[str], numbers: list[int]) -> None:
    keep("云杉科技", old_records())

    ran = away("records", "云杉科技", "--json", *filters)

    assert [record["number"] for record in ran.document["records"]] == numbers
    left_out = " of 3 records" if len(numbers) < 3 else "3 records"
    assert left_out in away("records", "云杉科技", *filters).out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--event", "test deliverd"], "did you mean 'test delivered'?"),
        (["--event", "xyz"], "there are: opened"),
        (["--since", "yesterday"], "expected a date such as 2026-03-02"),
        (["--csv", "-", "--json"], "say one of the two"),
        (["--csv", "no/such/folder.csv"], "no/such/folder.csv: cannot be written: No such file or directory"),
    ],
)
def test_wrong_arguments_end_with_2(away: Run, arguments: list[str], told: str) -> None:
    keep("云杉科技", old_records())

    ran = away("records", "云杉科技", *arguments)

    assert ran.code == Exit.UNREADABLE
    assert told in ran.err


def test_a_table_opens_in_a_spreadsheet(away: Run, tmp_path: Path) -> None:
    keep("云杉科技", old_records())

    ran = away("records", "云杉科技", "--csv", "history.csv")

    assert ran.code == Exit.DONE
    assert "3 records of 【云杉科技】 written to history.csv" in ran.out
    content = (tmp_path / "history.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    header, first, *_ = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert header[0] == "Time in Beijing 北京时间"
    assert first[:6] == ["2020-03-02 10:00:00", "test delivered", "联通 unicom", "1", "ann", "#1 139****0001"]


def test_a_table_can_go_through_a_pipe(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    keep("云杉科技", old_records())

    assert main(["records", "云杉科技", "--csv", "-", "--address", f"127.0.0.1:{free_port()}"]) == Exit.DONE

    out = capsysbinary.readouterr().out
    assert out.startswith(b"\xef\xbb\xbf")
    assert len(list(csv.reader(io.StringIO(out.decode("utf-8-sig"))))) == 4


CELLS = st.text(max_size=30) | st.builds(
    "".join, st.tuples(st.sampled_from(["=", "+", "-", "@", "\t", "\r", "＝", " =", "\n@"]), st.text(max_size=10))
)


@given(CELLS, CELLS)
def test_no_cell_is_taken_for_a_formula(by: str, detail: str) -> None:
    record = old_records(1)[0].model_copy(update={"by": by, "detail": detail})

    _, cells = csv.reader(io.StringIO(as_csv([record]).decode("utf-8-sig"), newline=""))

    for cell, was in ((cells[4], by), (cells[5], detail)):
        assert cell in (was, f"'{was}")
        assert cell.lstrip()[:1] not in ("=", "+", "-", "@", "＝", "＋", "－", "＠")
        assert cell[:1] not in ("\t", "\r", "\n")
