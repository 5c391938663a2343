"""What a usual project would do instead: an `eta` task for each deadline, or a scan of all that is open.

Both fire a step as such a project would, one deadline after the other, with the ORM; what they write (fired step,
inbox, next time, ledger) is what the product writes.
"""

from datetime import timedelta

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from zmd_emergency.celery import app  # noqa: F401  what `celery -A benchmarks.baselines` runs


@shared_task
def eta(debt_id: int):
    fire(debt_id)


@shared_task
def scan(past: float):
    from alerts.models import Deadline

    now = timezone.now()
    for debt in Deadline.objects.unsettled():
        if debt.due_at.timestamp() >= past and debt.due_at + timedelta(seconds=1) <= now:
            fire(debt.pk)


@transaction.atomic
def fire(debt_id: int):
    from alerts.models import Deadline, FiredStep, Notification
    from alerts.services.directory import Directory
    from incidents import ledger
    from incidents.models import Incident, plan_parts

    now = timezone.now()
    about = Deadline.objects.values_list("incident", flat=True).get(pk=debt_id)
    incident = Incident.objects.select_for_update(of=("self",)).select_related("office").get(pk=about)
    debt = Deadline.objects.select_for_update(of=("self",)).select_related("rule", "debtor").get(pk=debt_id)
    breach = next(step for step in plan_parts(incident.plan_version_id).steps if step.label == "breach")
    if FiredStep.objects.filter(deadline=debt, step=breach).exists():
        return
    fired = FiredStep.objects.create(deadline=debt, step=breach, planned_at=debt.due_at, fired_at=now)
    directory = Directory([debt.desk_id, incident.office], at=now)
    people = directory.reached_for(debt.debtor) + directory.on_duty(incident.office)
    for person in people:
        Notification.objects.create(
            person=person,
            kind=Notification.Kind.BREACH,
            title=f"{incident.number} {debt.rule} {debt.breach_words}",
            text=incident.title,
            incident=incident,
            deadline=debt,
            fired_step=fired,
            created_at=now,
        )
    entry = ledger.Entry(
        "deadline.fired", f"{debt.rule} 超时告警：通知 {len(people)} 人", clause=debt.rule.clause
    )
    ledger.append(incident.chain, entry, at=now, incident=incident)
