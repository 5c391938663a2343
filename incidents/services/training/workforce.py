"""What a firm states of its workers (§8.2): on post, trained, passed, per outlet and quarter.

未经培训、培训不合格人员不得上岗作业: who is on post without having passed is a hazard of the firm's.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from incidents.ledger import Entry
from incidents.models import Organization, WorkforceStatement
from incidents.querysets import visible_rosters
from incidents.roles import Actor
from incidents.services.check import Check
from incidents.services.report.contents import MOST_PEOPLE
from incidents.services.training import unfit_on_post
from incidents.services.training.courses import CLAUSE, kept_body, write

FIGURES = ("on_post", "trained", "passed")


def visible(actors: Iterable[Actor]) -> QuerySet[WorkforceStatement]:
    return WorkforceStatement.objects.filter(body__in=visible_rosters(actors))


def owing(actors: Iterable[Actor], year: int, quarter: int) -> QuerySet[Organization]:
    """The firms and outlets seen of which nothing has been stated in this quarter."""
    stated = WorkforceStatement.objects.filter(year=year, quarter=quarter).values("body")
    firms = visible_rosters(actors).filter(kind=Organization.Kind.ENTERPRISE)
    return firms.exclude(pk__in=stated).order_by("code")


def quarter_of(day: date) -> tuple[int, int]:
    return day.year, (day.month + 2) // 3


@transaction.atomic
def state(
    *,
    actor: Actor,
    now: datetime,
    year: int,
    quarter: int,
    on_post: int,
    trained: int,
    passed: int,
    body: str = "",
    note: str = "",
) -> WorkforceStatement:
    """States a quarter of an outlet, or corrects what was stated of it; who has not passed opens a hazard."""
    whose = kept_body(actor, "workforce.state", body)
    whose = Organization.objects.select_for_update(no_key=True, of=("self",)).get(pk=whose.pk)
    check = Check(CLAUSE)
    _check_period(check, year, quarter, timezone.localdate(now))
    figures = dict(zip(FIGURES, (on_post, trained, passed), strict=True))
    for name, figure in figures.items():
        label = WorkforceStatement._meta.get_field(name).verbose_name
        if not isinstance(figure, int) or not 0 <= figure <= MOST_PEOPLE:
            check.wrong(f"/{name}", "not_a_count", f"“{label}”须为不小于 0 的合理整数。")
    if trained > on_post:
        check.wrong("/trained", "more_than_on_post", "已培训人数不能多于在岗人数。")
    if passed > trained:
        check.wrong("/passed", "more_than_trained", "培训合格人数不能多于已培训人数。")
    check.text("/note", "说明", note.strip(), 200)
    check.refuse()
    row, _ = WorkforceStatement.objects.update_or_create(
        body=whose,
        year=year,
        quarter=quarter,
        defaults=figures
        | {"note": note.strip(), "stated_at": now, "stated_by": actor.post, "stated_key": actor.key},
    )
    unfit_on_post.follow(row, actor=actor, now=now)
    entry = Entry(
        "workforce.stated",
        f"填报{row}：在岗 {on_post}，已培训 {trained}，合格 {passed}",
        clause=CLAUSE,
        reason=row.note,
        data={"body": whose.code, "year": year, "quarter": quarter} | figures,
    )
    write(actor, now, whose, entry)
    return row


def _check_period(check: Check, year: int, quarter: int, today: date):
    if not isinstance(year, int) or not 2000 <= year < 2100:
        check.wrong("/year", "out_of_range", "年度须在 2000 至 2099 之间。")
    elif quarter not in (1, 2, 3, 4):
        check.wrong("/quarter", "out_of_range", "季度须为 1 至 4。")
    elif (year, quarter) > quarter_of(today):
        check.wrong("/quarter", "in_future", "这个季度还没有开始。")
