"""A revision as the office takes it through: drafted, edited, assessed."""

from datetime import timedelta

from incidents.models import Assessment, Expert, PlanVersion
from incidents.services.command import expert_pool
from incidents.services.revision import plan_assessing, plan_editing, plan_opinions, plan_revision
from incidents.services.revision.plan_opinions import Opinion


def draft(cast, now) -> PlanVersion:
    return plan_revision.start_draft(actor=cast.administrator, now=now)


def limit(cast, version: PlanVersion, code: str, minutes: int, now):
    """Another limit of a rule, on the draft."""
    row = version.deadlinerule_set.get(code=code)
    plan_editing.keep_row(
        actor=cast.administrator,
        part="deadlinerule",
        row=row.pk,
        values={"limit": timedelta(minutes=minutes)},
        reason="实际做不到",
        now=now,
    )


def expert(cast, now, phone="0396-1") -> Expert:
    return Expert.objects.first() or expert_pool.keep(
        actor=cast.office_director, now=now, name="周教授", field="应急管理", body="黄淮学院", phone=phone
    )


def opened(cast, now, *, days=7) -> Assessment:
    return plan_assessing.open_round(
        actor=cast.office_director,
        to=[cast.member.organization.code, cast.firm.code],
        experts=[expert(cast, now).pk],
        words="请就时限提出意见",
        due_at=now + timedelta(days=days),
        now=now,
    )


def answered(cast, assessment: Assessment, now):
    """All agree but the expert, whose opinion is adopted."""
    for actor in (cast.member, cast.enterprise):
        asked = assessment.asked.get(body=actor.organization)
        plan_opinions.answer(actor=actor, asked=asked.pk, agrees=True, opinions=[], now=now)
    asked = assessment.asked.get(expert__isnull=False)
    plan_opinions.record(
        actor=cast.office_director,
        assessment=assessment.pk,
        asked=asked.pk,
        agrees=False,
        opinions=[Opinion("50 分钟更稳妥", "时限规则 R2")],
        now=now,
    )
    for opinion in assessment.opinions.all():
        plan_opinions.dispose(
            actor=cast.office_director, opinion=opinion.pk, disposal="adopted", why="已改", now=now
        )


def assessed(cast, now) -> Assessment:
    assessment = opened(cast, now)
    answered(cast, assessment, now)
    return plan_assessing.close(
        actor=cast.office_director, assessment=assessment.pk, conclusion="可以报批", now=now
    )
