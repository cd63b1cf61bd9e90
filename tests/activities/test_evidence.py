"""Appending to evidence files: real files, real locks, real processes."""

import errno
import fcntl
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities import evidence
from activities.evidence import EvidenceActivities, append_records
from filing.evidence import EvidenceLines, EvidenceRequest, evidence_file, evidence_line, read_lines
from filing.record import Event, Record
from tests.activities.bench import ACCOUNT, HOUR, START

NAME = "云杉科技"
ROOT = Path(__file__).parents[2]


def batch(first: int, last: int) -> EvidenceRequest:
    """The records of these numbers."""
    records = [
        Record(at=START + number * HOUR, by="ann", event=Event.MESSAGE, detail=f"第 {number} 条", number=number)
        for number in range(first, last + 1)
    ]
    return EvidenceRequest(account=ACCOUNT, sign_name=NAME, records=records)


def file_in(folder: Path) -> Path:
    return folder.joinpath(*evidence_file(ACCOUNT, NAME))


def read(folder: Path) -> EvidenceLines:
    return read_lines(file_in(folder).read_text(encoding="utf-8"))


def numbers(folder: Path) -> list[int]:
    return [record.number for record in read(folder).records]


async def append(folder: Path | None, request: EvidenceRequest) -> None:
    await ActivityEnvironment().run(EvidenceActivities(folder).append_evidence, request)


async def refused(folder: Path, request: EvidenceRequest) -> ApplicationError:
    with pytest.raises(ApplicationError) as failure:
        await append(folder, request)
    assert failure.value.type == "EVIDENCE_UNWRITABLE"
    assert not failure.value.non_retryable
    assert str(folder) not in str(failure.value)
    return failure.value


async def test_records_are_appended_in_order_and_each_once(tmp_path: Path) -> None:
    await append(tmp_path / "new" / "folder", batch(1, 3))
    await append(tmp_path / "new" / "folder", batch(2, 5))
    await append(tmp_path / "new" / "folder", batch(1, 5))

    assert numbers(tmp_path / "new" / "folder") == [1, 2, 3, 4, 5]
    assert file_in(tmp_path / "new" / "folder").read_text(encoding="utf-8").count("\n") == 5


async def test_a_worker_without_a_folder_keeps_no_evidence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    await append(None, batch(1, 3))

    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("left", [1, 20, 90, 0])
async def test_what_a_killed_writer_left_is_merged_with_nothing(tmp_path: Path, left: int) -> None:
    """So many bytes of the second record are missing, or only the end of its line."""
    await append(tmp_path, batch(1, 2))
    path = file_in(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) - 1 - left])

    await append(tmp_path, batch(2, 3))

    assert sorted(numbers(tmp_path)) == [1, 2, 3]
    assert read(tmp_path).unreadable == (left > 0)
    assert path.read_bytes().endswith(b"\n")
    await append(tmp_path, batch(1, 3))
    assert len(read(tmp_path).records) == 3


async def test_a_torn_line_of_half_a_character_does_not_stop_the_next(tmp_path: Path) -> None:
    file_in(tmp_path).parent.mkdir()
    line = evidence_line(batch(1, 1), batch(1, 1).records[0]).encode()
    file_in(tmp_path).write_bytes(line[: line.index("云".encode()) + 2])

    await append(tmp_path, batch(1, 1))

    lines = read_lines(file_in(tmp_path).read_text(encoding="utf-8", errors="replace"))
    assert [record.number for record in lines.records] == [1]


def test_many_writers_of_several_processes_write_each_record_once(tmp_path: Path) -> None:
    """Two workers write the same batches at the same time, as after a retry whose first attempt still ran."""
    script = (
        "import sys; from pathlib import Path; from activities.evidence import append_records;"
        "from tests.activities.test_evidence import batch;"
        "[append_records(Path(sys.argv[1]), batch(n, n + 9)) for n in range(1, 60)]"
    )
    writers = [subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], cwd=ROOT) for _ in range(2)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda n: append_records(tmp_path, batch(n, n + 20)), range(1, 40)))

    assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
    assert read(tmp_path).unreadable == 0
    assert sorted(record.number for record in read(tmp_path).records) == list(range(1, 69))
    assert file_in(tmp_path).read_bytes().count(b"\n") == 68, "none stands there twice"


async def test_a_full_disk_leaves_the_file_as_it_was_and_the_next_attempt_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await append(tmp_path, batch(1, 2))
    before = file_in(tmp_path).read_bytes()
    whole = os.write

    def full(file: int, content: bytes) -> int:
        if len(content) < 40:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return whole(file, content[: len(content) // 2])

    with monkeypatch.context() as disk:
        disk.setattr(os, "write", full)
        failure = await refused(tmp_path, batch(2, 4))

    assert "No space left on device" in str(failure)
    assert "make room" in str(failure)
    assert file_in(tmp_path).read_bytes() == before
    await append(tmp_path, batch(2, 4))
    assert numbers(tmp_path) == [1, 2, 3, 4]


async def test_a_folder_that_cannot_be_written_is_told_and_tried_again(tmp_path: Path) -> None:
    folder = tmp_path / "evidence"
    folder.write_text("a file in its place")

    failure = await refused(folder, batch(1, 1))

    assert "evidence_dir" in str(failure)
    folder.unlink()
    await append(folder, batch(1, 1))
    assert numbers(folder) == [1]


async def test_a_file_that_another_worker_holds_is_waited_for_but_not_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "LOCK_WITHIN", 0.2)
    await append(tmp_path, batch(1, 1))
    with file_in(tmp_path).open("r+b") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        await refused(tmp_path, batch(2, 2))
    await append(tmp_path, batch(2, 2))

    assert numbers(tmp_path) == [1, 2]
