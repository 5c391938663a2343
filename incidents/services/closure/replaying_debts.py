"""The debts of an incident as they stood after a row of its ledger, for its replay (`replaying`).

Rows know when they were met, not when that was recorded: for that, and for due times that were moved later, the ledger is
asked. It names a debt by rule, creditor and debtor; those alike are told apart by the order in which they began.
"""

from collections import defaultdict
from datetime import datetime

from alerts.models import Deadline
from incidents.models import Incident, LedgerEntry


def debts_then(incident: Incident, ledger: list[LedgerEntry], seq: int) -> tuple[list[Deadline], list[str]]:
    """The rows wound back to what they held after row `seq`, never to be saved; and what can't be known."""
    unknown: list[str] = []
    before = [entry for entry in ledger if entry.seq <= seq]
    until = before[-1].at
    rows = incident.deadlines.select_related(
        "rule", "debtor", "desk", "creditor", "met_by", "acknowledged_by"
    )
    rows = list(rows.order_by("pk"))
    told, alike = defaultdict(list), defaultdict(list)
    for entry in ledger:
        if entry.action.startswith("deadline."):
            told[_key(entry.data)].append(entry)
    for row in rows:
        alike[row.rule.code, row.rule.creditor, row.debtor.code].append(row)
    for key, those in alike.items():
        unknown += _wind_back(those, told[key], seq, until)
    acknowledged = {e.data.get("deadline"): e for e in before if e.action == "deadline.acknowledged"}
    for row in rows:
        entry = acknowledged.get(row.pk)
        row.acknowledged_at = entry and entry.at
        row.acknowledged_by = entry and entry.post
        row.resumes_at = entry and time_of(entry, "resumes_at")
    standing = [row for row in rows if row.created_at <= until]
    return sorted(standing, key=lambda row: (not row.is_answerable, row.due_at, row.pk)), unknown


def _key(data: dict) -> tuple:
    return data.get("rule"), data.get("creditor"), data.get("debtor")


def _wind_back(rows: list[Deadline], told: list[LedgerEntry], seq: int, until: datetime) -> list[str]:
    """Rows of one rule, debtor and creditor, in the order in which they were opened, with what the ledger told of them."""
    met = {time_of(e, "met_at"): e.seq for e in reversed(told) if e.action == "deadline.met"}
    revived = [e for e in told if e.action == "deadline.revived" and e.seq > seq]
    for row in rows:
        for name in ("voided_at", "waived_at", "written_off_at", "relieved_at"):
            if (value := getattr(row, name)) and value > until:
                setattr(row, name, None)
        if row.met_at and met.get(row.met_at, 0) > seq:
            before = [at for at, told_by in met.items() if told_by <= seq]
            row.met_at, row.met_by = (max(before) if before and len(rows) == 1 else None), None
        if revived and not row.relieved_at:
            row.relieved_at = next(
                (e.at for e in told if e.action == "deadline.relieved" and e.seq <= seq), None
            )
    moved = [e for e in told if e.action == "deadline.moved"]
    if any(e.seq > seq for e in moved):
        return _set_due(rows, told, moved, seq)
    return []


def _set_due(rows: list[Deadline], told: list[LedgerEntry], moved: list[LedgerEntry], seq: int) -> list[str]:
    """Due times were moved later: what they were is told by the opening, and by the moves until then."""
    opened = [e for e in told if e.action == "deadline.opened"]
    known = [e for e in moved if e.seq <= seq]
    if len(rows) > 1 and (known or len(opened) != len(rows)):
        rule = rows[0].rule
        return [f"{rule.code} {rule.name} 的到期时间后来变更过，此刻的到期时间无法确定。"]
    for row, opening in zip(rows, opened, strict=False):
        row.due_at = time_of(known[-1] if known else opening, "due_at")
    return []


def time_of(entry: LedgerEntry, name: str) -> datetime:
    return datetime.fromisoformat(entry.data[name])
