"""The office weighs warning information (§4.3): verified, analysed, proposed or dismissed; the six measures."""

from datetime import datetime

from django.db import transaction

from alerts.models import NoticeReceipt, Warning, WarningMeasure
from alerts.models.warning_levels import level_words
from alerts.services.debts import DebtBook
from incidents.ledger import Entry
from incidents.models import Level, Organization
from incidents.refusals import wrong
from incidents.roles import Actor
from incidents.services import warning_subject as subject
from incidents.services.call_up import standby
from incidents.services.check import Check
from incidents.services.subject import clock_words, reason_needed
from incidents.services.warning.warning_intake import level_of


@transaction.atomic
def verify(*, actor: Actor, number: str, with_whom: str, how: str, now: datetime) -> Warning:
    """The office has checked the information: with whom, and how (§4.3)."""
    warning = subject.locked(actor, "warning.verify", number)
    check = Check("4.3")
    said = {"with_whom": with_whom.strip(), "how": how.strip()}
    for name, longest in (("with_whom", 100), ("how", 300)):
        if not said[name]:
            check.wrong(f"/{name}", "required", "请写明向谁核实、如何核实。", "4.3")
        check.text(f"/{name}", "核实情况", said[name], longest)
    check.refuse()
    warning.verified_at, warning.verified_with, warning.verified_how = now, said["with_whom"], said["how"]
    warning.save()
    entry = Entry(
        "warning.verified", f"核实：{said['how']}", clause="4.3", personal={"with_whom": said["with_whom"]}
    )
    subject.write(warning, actor, now, entry)
    return warning


@transaction.atomic
def analyse(
    *,
    actor: Actor,
    number: str,
    likelihood: str,
    area: str,
    severity: str,
    possible_level: int,
    now: datetime,
) -> Warning:
    """Probability, area, severity and the level that an incident might reach (§4.3(2)); may be done again."""
    warning = subject.locked(actor, "warning.analyse", number)
    check = Check("4.3")
    if likelihood not in Warning.Likelihood.values:
        check.wrong("/likelihood", "required", "请选择发生概率。", "4.3")
    for name, label, words in (("area", "影响范围", area), ("severity", "严重程度", severity)):
        if not words.strip():
            check.wrong(f"/{name}", "required", f"请填写{label}。", "4.3")
        check.text(f"/{name}", label, words, 300)
    if possible_level not in Level.values:
        check.wrong("/possible_level", "not_a_level", "请选择可能发生的事件级别。", "4.3")
    check.refuse()
    warning.analysed_at, warning.likelihood = now, likelihood
    warning.likely_area, warning.severity = area.strip(), severity.strip()
    warning.possible_level = possible_level
    warning.save()
    entry = Entry(
        "warning.analysed",
        f"研判：{warning.get_likelihood_display()}发生{Level(possible_level).roman}级事件，影响 {warning.likely_area}",
        clause="4.3",
        data={
            "likelihood": likelihood,
            "area": warning.likely_area,
            "severity": warning.severity,
            "level": int(possible_level),
        },
    )
    subject.write(warning, actor, now, entry)
    return warning


@transaction.atomic
def propose(
    *, actor: Actor, number: str, level: int, reason: str, now: datetime, seen: int | None = None
) -> Warning:
    """The office proposes to 指挥部 that a warning of this level be issued (§4.3, 4.4)."""
    warning = subject.locked(actor, "warning.propose", number, seen=seen)
    level = level_of(level)
    reason = reason_needed(reason, "4.4")
    warning.propose(level, actor.post)
    warning.save()
    book = DebtBook(warning, now)
    subject.tell_commanders(
        warning, f"{warning.number} 建议发布{level_words(level)}", at=now, text=f"{warning.title}\n{reason}"
    )
    entry = Entry(
        "warning.proposed",
        f"建议发布{level_words(level)}",
        clause="4.4",
        reason=reason,
        data={"level": int(level)},
    )
    subject.write(warning, actor, now, entry, *book.save())
    return warning


@transaction.atomic
def dismiss(*, actor: Actor, number: str, reason: str, now: datetime, seen: int | None = None) -> Warning:
    """Unfounded: what is not yet due becomes void, what is overdue stays breached (domain §2)."""
    warning = subject.locked(actor, "warning.dismiss", number, seen=seen)
    reason = reason_needed(reason, "4.3")
    warning.dismiss()
    warning.save()
    book = DebtBook(warning, now)
    book.void_open("预警信息不成立")
    told = Organization.objects.filter(
        pk__in=NoticeReceipt.objects.filter(notice__warning=warning).values("organization")
    )
    subject.tell(
        warning,
        [warning.enterprise, *told],
        f"{warning.number} 经核实不成立",
        at=now,
        text=reason,
        clause="4.3",
    )
    entry = Entry("warning.dismissed", "预警信息不成立", clause="4.3", reason=reason, for_firm=True)
    subject.write(warning, actor, now, entry, *book.save())
    return warning


@transaction.atomic
def take_measure(
    *,
    actor: Actor,
    number: str,
    item: int,
    owner: str,
    now: datetime,
    due_at: datetime | None = None,
    done: bool = False,
    note: str = "",
) -> WarningMeasure:
    """One of the measures (1)–(6) of §4.3: given to someone, with a time, or done."""
    warning = subject.locked(actor, "warning.measure", number)
    measure = warning.measures.select_for_update().filter(item=item).first()
    if measure is None:
        raise wrong("/item", "required", "请选择 §4.3 的一项措施。", "4.3")
    check = Check("4.3")
    if not owner.strip():
        check.wrong("/owner", "required", "请填写责任单位。", "4.3")
    check.text("/owner", "责任单位", owner, 60)
    check.text("/note", "落实情况", note, 300)
    check.time("/due_at", "要求完成时间", due_at, now, past=False)
    check.refuse()
    is_new = done and not measure.done_at
    measure.owner, measure.due_at, measure.note = owner.strip(), due_at, note.strip()
    measure.done_at = (measure.done_at or now) if done else None
    measure.save()
    words = f"措施（{measure.item}）{measure.get_item_display()}：{measure.owner}"
    words += "，已落实" if done else f"，{clock_words(due_at)} 前" if due_at else ""
    data = {
        "item": measure.item,
        "owner": measure.owner,
        "due_at": due_at and due_at.isoformat(),
        "words": measure.note,
    }
    subject.write(warning, actor, now, Entry("warning.measure", words, clause="4.3", data=data))
    if is_new and measure.item == WarningMeasure.Item.STANDBY:
        standby.by_measure(warning, measure.owner, actor=actor, now=now)
    return measure
