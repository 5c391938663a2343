"""Who hears of a warning while it is in hand (§4.3): superiors, departments, the province when it outgrows the city, daily."""

from datetime import date, datetime, timedelta

from django.db import transaction

from alerts.models import DailyReport, NoticeReceipt, Warning, WarningItem, WarningNotice, WarningUpwardReport
from alerts.models.deadline import day_at
from alerts.services import webhook_events
from alerts.services.debts import DebtBook
from alerts.services.webhook_happenings import firms_among, of_warning_notice
from incidents.ledger import Entry
from incidents.models import DeadlineRule, Level, Organization
from incidents.refusals import NotFound, WrongState, wrong
from incidents.roles import Actor
from incidents.services import warning_subject as subject
from incidents.services.addressing import tellable
from incidents.services.check import Check
from incidents.services.notice.reporting_up import answer, said_to
from incidents.services.subject import reason_needed, refuse_longer
from incidents.services.warning.warning_contents import default_addressees

Act, Clock, Kind = DeadlineRule.Act, DeadlineRule.Clock, Organization.Kind
SHORTEST, LONGEST = timedelta(minutes=30), timedelta(hours=24)


@transaction.atomic
def report_up(
    *, actor: Actor, number: str, to: str, person: str, words: str, now: datetime, at: datetime | None = None
) -> WarningUpwardReport:
    """Records a report to a superior body (by kind): to whom, when, what was said. It meets W2 and R8 to that body."""
    warning = subject.locked(actor, "warning.report_up", number)
    check = Check("4.3")
    body, at = said_to(check, warning, to, person, words, at, now)
    check.refuse()
    told = WarningUpwardReport.objects.create(
        warning=warning,
        to=body,
        at=at,
        person=person.strip(),
        words=words.strip(),
        by=actor.post,
        recorded_at=now,
    )
    book = DebtBook(warning, now)
    answer(book, body, at, Level.I)
    entry = Entry(
        "warning.reported_up",
        f"向{body}报告预警信息",
        clause="4.3",
        data={"to": body.code, "at": at.isoformat(), "words": told.words},
        personal={"person": told.person},
    )
    subject.write(warning, actor, now, entry, *book.save())
    return told


@transaction.atomic
def tell(*, actor: Actor, number: str, to: list[str], words: str, now: datetime) -> WarningNotice:
    """通报: departments, counties and enterprises that may be touched are told, and their reading is waited for (§4.3)."""
    warning = subject.locked(actor, "warning.tell", number)
    bodies = addressees(warning, to)
    words = reason_needed(words, "4.3", field="words", name="通报内容")
    refuse_longer("words", "通报内容", words, 2000)
    notice = WarningNotice.objects.create(warning=warning, words=words, at=now, by=actor.post)
    NoticeReceipt.objects.bulk_create(
        NoticeReceipt(notice=notice, organization=body, told_at=now) for body in bodies
    )
    if any(body.kind != Kind.ENTERPRISE for body in bodies):
        settle_told(warning, f"已通报 {len(bodies)} 个单位", now)
    webhook_events.queue([of_warning_notice(notice, firm) for firm in firms_among(bodies)], at=now)
    subject.tell(warning, bodies, f"通报 {warning.number} {warning.title}", at=now, text=words, clause="4.3")
    entry = Entry(
        "warning.told",
        f"通报{'、'.join(map(str, bodies[:4]))}{f'等 {len(bodies)} 个单位' if len(bodies) > 4 else ''}",
        clause="4.3",
        data={"bodies": [str(body) for body in bodies], "words": words},
    )
    subject.write(warning, actor, now, entry)
    return notice


def addressees(warning: Warning, codes: list[str]) -> list[Organization]:
    """Departments, counties and enterprises of the city, and whom it touches elsewhere, by their codes; refused when there is
    none, or one is unknown."""
    bodies = tellable(warning.office).filter(code__in=codes)
    touched = [body for body in default_addressees(warning) if body.code in codes]
    found = sorted({*bodies, *touched}, key=lambda body: (body.kind, body.pk))
    if unknown := set(codes) - {body.code for body in found}:
        raise wrong("/to", "not_found", f"不能通报“{'、'.join(sorted(unknown))}”。", "4.3")
    if not found:
        raise wrong("/to", "required", "请选择通报的单位。", "4.3")
    return found


def settle_told(warning: Warning, words: str, now: datetime):
    WarningItem.objects.filter(
        warning=warning, kind=WarningItem.Kind.TELL_DEPARTMENTS, settled_at=None
    ).update(settled_at=now, words=words)


@transaction.atomic
def settle_item(*, actor: Actor, number: str, kind: str, words: str, now: datetime) -> WarningItem:
    """An item without a clock is done, or no department is concerned: said in words (§4.3)."""
    warning = subject.locked(actor, "warning.settle_item", number)
    item = warning.open_items.select_for_update().filter(kind=kind).first()
    if item is None:
        raise NotFound("没有这项待办。", "not_found")
    if item.settled_at:
        raise WrongState("这项待办已经办结。", "already_done", item.clause)
    words = reason_needed(words, item.clause, field="words", name="办理情况")
    refuse_longer("words", "办理情况", words, 200)
    item.words, item.settled_at = words, now
    item.save()
    entry = Entry(
        "item.settled", f"{item.get_kind_display()}：{words}", clause=item.clause, data={"kind": kind}
    )
    subject.write(warning, actor, now, entry)
    return item


@transaction.atomic
def file_daily(*, actor: Actor, number: str, day: date, contents: str, now: datetime) -> DailyReport:
    """日报 for a calendar day in which the warning is, or was, in force; it settles that day (W3)."""
    warning = subject.locked(actor, "warning.daily", number)
    check = Check("4.3")
    first, last = (day_at(at, warning.clock) for at in (warning.issued_at, warning.lifted_at or now))
    if day > day_at(now, warning.clock):
        check.wrong("/day", "in_future", "不能提前报以后日期的日报。", "4.3")
    elif not first <= day <= last:
        check.wrong("/day", "not_in_force", f"预警生效期间为 {first:%m月%d日} 至 {last:%m月%d日}。", "4.3")
    if not contents.strip():
        check.wrong("/contents", "required", "请填写日报内容。", "4.3")
    check.text("/contents", "日报内容", contents, 5000)
    check.refuse()
    serial = warning.daily_reports.count() + 1
    daily = DailyReport.objects.create(
        warning=warning,
        serial=serial,
        number=f"{warning.number}-D{serial}",
        day=day,
        contents=contents.strip(),
        filed_by=actor.post,
        filed_at=now,
    )
    book = DebtBook(warning, now)
    book.settle(Act.DAILY, now, day=day)
    hq = subject.headquarters(warning)
    subject.tell(
        warning, [hq], f"{warning.number} {day:%m月%d日}日报", at=now, text=daily.contents, clause="4.3"
    )
    entry = Entry(
        "warning.daily",
        f"日报 {daily.number}（{day:%m月%d日}）",
        clause="4.3",
        data={"day": day.isoformat(), "contents": daily.contents},
    )
    subject.write(warning, actor, now, entry, *book.save())
    return daily


@transaction.atomic
def set_daily_interval(*, actor: Actor, number: str, interval: timedelta | None, now: datetime) -> Warning:
    """指挥部 wants it more often than once a day, or once a day again (§4.3(1))."""
    warning = subject.locked(actor, "warning.set_interval", number)
    if interval is not None and not SHORTEST <= interval <= LONGEST:
        raise wrong("/hours", "out_of_range", "报送间隔须在半小时至 24 小时之间。", "4.3")
    warning.daily_interval = interval
    warning.save()
    book = DebtBook(warning, now)
    book.set_interval(Clock.IN_FORCE, interval, now)
    words = f"每 {interval.total_seconds() / 3600:g} 小时" if interval else "每日一次"
    subject.tell(warning, [warning.office], f"{warning.number} 报送间隔改为{words}", at=now, clause="4.3")
    entry = Entry("warning.interval_set", f"设定动态报送：{words}", clause="4.3")
    subject.write(warning, actor, now, entry, *book.save())
    return warning
