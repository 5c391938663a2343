"""The timeline as people read it: debts that began at one moment are one line; the ledger keeps a row for each."""

from collections.abc import Iterable
from itertools import groupby

from incidents.models import LedgerEntry

OPENED = "deadline.opened"


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
