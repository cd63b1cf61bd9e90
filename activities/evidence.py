"""Writing records (报备记录) into the evidence file of their signature."""

import asyncio
import fcntl
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from filing.evidence import EvidenceRequest, evidence_file, evidence_line, read_lines

logger = logging.getLogger(__name__)

LOCK_WITHIN = 5.0
"""Seconds for which a file that another worker is writing is waited for."""

_LOCK_PAUSE = 0.05


class EvidenceActivities:
    """Append to the evidence files of this worker."""

    def __init__(self, folder: Path | None) -> None:
        """Prepare.

        Args:
            folder: Where the files are kept, none to keep no evidence, as in a rehearsal.
        """
        self._folder = folder

    @activity.defn
    async def append_evidence(self, request: EvidenceRequest) -> None:
        """Append records to their file; what stands there already, from an earlier attempt, is left alone.

        Raises:
            ApplicationError: ``EVIDENCE_UNWRITABLE``, retried: the disk is full, or the folder cannot be written.
        """
        if self._folder is None:
            return
        try:
            await asyncio.to_thread(append_records, self._folder, request)
        except OSError as failure:
            why = failure.strerror or type(failure).__name__
            logger.error("evidence (报备记录) cannot be written to %s: %s", self._folder, why)  # noqa: TRY400 - one line
            # The path stays here: what fails is shown in the Web UI. Benign, since it was logged in one line.
            raise ApplicationError(
                f"the evidence file (报备记录) of 【{request.sign_name}】 cannot be written by this worker: {why}; "
                "make room or mend the folder that evidence_dir names, nothing is lost meanwhile",
                type="EVIDENCE_UNWRITABLE",
                category=ApplicationErrorCategory.BENIGN,
            ) from None


def append_records(folder: Path, request: EvidenceRequest) -> int:
    """Append the records that are not in the file yet, and see to it that they are on the disk.

    Several workers may write the same file, also over NFS: only the one with the lock reads and appends. A last line
    that a killed writer left without its end is ended first, so that nothing is merged with it.

    Returns:
        How many were appended.

    Raises:
        OSError: They cannot be written; the file is as it was.
    """
    parent, name = evidence_file(request.account, request.sign_name)
    path = folder / parent / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with _locked(path) as file:
        content = _read(file)
        known = {record.id for record in read_lines(content.decode(errors="replace")).records}
        fresh = [record for record in request.records if record.id not in known]
        if not fresh:
            return 0
        torn = bool(content) and not content.endswith(b"\n")
        lines = "".join(f"{evidence_line(request, record)}\n" for record in fresh)
        _append(file, len(content), (("\n" if torn else "") + lines).encode())
    if not content:
        _sync_folder(path.parent)
    return len(fresh)


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o640)
    try:
        until = time.monotonic() + LOCK_WITHIN
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise
                time.sleep(_LOCK_PAUSE)
        yield file
    finally:
        os.close(file)


def _read(file: int) -> bytes:
    with os.fdopen(os.dup(file), "rb") as reader:
        reader.seek(0)
        return reader.read()


def _append(file: int, size: int, content: bytes) -> None:
    """Append and sync, or leave the file as it was."""
    try:
        while content:
            content = content[os.write(file, content) :]
        os.fsync(file)
    except OSError:
        os.ftruncate(file, size)
        raise


def _sync_folder(folder: Path) -> None:
    """The name of a new file is on the disk only with its folder."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
