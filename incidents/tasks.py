from celery import shared_task
from django.conf import settings
from django.utils import timezone

from alerts.services import debt_tally
from incidents import ledger_heads
from incidents.models import IdempotentAnswer
from incidents.services.analysis import folding
from incidents.services.drill import drill_dues, drilling
from incidents.services.identity import key_signing, signed_in
from incidents.services.privacy import erasing
from incidents.services.register import hazard_debts
from incidents.services.revision import plan_versions
from incidents.services.warning import feed_fetching


@shared_task
def export_ledger_heads():
    """Once a day, the chain heads go outside the database (domain §6)."""
    ledger_heads.export(settings.LEDGER_HEADS_DIR, at=timezone.now())


@shared_task(time_limit=240)
def fetch_cap_feeds():
    """Every five minutes where feeds are configured (§4.2)."""
    feed_fetching.fetch_feeds(urls=settings.CAP_FEEDS, clock=timezone.now)


@shared_task
def forget_signatures():
    """Every ten minutes: signed requests too old to be taken again (`incidents.api.signing`)."""
    key_signing.forget(now=timezone.now())


@shared_task
def forget_answers():
    """Every hour: answers that are no longer given again to a repeated request (`incidents.api.idempotency`)."""
    IdempotentAnswer.forget(now=timezone.now())


@shared_task
def erase_personal_data():
    """Once a day: personal data whose term is over (domain §6), a batch at a time."""
    while erasing.erase_due(now=timezone.now()):
        pass


@shared_task
def open_drill_debts():
    """Every hour: whoever owes drills, or the assessment of a hazard, has a debt that says by when (§4.1, 8.3)."""
    drill_dues.open_missing(now=timezone.now())
    hazard_debts.open_missing(now=timezone.now())


@shared_task
def end_abandoned_drills():
    """Every five minutes: a drill that nobody ended ends by itself when its longest time is over (§8.3)."""
    drilling.end_abandoned(now=timezone.now())


@shared_task
def forget_sessions():
    """Every hour: sessions that nobody has used for too long."""
    signed_in.forget(now=timezone.now())


@shared_task
def note_plan_in_force():
    """Every minute: a version of the plan whose time has come is in force by its time; that it is, is noted here (§8.4)."""
    plan_versions.take_effect(now=timezone.now())


@shared_task
def fold_tallies():
    """Once a day: what was added to the figures is folded into few rows; they say the same before and after."""
    folding.fold()
    debt_tally.fold()
