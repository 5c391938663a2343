"""The timeline as people read it: debts that began at one moment are one line; the ledger keeps a row for each."""

from collections.abc import Iterable
from itertools import groupby

from django.db.models import Q

from incidents.models import LedgerEntry

OPENED = "deadline.opened"

SHOWS = {
    "all": ("全部", Q()),
    "decisions": ("决定", Q(action__startswith="incident.") | Q(action__startswith="response.")),
    "orders": ("任务", Q(action__startswith="order.") | Q(action__startswith="support.")),
    "reports": (
        "报告",
        Q(action__startswith="report.")
        | Q(action__startswith="oral.")
        | Q(action__in=["firm.chased", "attachment.added"]),
    ),
    "briefs": ("专报", Q(action__startswith="brief.")),
    "command": (
        "指挥",
        Q(action__startswith="meeting.")
        | Q(action__startswith="group.")
        | Q(action__startswith="on_scene.")
        | Q(action__startswith="scheme.")
        | Q(action__startswith="expert.")
        | Q(action__startswith="own_plan."),
    ),
    "call_ups": ("调用", Q(action__startswith="call_up.")),
    "words": (
        "批示通报",
        Q(action__startswith="instruction.")
        | Q(action__startswith="notice.")
        | Q(action__startswith="release."),
    ),
    "deadlines": ("时限", Q(action__startswith="deadline.")),
}
"""What of it one may choose to see: the name of the choice, and its entries."""


def bundled(entries: Iterable[LedgerEntry]) -> list[LedgerEntry]:
    """The entries, newest first as they come; of neighbours that tell of debts begun at one moment the first stands
    for all, which it holds in `together`."""
    lines = []
    for (action, *_), group in groupby(entries, key=lambda entry: (entry.action, entry.chain, entry.at)):
        group = list(group)
        if action == OPENED and len(group) > 1:
            group[0].together = sorted(group, key=lambda entry: entry.seq)
            lines.append(group[0])
        else:
            lines += group
    return lines


def bundle_words(together: list[LedgerEntry]) -> str:
    """起算 4 项时限：R3 口头汇报、R4 书面报告 …"""
    names = dict.fromkeys(entry.summary.removeprefix("起算").strip() for entry in together)
    return f"起算 {len(together)} 项时限：{'、'.join(names)}"
