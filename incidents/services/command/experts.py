"""The expert group of an incident (§2.3, 5.4.3): named by 指挥部, convened by the office, its advice recorded."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from incidents.ledger import Entry
from incidents.models import Expert, ExpertAdvice, ExpertCall, ExpertMember, Incident, OpenItem, Organization
from incidents.roles import Actor
from incidents.services import subject
from incidents.services.check import Check
from incidents.services.command import open_items

Answer = ExpertCall.Answer


@transaction.atomic
def name(*, actor: Actor, number: str, experts: Collection[int], now: datetime) -> list[ExpertMember]:
    """指挥部 names experts of the pool for this incident; the office is told to convene them."""
    incident = subject.locked(actor, "expert.name", number)
    named = set(incident.experts.values_list("expert", flat=True))
    chosen = list(pool(incident).filter(pk__in=experts, is_active=True).exclude(pk__in=named))
    check = Check("5.4.3")
    if not chosen or len(chosen) < len(set(experts)):
        check.wrong("/experts", "required", "请从专家库中选择尚未确定的专家。", "2.3")
    check.refuse()
    members = ExpertMember.objects.bulk_create(
        ExpertMember(incident=incident, expert=expert, named_at=now, named_by=actor.post) for expert in chosen
    )
    fields = "、".join(dict.fromkeys(expert.field for expert in chosen))
    words = f"指挥部确定专家组成员 {len(chosen)} 人（{fields}）"
    subject.tell_office(incident, f"{incident.number} {words}，请召集", at=now, clause="2.3")
    entry = Entry(
        "expert.named",
        words,
        clause="2.3",
        data={"experts": [expert.pk for expert in chosen]},
        personal={"expert": "、".join(expert.name for expert in chosen)},
    )
    subject.write(incident, actor, now, entry)
    return members


@transaction.atomic
def call(
    *,
    actor: Actor,
    number: str,
    member: int,
    answer: str,
    now: datetime,
    at: datetime | None = None,
    words: str = "",
) -> ExpertCall:
    """The office calls a member of the group: when, and what he answers."""
    incident = subject.locked(actor, "expert.call", number)
    row = incident.experts.select_related("expert").filter(pk=member).first()
    check = Check("5.4.3")
    if row is None:
        check.wrong("/member", "not_found", "请选择专家组成员。", "5.4.3")
    if answer not in Answer.values:
        check.wrong("/answer", "not_a_choice", "请登记答复。", "5.4.3")
    check.time("/at", "召集时间", at, now)
    check.text("/words", "说明", words, 200)
    check.refuse()
    called = ExpertCall.objects.create(
        member=row, at=min(at or now, now), by=actor.post, answer=answer, words=words.strip()
    )
    entry = Entry(
        "expert.called",
        f"召集专家（{row.expert.field}）：{called.get_answer_display()}",
        clause="5.4.3",
        reason=called.words,
        data={"expert": row.expert_id, "answer": answer, "at": called.at.isoformat()},
        personal={"expert": row.expert.name},
    )
    subject.write(incident, actor, now, entry)
    return called


@transaction.atomic
def advise(
    *,
    actor: Actor,
    number: str,
    words: str,
    now: datetime,
    expert: int | None = None,
    scheme: str = "",
    at: datetime | None = None,
) -> ExpertAdvice:
    """What the group, or one of it, advises, on a scheme or by itself; settles the open item."""
    incident = subject.locked(actor, "expert.advise", number)
    check = Check("5.4.3")
    member = incident.experts.select_related("expert").filter(expert=expert).first() if expert else None
    if not incident.experts.exists():
        check.wrong("/expert", "not_named", "指挥部尚未确定专家组。", "2.3")
    elif expert and member is None:
        check.wrong("/expert", "not_found", "不是专家组成员。", "2.3")
    on = incident.schemes.filter(number=scheme).first() if scheme else None
    if scheme and on is None:
        check.wrong("/scheme", "not_found", "没有这份方案。", "5.4.3")
    if not words.strip():
        check.wrong("/words", "required", "请记录专家意见。", "5.4.3")
    check.time("/at", "时间", at, now)
    check.refuse()
    advice = ExpertAdvice.objects.create(
        incident=incident,
        expert=member and member.expert,
        at=min(at or now, now),
        words=words.strip(),
        scheme=on,
        recorded_at=now,
        recorded_by=actor.post,
    )
    by = f"专家（{member.expert.field}）" if member else "专家组"
    subject.tell_deciders(incident, f"{incident.number} {by}意见", at=now, text=advice.words, clause="5.4.3")
    entry = Entry(
        "expert.advised",
        f"{by}提出意见" + (f"（方案 {on.number}）" if on else ""),
        clause="5.4.3",
        reason=advice.words,
        data={"expert": member and member.expert_id, "scheme": scheme, "at": advice.at.isoformat()},
        personal={"expert": member.expert.name} if member else {},
    )
    said = f"{by} {subject.clock_words(advice.at)} 提出意见"
    settled = open_items.settle(incident, [OpenItem.Kind.EXPERTS], said, now)
    subject.write(incident, actor, now, entry, *settled)
    return advice


def pool(incident: Incident):
    return pool_of(incident.office)


def pool_of(office: Organization):
    return Expert.objects.filter(office=office)
