"""After the demo's story, its revision of the plan: one limit shortened with a reason, bodies asked, one has answered; a
reading of a clause."""

from datetime import datetime, timedelta

from incidents.models import Expert
from incidents.roles import Actor
from incidents.services.revision import (
    plan_assessing,
    plan_editing,
    plan_opinions,
    plan_readings,
    plan_revision,
    plan_versions,
)
from incidents.services.revision.plan_opinions import Opinion


def tell(who: dict[str, Actor], now: datetime):
    if plan_versions.under_way():
        return
    director = who["director"]
    plan_readings.issue(
        actor=director,
        clause="5.2.1",
        words="“立即”口头汇报，指获知后 15 分钟之内由企业值班电话报市邮政业应急办（内部目标）。",
        now=now - timedelta(days=20),
    )
    begun = now - timedelta(days=3)
    draft = plan_revision.start_draft(actor=who["admin"], now=begun)
    for code, minutes, reason in (
        ("R2", 45, "近两次演练中各企业均在 40 分钟内报出"),
        ("R10", 20, "夜间值班增加一人"),
    ):
        plan_editing.keep_row(
            actor=who["admin"],
            part="deadlinerule",
            row=draft.deadlinerule_set.get(code=code).pk,
            values={"limit": timedelta(minutes=minutes)},
            reason=reason,
            now=begun,
        )
    expert = Expert.objects.filter(office=director.organization, is_active=True).first()
    assessment = plan_assessing.open_round(
        actor=director,
        to=["fire-rescue", "express-a", "express-b"],
        experts=[expert.pk],
        words="请就书面简要报告时限由 1 小时改为 45 分钟提出意见。",
        due_at=now + timedelta(days=4),
        now=begun,
    )
    plan_opinions.answer(
        actor=who["express-b"],
        asked=assessment.asked.get(body__code="express-b").pk,
        agrees=False,
        opinions=[Opinion("夜间分拨中心值守人员少，建议 50 分钟。", "时限规则 R2 书面简要报告")],
        now=now - timedelta(days=1),
    )
