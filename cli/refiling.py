"""Which signatures a change of a qualification (资质) files again: all that are bound to it, by their names.

No operation of the platform tells which signatures rest on a qualification, so the names are those of the open filings.
"""

from collections.abc import Sequence

from cli.filings import FilingRow
from filing.papers import refiles_note
from filing.report import FilingReport

_UNNAMED = refiles_note(())


def speaks_of_refiling(report: FilingReport) -> bool:
    """Whether a report advises to change a qualification, so that the names of those concerned are wanted."""
    texts = [f.advice for f in report.findings] + [text for a in report.actions for text in (a.what, a.why)]
    return any(_UNNAMED in text for text in texts)


def naming_those_refiled(report: FilingReport, rows: Sequence[FilingRow]) -> FilingReport:
    """The report with the names of the signatures that rest on the same qualification."""
    bound = report.application.qualification_id
    names = sorted({f"【{row.sign_name}】" for row in rows if bound is not None and row.qualification_id == bound})
    named = refiles_note(names)
    return report.model_copy(
        update={
            "findings": [f.model_copy(update={"advice": f.advice.replace(_UNNAMED, named)}) for f in report.findings],
            "actions": [
                a.model_copy(update={"what": a.what.replace(_UNNAMED, named), "why": a.why.replace(_UNNAMED, named)})
                for a in report.actions
            ],
        }
    )
