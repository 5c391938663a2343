"""发送记录: what was sent to whom, by which channel, delivered and read."""

from datetime import timedelta

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from alerts.models import Attempt, Delivery, Notification
from incidents.models import Organization, Post, Role
from incidents.querysets import ALL_SEEING, visible_incidents
from incidents.roles import is_of
from incidents.web.caller import caller_of, signed_in

PER_PAGE = 40
DAYS = (("1", "一天之内"), ("7", "七天之内"), ("30", "三十天之内"), ("", "全部"))
STATES = (
    ("", "全部"),
    ("outside", "送往外部的"),
    ("waiting", "待发或重试中"),
    ("sent", "已送出"),
    ("failed", "未能送出"),
    ("unread", "站内未读"),
)


@signed_in
@require_GET
def log(request):
    days = request.GET.get("days", "7")
    days = days if days in dict(DAYS) else "7"
    state, words = request.GET.get("state", ""), request.GET.get("q", "").strip()[:60]
    rows = visible_messages(request.user, caller_of(request).actors)
    if days:
        rows = rows.filter(created_at__gte=timezone.now() - timedelta(days=int(days)))
    if words:
        rows = rows.filter(Q(person__name__icontains=words) | Q(title__icontains=words))
    if condition := _condition(state):
        rows = rows.filter(condition)
    attempts = Prefetch("attempts", Attempt.objects.select_related("channel"))
    deliveries = Delivery.objects.select_related("channel", "organization").prefetch_related(attempts)
    rows = rows.select_related("person", "incident").prefetch_related(Prefetch("deliveries", deliveries))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    parameters = request.GET.copy()
    parameters.pop("page", None)
    context = {
        "page": page,
        "states": STATES,
        "days_choices": DAYS,
        "state": state,
        "days": days,
        "words": words,
        "sees_others": any(
            actor.role in (*ALL_SEEING, Role.ENTERPRISE) for actor in caller_of(request).actors
        ),
        "parameters": parameters.urlencode(),
    }
    return render(request, "alerts/deliveries.html", context)


def visible_messages(user, actors):
    """One's own; for the office and the auditor, all about the incidents and warnings they see; for a firm, its
    people's."""
    seeing = [actor for actor in actors if actor.role in ALL_SEEING]
    firms = [actor for actor in actors if actor.role == Role.ENTERPRISE]
    condition = Q(person=user)
    if seeing:
        offices = Organization.objects.within(*(actor.organization for actor in seeing))
        warned = Q(warning__office__in=offices) & is_of(seeing[0], "warning__")
        condition |= Q(incident__in=visible_incidents(seeing)) | warned
    if firms:
        colleagues = Post.objects.filter(
            organization__in=[actor.organization for actor in firms], role=Role.ENTERPRISE, is_active=True
        )
        condition |= Q(person__in=colleagues.values("person"), incident__in=visible_incidents(firms))
    return Notification.objects.filter(condition)


def _condition(state: str):
    deliveries = Delivery.objects.filter(notification=OuterRef("pk"))
    return {
        "outside": Exists(deliveries),
        "waiting": Exists(deliveries.pending()),
        "sent": Exists(deliveries.filter(sent_at__isnull=False)),
        "failed": Exists(deliveries.filter(failed_at__isnull=False)),
        "unread": Q(read_at=None),
    }.get(state)
