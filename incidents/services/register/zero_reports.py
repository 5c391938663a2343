"""零报告 (§4.1): each body of a key period says of each day that nothing happened, or what; who is silent is chased."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from alerts.models import Notification
from alerts.services import inbox
from alerts.services.directory import reached_for
from incidents import ledger
from incidents.ledger import Entry, body_chain
from incidents.models import Organization, ZeroReport
from incidents.models.key_period import asks
from incidents.refusals import WrongState
from incidents.roles import OFFICE, Actor
from incidents.services.check import Check
from incidents.services.debt import undertakings
from incidents.services.register import key_periods
from incidents.services.register.telling import Chased, said_at, tell_all

CLAUSE = key_periods.CLAUSE
Kind = Organization.Kind


@transaction.atomic
def report(
    *,
    actor: Actor,
    number: str,
    is_quiet: bool | None,
    now: datetime,
    words: str = "",
    day: date | None = None,
    body: str = "",
    told_at: datetime | None = None,
) -> ZeroReport:
    """A body's word on one day, today unless it says which; by telephone, when it came (`told_at`). With something to report
    the desk is told at once; the incident or the risk itself is reported by its own form (§4.2, 5.2.1)."""
    period = key_periods.taken(actor, "zero.report", number)
    reporter = key_periods.of_period(actor, period.bodies.all(), body, "zero.report")
    check = Check(CLAUSE)
    at = said_at(check, actor, told_at, period.declared_at, now)
    today = timezone.localdate(at)
    day, words = day or today, words.strip()
    if is_quiet is None:
        check.wrong("/is_quiet", "required", "请说明无情况还是有情况。")
    if is_quiet is False and not words:
        check.wrong("/words", "required", "有情况的，请写明是什么情况。")
    if is_quiet and words:
        check.wrong("/words", "not_quiet", "写了情况的，请选“有情况”。")
    check.text("/words", "情况", words, 2000)
    if day > today:
        check.wrong("/day", "in_future", "不能提前报送以后的日子。")
    elif day not in period.days or not asks(
        key_periods.changes_by_body(period).get(reporter.pk, []), period.due_at(day)
    ):
        check.wrong("/day", "not_of_period", f"{day} 不在这段时期须报的日子里。")
    check.refuse()
    row = ZeroReport.objects.create(
        period=period,
        body=reporter,
        day=day,
        is_quiet=is_quiet,
        words=words,
        by_phone=actor.role in OFFICE,
        filed_at=at,
        filed_by=actor.post,
        key=actor.key,
    )
    if not is_quiet:
        inbox.tell(
            reached_for(period.office, at=now),
            kind=Notification.Kind.NEWS,
            title=f"{reporter} 零报告：有情况（{period}）",
            text=words,
            clause=CLAUSE,
            at=now,
            matter=key_periods.matter(period),
        )
    said = "无情况" if is_quiet else "有情况"
    late = "，迟报" if row.is_late else ""
    entry = Entry(
        "zero.reported",
        f"{period} {day:%-m月%-d日} 零报告：{said}{late}" + ("（电话，应急办代录）" if row.by_phone else ""),
        clause=CLAUSE,
        data={"period": period.number, "day": day.isoformat(), "quiet": is_quiet, "said_at": at.isoformat()},
        for_firm=reporter.kind == Kind.ENTERPRISE,
    )
    undertakings.settle(
        body=reporter,
        rule=key_periods.DAILY,
        matter=key_periods.matter(period),
        at=at,
        now=now,
        actor=actor,
        day=day,
    )
    ledger.append(body_chain(reporter), entry, at=now, actor=actor)
    return row


@transaction.atomic
def chase(*, actor: Actor, number: str, now: datetime) -> Chased:
    """Tells every body whose report of today is not there yet."""
    period = key_periods.locked(actor, "period.chase", number)
    today = timezone.localdate(now)
    if today not in period.days or not period.runs(now):
        raise WrongState("今天不须报送零报告。", "nobody_owes", CLAUSE)
    said = set(period.reports.filter(day=today).values_list("body", flat=True))
    silent = [body for body in key_periods.owing(period, today) if body.pk not in said]
    if not silent:
        raise WrongState("今天都已报送。", "nobody_owes", CLAUSE)
    limit = f"{period.due_by:%H:%M} 截止" if now < period.due_at(today) else f"已过 {period.due_by:%H:%M}"
    title = f"催报：{period} 今日零报告，{limit}（内部时限）"
    about = {"kind": Notification.Kind.CHASE, "matter": key_periods.matter(period)}
    unreached = tell_all(silent, title=title, text=period.note, now=now, **about)
    what = f"催报 {period} 今日零报告：{len(silent)} 个单位"
    data = {"bodies": [body.code for body in silent], "unreached": unreached}
    key_periods.write(period, actor, now, "period.chased", what, data)
    return Chased(len(silent), len(unreached))
