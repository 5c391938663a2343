"""The ledger (domain §6): every act one row, chained by hash per subject, verified from the outside.

A chain is an incident's, a warning's, a body's or an account's. Rows are sequenced under their chain's head row,
which is always locked last (subject, debts, ledger). The database refuses UPDATE, DELETE and TRUNCATE.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain as one_after_another
from itertools import groupby
from operator import attrgetter

from django.db import connection, transaction
from django_guid import get_guid

from incidents.models import Incident, LedgerEntry, LedgerHead, PersonalValue
from incidents.roles import SYSTEM, Actor
from incidents.rows import insert, made, update

GENESIS = "0" * 64
_one_form = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


@dataclass
class Entry:
    """What is to be written. `personal` values stand beside the ledger and only hashed inside it."""

    action: str
    summary: str
    clause: str = ""
    reason: str = ""
    data: dict = field(default_factory=dict)
    for_firm: bool = False
    personal: dict[str, str] = field(default_factory=dict)


def account_chain(user) -> str:
    return f"account:{user.pk}"


def body_chain(organization) -> str:
    return f"body:{organization.pk}"


def append(
    chain: str,
    *entries: Entry,
    at: datetime,
    actor: Actor = SYSTEM,
    incident: Incident | None = None,
    begins: bool = False,
):
    """Writes the entries to one chain, in order. Call it last in the transaction. `begins`: they are its first."""
    append_all([(chain, incident, entry) for entry in entries], at=at, actor=actor, begins=begins)


def append_all(
    rows: Iterable[tuple[str, Incident | None, Entry]],
    *,
    at: datetime,
    actor: Actor = SYSTEM,
    begins: bool = False,
) -> list[LedgerEntry]:
    """Writes entries to several chains in a handful of statements, whatever their number."""
    rows = list(rows)
    chains = {chain for chain, _, _ in rows}
    heads = {chain: _genesis(chain) for chain in chains} if begins else _lock_heads(chains)
    written, values, request = [], [], get_guid() or ""
    for chain, incident, entry in rows:
        head = heads[chain]
        record = made(
            LedgerEntry,
            chain=chain,
            seq=head.seq + 1,
            at=at,
            action=entry.action,
            summary=entry.summary,
            clause=entry.clause,
            reason=entry.reason,
            incident_id=incident and incident.pk,
            person_id=actor.person and actor.person.pk,
            post_id=actor.post and actor.post.pk,
            key_id=actor.key and actor.key.pk,
            organization_id=actor.organization and actor.organization.pk,
            for_firm=entry.for_firm,
            data=entry.data,
            request=request,
            previous=head.hash,
        )
        personal = {name: (secrets.token_hex(16), value) for name, value in entry.personal.items() if value}
        record.text = canonical(record, {name: _salted(*pair) for name, pair in personal.items()})
        record.hash = _hash(record.previous, record.text)
        head.seq, head.hash = record.seq, record.hash
        written.append(record)
        values += [(record, name, *pair) for name, pair in personal.items()]
    insert(written)
    insert(
        [
            PersonalValue(entry=record, name=name, salt=salt, value=value)
            for record, name, salt, value in values
        ]
    )
    if begins:
        insert(list(heads.values()))
    else:
        update(list(heads.values()), "seq", "hash")
    return written


def _genesis(chain: str) -> LedgerHead:
    return made(LedgerHead, chain=chain, seq=0, hash=GENESIS)


def _lock_heads(chains: set[str]) -> dict[str, LedgerHead]:
    """The heads of the chains, locked in the order of their names; made for those that begin here."""
    locked = LedgerHead.objects.select_for_update().filter(chain__in=chains).order_by("chain")
    heads = {head.chain: head for head in locked}
    if begun := sorted(chains - heads.keys()):
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO incidents_ledgerhead (chain, seq, hash) SELECT unnest(%s), 0, %s ON CONFLICT DO NOTHING",
                [begun, GENESIS],
            )
            begun_by_another = cursor.rowcount < len(begun)
        if begun_by_another:
            return {head.chain: head for head in locked.all()}
        heads |= {chain: _genesis(chain) for chain in begun}
    return heads


def last_seq(chain: str) -> int:
    """How far the chain has come: what a screen shows of it is as new as this."""
    return LedgerHead.objects.filter(chain=chain).values_list("seq", flat=True).first() or 0


def canonical(record: LedgerEntry, personal: dict[str, str]) -> str:
    """The one text of a row that its hash covers."""
    content = {
        "chain": record.chain,
        "seq": record.seq,
        "at": record.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "action": record.action,
        "summary": record.summary,
        "clause": record.clause,
        "reason": record.reason,
        "incident": record.incident_id,
        "person": record.person_id,
        "post": record.post_id,
        "key": record.key_id,
        "organization": record.organization_id,
        "for_firm": record.for_firm,
        "data": record.data,
        "personal": personal,
    }
    if record.request:  # rows from before there was one have the text that they always had
        content["request"] = record.request
    return _one_form(content)


def _hash(previous: str, text: str) -> str:
    return hashlib.sha256((previous + text).encode()).hexdigest()


def _salted(salt: str, value: str) -> str:
    return hashlib.sha256((salt + value).encode()).hexdigest()


@dataclass(frozen=True)
class Fault:
    chain: str
    seq: int
    what: str


ERASED = "personal.erased"
"""The act by which personal values are erased: a row of the same chain, at the moment that they bear."""
Exported = dict[str, dict[int, str]]
"""Chain heads once written outside the database: chain → seq → hash."""


@contextmanager
def one_view() -> Iterator[None]:
    """All that is read in this block stood at one moment, whoever writes meanwhile (a row and its head are two reads)."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def verify(exported: Exported | None = None, *, warnings: Iterable = ()) -> Iterator[Fault]:
    """The first fault of every chain that does not hold: in itself, at its head, or against what was exported.

    `warnings`: those that there are (they stand above this module); like an incident, each must have its chain.
    """
    with one_view():
        yield from _all_faults(dict(exported or {}), warnings)


def _all_faults(exported: Exported, warnings: Iterable) -> Iterator[Fault]:
    heads = {head.chain: head for head in LedgerHead.objects.all()}
    seen = set()
    for chain, rows in groupby(
        _records(LedgerEntry.objects.order_by("chain", "seq")), key=attrgetter("chain")
    ):
        seen.add(chain)
        fault = _first_fault(chain, rows, heads.get(chain), exported.get(chain, {}))
        if fault:
            yield fault
    for chain in sorted((heads.keys() | exported.keys()) - seen):
        yield Fault(chain, 1, "整条链已不在台账中")
    known = seen | heads.keys() | exported.keys()
    for subject in one_after_another(Incident.with_drills.only("pk", "number").iterator(), warnings):
        if subject.chain not in known:
            yield Fault(subject.chain, 1, f"{subject.noun} {subject.number} 没有台账")


def verify_chain(chain: str, exported: Exported | None = None) -> Fault | None:
    """The first fault of this one chain, None if it holds."""
    with one_view():
        head = LedgerHead.objects.filter(chain=chain).first()
        rows = _records(LedgerEntry.objects.filter(chain=chain).order_by("seq"))
        first = next(rows, None)
        if first is None:
            return Fault(chain, 1, "整条链已不在台账中")
        return _first_fault(chain, one_after_another((first,), rows), head, (exported or {}).get(chain, {}))


def _records(rows) -> Iterator[LedgerEntry]:
    """With their personal values, some thousand at a time: a ledger of many years needs no more room."""
    return rows.prefetch_related("personal_values").iterator(chunk_size=2000)


def _stated(text: str) -> dict[str, str]:
    """The salted hashes that a row's text holds; none, if the text is not even one."""
    try:
        stated = json.loads(text)["personal"]
    except (ValueError, TypeError, KeyError):
        return {}
    return stated if isinstance(stated, dict) else {}


def _first_fault(chain, rows, head, exported: dict[int, str]) -> Fault | None:
    last, erased, told = None, [], set()
    for record in rows:
        if what := _fault_of(record, last, exported.get(record.seq)):
            return Fault(chain, last.seq + 1 if last else 1, what)
        last = record
        if record.action == ERASED:
            told.add(record.at)
        gone = (value for value in record.personal_values.all() if value.value is None)
        erased += [(record.seq, value) for value in gone]
    for seq, value in erased:
        if value.erased_at not in told:
            return Fault(chain, seq, f"个人信息“{value.name}”已清除，台账里却没有这次清除")
    if head is None:
        return Fault(chain, last.seq, "链头缺失")
    if max(head.seq, *exported, 0) > last.seq:
        return Fault(chain, last.seq + 1, "链尾的记录已不在台账中")
    if head.seq < last.seq:
        return Fault(chain, head.seq + 1, "链头之后的记录不是系统写入的，或链头被改动")
    if head.hash != last.hash:
        return Fault(chain, last.seq, "链头与最后一行不符")
    return None


def _fault_of(record, last, exported_hash) -> str | None:
    if record.seq != (last.seq + 1 if last else 1):
        return "缺少这一行"
    if record.previous != (last.hash if last else GENESIS):
        return "与前一行的哈希不衔接"
    stated = _stated(record.text)
    if record.text != canonical(record, stated):
        return "列的内容与规范文本不符"
    if record.hash != _hash(record.previous, record.text):
        return "哈希不符"
    if exported_hash not in (None, record.hash):
        return "与曾导出的链头不符：链被重写"
    values = {value.name: value for value in record.personal_values.all()}
    if gone := stated.keys() - values.keys():
        return f"个人信息“{min(gone)}”已不在库中（依法清除的会留有记录）"
    for value in values.values():
        if value.value is None and value.erased_at is None:
            return f"个人信息“{value.name}”缺失，又没有清除记录"
        if value.value is not None and stated.get(value.name) != _salted(value.salt, value.value):
            return f"个人信息“{value.name}”已被改动"
    return None
