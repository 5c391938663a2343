"""A body that is set active again (§4.1): what its registers say that it has yet to do, it owes again."""

from datetime import datetime

from incidents.models import Finding, Organization, Post
from incidents.roles import Actor
from incidents.services.call_up import resource_expiry
from incidents.services.drill import drill_dues
from incidents.services.register import hazard_debts, inspecting, period_bodies, plan_filing, safety
from incidents.services.training import training_renewal


def resume(body: Organization, *, actor: Actor, now: datetime):
    """By the days that stand in the registers: who was late is late still, until office or county gives it longer."""
    act = {"actor": actor, "now": now}
    period_bodies.rejoin(body, **act)
    for hazard in body.hazards.open().order_by("pk"):
        hazard_debts.owe_next(hazard, **act)
    for finding in Finding.objects.filter(inspection__body=body, status=Finding.Status.OPEN).order_by("pk"):
        inspecting.owe(finding, actor, now)
    plan_filing.resume(body, **act)
    safety.resume(body, **act)
    for resource in body.resources.filter(is_active=True, expires_on__isnull=False).order_by("pk"):
        resource_expiry.mind(resource, **act)
    posts = Post.objects.filter(organization=body, is_active=True).select_related("person")
    for post in posts.order_by("pk"):
        training_renewal.joined(post, **act)
    drill_dues.reckon(body, **act)
