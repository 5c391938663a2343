"""How a report came in, and the timeline's line on it."""

from dataclasses import dataclass
from datetime import datetime

from incidents.ledger import Entry
from incidents.models import EventClass, Report
from incidents.services import subject

Informant = Report.Informant


@dataclass(frozen=True)
class Call:
    """Who called, as the duty officer noted it; personal, kept beside the ledger."""

    caller: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Arrival:
    """How and when a report came: `arrived_at` only the office may state, for calls, faxes and paper.

    `body`: the code of the member or county body whose word it is, where the office notes it.
    """

    channel: str
    arrived_at: datetime | None = None
    informant: str = Informant.ENTERPRISE
    call: Call = Call()
    body: str = ""


def filed(report: Report, arrival: Arrival, contents: dict) -> Entry:
    words = f"{Report.Kind(report.kind).label} {report.number}（{Report.Channel(report.channel).label}）"
    if report.informant != Informant.ENTERPRISE:
        words += f"，来自{report.reporter or report.get_informant_display()}"
    if report.typed_later:
        words += f"，补录：{subject.clock_words(report.arrived_at)} 到达"
    if report.supersedes_id:
        words += f"，更正 {report.supersedes.number}"
    return Entry(
        "report.filed",
        words,
        clause="5.2.1",
        data={
            "report": report.number,
            "kind": report.kind,
            "arrived_at": report.arrived_at.isoformat(),
            "reporter": report.reporter and report.reporter.code,
            "contents": _plain(contents),
        },
        for_firm=report.informant == Informant.ENTERPRISE,
        personal={
            "caller": arrival.call.caller,
            "phone": arrival.call.phone,
            "superior_told": report.superior_told_who,
            "oral_report_to": (contents.get("oral_report") or {}).get("to", ""),
        },
    )


def _plain(contents: dict) -> dict:
    """The contents as stated, in JSON's own types, so that the ledger keeps what was said; people's names stand
    beside it."""
    plain = {}
    for name, value in contents.items():
        if name in ("who", "to"):
            continue
        if isinstance(value, datetime):
            plain[name] = value.isoformat()
        elif isinstance(value, EventClass):
            plain[name] = value.code
        elif isinstance(value, dict):
            plain[name] = _plain(value)
        elif value is None or isinstance(value, (int, str, list)):
            plain[name] = value
    return plain
