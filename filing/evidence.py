"""The evidence file: all records (报备记录) of a signature, one JSON object a line, beyond what Temporal keeps.

The workflow carries the newest records and forgets the older ones, and Temporal forgets a closed workflow after its
retention. Here is when records are written down, how a line looks, and what the files are called.
"""

import json
import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from pydantic import ValidationError

from filing.record import Record
from filing.snapshot import LenientModel
from filing.state import FilingState

WRITE_AT = 8
"""So many records are written down at once, whatever their age."""

WRITE_AFTER = timedelta(days=14)
"""A record that is older is written down when the filing wakes next. It is not woken for it: an open filing has its
records, and one that ends writes them down."""

BATCH_CHARACTERS = 200_000
"""About how much one batch holds: a message may carry at most two megabytes."""

NAME_BYTES = 200
"""File systems take names of 255 bytes; the rest is for the ending."""

_PLAIN = re.compile("[a-z0-9_-]|[\u3400-\u4dbf\u4e00-\u9fff]")
"""What stands for itself in a file name. A capital letter does not: some file systems take it for the small one."""


class EvidenceRequest(LenientModel):
    """To ``append_evidence``: records of one signature; those that stand in its file already are left out."""

    account: str
    sign_name: str
    records: list[Record]


class EvidenceLines(LenientModel):
    """What an evidence file holds.

    Attributes:
        account: Whose it is, none where no line can be read.
        records: In the order in which they were written.
        unreadable: Lines that are no record, such as one that was cut off while it was written.
    """

    account: str | None = None
    records: list[Record] = []
    unreadable: int = 0


def unwritten(state: FilingState) -> list[Record]:
    """The records that nobody was told to write down, oldest first."""
    return [line for line in state.records if line.number >= state.evidence_next]


def evidence_due(state: FilingState) -> datetime | None:
    """From when on the oldest record that is not written down is written with the next wake, none where all are."""
    waiting = unwritten(state)
    return min(line.at for line in waiting) + WRITE_AFTER if waiting else None


def is_evidence_due(state: FilingState, now: datetime) -> bool:
    """Whether records have to be written down now."""
    due = evidence_due(state)
    return due is not None and (due <= now or len(unwritten(state)) >= WRITE_AT)


def hand_over(state: FilingState) -> list[EvidenceRequest]:
    """The records that are not written down, in batches that fit into a message; they count as written from here on."""
    application = state.application
    batches: list[list[Record]] = []
    room = 0
    for line in unwritten(state):
        if not batches or len(line.detail) > room:
            batches.append([])
            room = BATCH_CHARACTERS
        batches[-1].append(line)
        room -= len(line.detail)
    state.evidence_next = state.records_made + 1
    return [
        EvidenceRequest(account=application.account, sign_name=application.sign_name, records=batch)
        for batch in batches
    ]


def take_back(state: FilingState, request: EvidenceRequest) -> None:
    """What was handed over could not be written: it, and what follows it, is to be written another time."""
    state.evidence_next = min(state.evidence_next, request.records[0].number)


def evidence_line(request: EvidenceRequest, record: Record) -> str:
    """A record as a line of the file, without its end."""
    head = {"id": record.id, "account": request.account, "sign_name": request.sign_name}
    return json.dumps(head | record.model_dump(mode="json"), ensure_ascii=False)


def read_line(line: str) -> Record | None:
    """A line of the file as a record, none where it is no record."""
    try:
        return Record.model_validate_json(line)
    except ValidationError:
        return None


def read_lines(text: str) -> EvidenceLines:
    """What a file holds; a record that stands there twice counts once."""
    read = EvidenceLines()
    seen: set[str] = set()
    for line in text.split("\n"):
        record = read_line(line) if line.strip() else None
        if record is None:
            read.unreadable += bool(line.strip())
            continue
        read.account = read.account or str(json.loads(line).get("account") or "") or None
        if record.id not in seen:
            seen.add(record.id)
            read.records.append(record)
    return read


def merged_records(*sources: Iterable[Record]) -> list[Record]:
    """Records of several sources as one history, in order of time and each once."""
    known = {record.id: record for source in sources for record in source}
    return sorted(known.values(), key=lambda record: (record.at, record.number))


def evidence_file(account: str, sign_name: str) -> Sequence[str]:
    """Folder and file of a signature below the folder of all evidence."""
    return safe_name(account), f"{safe_name(sign_name)}.jsonl"


def safe_name(name: str) -> str:
    """A name as one that every file system takes, and that no other name has.

    Letters, digits and Chinese characters stay, everything else is percent-encoded; a long name is cut and gets a
    checksum.
    """
    encoded = "".join(
        sign if _PLAIN.fullmatch(sign) else "".join(f"%{byte:02x}" for byte in sign.encode(errors="surrogatepass"))
        for sign in name
    )
    if len(encoded.encode()) <= NAME_BYTES:
        return encoded
    kept = encoded.encode()[: NAME_BYTES - 17].decode(errors="ignore")
    # No encoded name has a tilde of its own.
    return f"{kept}~{sha256(encoded.encode()).hexdigest()[:16]}"
