"""The pulse: what a page left open must learn of whatever it shows. Unread, overdue, the alarm, the watchdog."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import CharField, F, Max, Q, Sum, Value
from django.db.models.functions import Cast, Concat
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from alerts.models import Notification, Warning
from alerts.models.notification import REAL, counted_in
from alerts.services import watchdog
from alerts.services.visibility import visible_debts
from incidents.models import LedgerEntry, LedgerHead, Role, User
from incidents.querysets import sees_office_matters, visible_incidents
from incidents.roles import Caller
from incidents.services.drill import drilling
from incidents.web.caller import caller_of, signed_in

Kind = Notification.Kind
URGENT = {Kind.BREACH, Kind.ESCALATION}
ALARMING = Q(kind__in=[*URGENT, Kind.REMINDER, Kind.CHASE]) | Q(
    kind=Kind.NEWS, incident__created_at=F("created_at")
)
ALARMING |= Q(matter__startswith=f"{drilling.PAGE}/")
"""What sounds: the ladder, a chase, the message that was sent as its incident was opened, and what is played into a drill."""


@dataclass(frozen=True)
class Pulse:
    unread: int
    overdue: int
    newest_entry: int
    warnings_told: int
    newest_message: int
    alarm: dict | None
    warning: str
    real: int = 0
    """Unread and real, for who is in a drill."""

    @property
    def mark(self) -> str:
        """Another one as soon as anything that this person may see has changed."""
        alarm = self.alarm and self.alarm["id"]
        seen = (self.newest_entry, self.warnings_told, self.newest_message, self.unread, self.overdue, alarm)
        real = f"-{self.real}" if self.real else ""
        return "-".join(str(number or 0) for number in seen) + f"-{len(self.warning)}{real}"


def pulse_of(caller: Caller, person: User, now: datetime, after: int = 0) -> Pulse:
    """`after`: the last message whose alarm the person has stopped. In a drill its messages count, else real ones."""
    inbox = Notification.objects.filter(counted_in(caller.drill), person=person)
    counts = inbox.aggregate(newest=Max("pk"), unread=Max("pk", filter=Q(read_at=None)))
    return Pulse(
        unread=inbox.filter(read_at=None).count() if counts["unread"] else 0,
        overdue=overdue_of(caller, now),
        newest_entry=newest_entry(caller),
        warnings_told=warnings_told(caller),
        newest_message=counts["newest"] or 0,
        alarm=_in_earnest(caller, person, after)
        or (_alarm(inbox.filter(pk__gt=after)) if (counts["unread"] or 0) > after else None),
        warning=watchdog.warning(),
        real=_real(person).count() if caller.drill else 0,
    )


def _real(person: User):
    return Notification.objects.filter(REAL, person=person, read_at=None)


def _in_earnest(caller: Caller, person: User, after: int) -> dict | None:
    """Who is in a drill hears all the same what is real, before anything of the drill."""
    if caller.drill is None:
        return None
    alarm = _alarm(_real(person).filter(pk__gt=after))
    return alarm and alarm | {"title": f"【真实】{alarm['title']}", "real": True}


def newest_entry(caller: Caller) -> int:
    """Who sees nearly all finds it at the end of the ledger; who sees little, among his own."""
    entries = LedgerEntry.objects.filter(incident__in=visible_incidents(caller.actors))
    if sees_office_matters(caller.actors):
        return entries.order_by("-pk").values_list("pk", flat=True).first() or 0
    return entries.aggregate(newest=Max("pk"))["newest"] or 0


def warnings_told(caller: Caller) -> int:
    """How much has been written on the warnings that the caller may see: their chains are short, and have heads."""
    seen = Warning.with_drills.visible_to(caller.actors)
    chains = seen.annotate(of=Concat(Value("warning:"), Cast("pk", CharField()))).values("of")
    return LedgerHead.objects.filter(chain__in=chains).aggregate(told=Sum("seq"))["told"] or 0


def overdue_of(caller: Caller, now: datetime) -> int:
    """The office's and the command's: of all that they see; of any other body, its own."""
    overdue = visible_debts(caller.actors).answerable().overdue(now)
    if counties := [actor.organization for actor in caller.actors if actor.role == Role.COUNTY]:
        overdue = overdue.filter(Q(undertaking=None) | Q(debtor__in=counties))
    return overdue.count()


def _alarm(inbox) -> dict | None:
    """The newest unread message that sounds; one that is urgent goes before a newer one that is not."""
    unread = inbox.filter(read_at=None).filter(ALARMING)
    message = unread.filter(kind__in=URGENT).order_by("-pk").first() or unread.order_by("-pk").first()
    if message is None:
        return None
    tone = "urgent" if message.kind in URGENT else "new" if message.kind == Kind.NEWS else "soft"
    return {"id": message.pk, "tone": tone, "kind": message.get_kind_display(), "title": message.title}


def render_live(request, template: str, context) -> HttpResponse:
    """A page, or where it asks for its live part again (`…_live.html`) that alone; 204 where nothing has changed.

    `context` is called for what the page shows, and only if it must be shown.
    """
    if not request.htmx:
        return render(request, template, context())
    mark = pulse_of(caller_of(request), request.user, timezone.now()).mark
    if request.GET.get("mark") == mark:
        return HttpResponse(status=204)
    return render(request, template.replace(".html", "_live.html"), context() | {"mark": mark})


@signed_in
@require_GET
def pulse(request):
    """Asked every ten seconds where nothing streams, else on an event; 204 while it is as the asker knows it."""
    after = request.GET.get("after", "")
    stopped = int(after) if after.isdecimal() and len(after) < 19 else 0
    found = pulse_of(caller_of(request), request.user, timezone.now(), stopped)
    if request.GET.get("mark") == found.mark:
        return HttpResponse(status=204)
    names = ("unread", "overdue", "alarm", "warning", "mark", "real")
    return JsonResponse({name: getattr(found, name) for name in names})
