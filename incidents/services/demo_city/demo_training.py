"""The demo's training and publicity (§8.1, 8.2): something done, something running out, something not done yet."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from incidents.models import Expert
from incidents.roles import Actor
from incidents.services.command import expert_pool
from incidents.services.training import (
    course_attendance,
    course_results,
    courses,
    publicity,
    training_plan,
    workforce,
)

WORKERS = "收派员一\n收派员二\n分拣员一\n分拣员二\n驾驶员一"


def tell(actors: dict[str, Actor], now: datetime):
    office, firm, other = actors["director"], actors["express-a"], actors["express-b"]
    today = timezone.localdate(now)
    expert = expert_pool.keep(
        actor=office,
        now=now,
        name="授课专家",
        field="消防与危险化学品",
        body="示范学院",
        phone="0396-0000000",
        county="驿城区",
        services=[Expert.Service.TRAINING, Expert.Service.MEDIA],
    )
    cadres = courses.keep(
        actor=office,
        now=now,
        name="邮政业突发事件应急预案解读",
        kind="cadre",
        held_on=today - timedelta(days=20),
        hours=Decimal(4),
        place="市邮政管理局会议室",
        expert=expert.pk,
    )
    listed = []
    for username in ("duty", "duty2", "leader", "member"):
        actor = actors[username]
        listed += course_attendance.attend(
            actor=office,
            course=cadres.pk,
            people=[actor.person.pk],
            body=actor.organization.code,
            now=now,
        )
    passed = {row.pk: "passed" for row in listed}
    course_results.judge(actor=office, course=cadres.pk, results=passed, now=now)

    skills = courses.keep(
        actor=firm,
        now=now,
        name="灭火和疏散技能",
        kind="skill",
        held_on=today - timedelta(days=340),
        hours=Decimal("2.5"),
        place="分拨中心",
        teacher="企业安全负责人",
    )
    rows = course_attendance.attend(actor=firm, course=skills.pk, names=WORKERS, now=now)
    results = {row.pk: "passed" for row in rows[:4]} | {rows[4].pk: "failed"}
    course_results.judge(actor=firm, course=skills.pk, results=results, now=now)
    courses.keep(
        actor=office,
        now=now,
        name="重大活动寄递安保培训",
        kind="knowledge",
        held_on=today + timedelta(days=15),
        hours=Decimal(3),
        place="市邮政管理局会议室",
        expert=expert.pk,
    )

    months = ((1, "邮政业突发事件应急预案解读", "cadre"), (today.month, "重大活动寄递安保培训", "knowledge"))
    for month, name, kind in months:
        said = {"year": today.year, "month": month, "name": name, "kind": kind, "people": 30}
        line = training_plan.keep(actor=office, now=now, audience="市局和成员单位值班人员", **said)
        if kind == "cadre" and cadres.held_on.year == today.year:
            training_plan.carry_out(actor=office, line=line.pk, course=cadres.pk, now=now)

    year, quarter = workforce.quarter_of(today)
    for actor, figures in ((firm, (46, 45, 43)), (other, (21, 21, 21))):
        names = dict(zip(workforce.FIGURES, figures, strict=True))
        workforce.state(actor=actor, now=now, year=year, quarter=quarter, **names)

    publicity.keep(
        actor=office,
        now=now,
        held_on=today - timedelta(days=35),
        kind="law",
        topic="快递暂行条例和应急预案宣传周",
        audience="寄递企业从业人员和用户",
        reached=1200,
        place="各县区网点、公众号",
        materials="宣传海报、问答手册",
        experts=[expert.pk],
    )
    publicity.keep(
        actor=firm,
        now=now,
        held_on=today - timedelta(days=60),
        kind="knowledge",
        topic="电动车充电防火知识",
        audience="本企业收派员",
        reached=46,
        place="早会",
    )
