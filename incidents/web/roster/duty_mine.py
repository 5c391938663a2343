"""我的值班: one's own shifts, signing in, handing over and taking over, and the calendar feed."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from alerts.models import CalendarFeed, HandOver, Shift, Swap
from incidents.querysets import visible_rosters
from incidents.refusals import Refusal, WrongState
from incidents.roles import ON_ROSTERS
from incidents.services.roster import duty, duty_feed, duty_hand_over
from incidents.services.roster.open_matters import open_matters
from incidents.web.caller import caller_of, require_role, say_refusal, signed_in
from incidents.web.roster.duty_forms import (
    HandOverForm,
    body_of,
    keepers,
    own_posts,
    serve,
)
from incidents.web.roster.duty_keep import GET_OR_POST, shift_of

MINE = "duty-mine"


@signed_in
@require_GET
def page(request):
    return _show(request)


def _show(request, feed_url: str = ""):
    require_role(request, *ON_ROSTERS)
    now, person = timezone.now(), request.user
    shifts = (
        Shift.objects.filter(person=person).select_related("organization", "hand_over").order_by("period")
    )
    recent = shifts.filter(period__endswith__gt=now - duty.LONGEST)
    recent = [shift for shift in recent if not shift.is_over(now) or _may_hand_over(shift)]
    for shift in recent:
        shift.running = shift.is_on(now)
        shift.may_sign_in = (
            shift.signed_in_at is None and shift.starts_at - duty_hand_over.EARLY <= now < shift.ends_at
        )
        shift.may_hand_over = shift.has_started(now) and _may_hand_over(shift)
        shift.may_swap = not shift.has_started(now) and shift.signed_in_at is None
        shift.late = shift.late_by(now) if shift.has_started(now) else None
    swaps = Swap.objects.select_related(
        "shift__organization", "shift__person", "in_return__person", "asker", "asked"
    )
    context = {
        "now": now,
        "shifts": recent,
        "to_sign": _to_sign(request, now),
        "to_answer": swaps.filter(asked=person, answered_at=None),
        "asked": swaps.filter(asker=person)[:10],
        "feed": CalendarFeed.objects.filter(person=person, revoked_at=None).first(),
        "feed_url": feed_url,
    }
    return render(request, "incidents/roster/duty_mine.html", context)


def _may_hand_over(shift: Shift) -> bool:
    written = getattr(shift, "hand_over", None)
    return shift.signed_in_at is not None and (written is None or written.signed_at is None)


def _to_sign(request, now) -> list[HandOver]:
    """The hand-overs that wait for this person."""
    actors = caller_of(request).actors_for("duty.hand_over")
    waiting = HandOver.objects.filter(
        signed_at=None, shift__organization__in=[a.organization for a in actors]
    )
    waiting = waiting.exclude(shift__person=request.user).select_related(
        "shift__organization", "shift__person"
    )
    by_body = {actor.organization.pk: actor for actor in actors}
    return [
        row
        for row in waiting
        if duty_hand_over.shift_to_take_over(by_body[row.shift.organization_id], row, now)
    ]


@signed_in
@require_GET
def shift(request, shift: int):
    row, caller, now = shift_of(request, shift), caller_of(request), timezone.now()
    mine = row.person_id == request.user.pk
    context = {
        "shift": row,
        "now": now,
        "may_keep": bool(keepers(caller, "duty.roster", row.organization)),
        "is_mine": mine,
        "is_running": row.is_on(now),
        "has_started": row.has_started(now),
        "late": row.late_by(now) if row.has_started(now) else None,
        "may_hand_over": mine and row.has_started(now) and _may_hand_over(row),
        "swaps": row.swaps.select_related("asker", "asked", "in_return__person"),
    }
    return render(request, "incidents/roster/duty_shift.html", context)


def own_shift(request, shift: int, code: str) -> tuple[Shift, list]:
    row = shift_of(request, shift)
    if row.person_id != request.user.pk:
        raise Http404("您没有这个班次。")
    return row, own_posts(caller_of(request), code, row.organization)


@signed_in
@require_POST
def sign_in(request, shift: int):
    row, actors = own_shift(request, shift, "duty.sign_in")
    try:
        if not actors:
            raise WrongState("您在该单位已没有任职。", "no_post", duty.CLAUSE)
        duty_hand_over.sign_in(actor=actors[0], shift=row.pk, now=timezone.now())
    except Refusal as refusal:
        say_refusal(request, refusal)
    else:
        messages.success(request, f"已签到：{row}。")
    return redirect(MINE)


@signed_in
@require_http_methods(GET_OR_POST)
def hand_over(request, shift: int):
    """What is open stands beside the form; it is written down as it is in the moment of handing over."""
    row, actors = own_shift(request, shift, "duty.hand_over")
    now, there = timezone.now(), getattr(row, "hand_over", None)
    why = None
    if row.signed_in_at is None:
        why = WrongState("您还没有签到，不能交班。", "not_signed_in", duty.CLAUSE)
    elif there and there.signed_at:
        why = WrongState("这一班已由接班人签收。", "signed", duty.CLAUSE)

    def do(form, actor, now):
        duty_hand_over.hand_over(actor=actor, shift=row.pk, words=form.cleaned_data["words"], now=now)
        return "已交班，等待接班人阅读签收。签收之前可以重写。"

    return serve(
        request,
        code="duty.hand_over",
        form_class=HandOverForm,
        actors=actors,
        body=row.organization,
        do=do,
        back=reverse(MINE),
        initial={"words": there.words if there else ""},
        why_not=why,
        template="incidents/roster/duty_hand_over_form.html",
        title="交班",
        about=str(row),
        sure="接班人签收后，您在本系统中未提交的草稿将被清除。",
        button="交班",
        matters=open_matters(actors[0], row.organization, now) if actors else [],
    )


@signed_in
@require_http_methods(GET_OR_POST)
def hand_over_page(request, hand_over: int):
    """The record, as it prints; POST signs it."""
    row = _hand_overs(request).filter(pk=hand_over).first()
    if row is None:
        raise Http404("没有这份交接班记录。")
    now, actors = timezone.now(), own_posts(caller_of(request), "duty.hand_over", row.shift.organization)
    if request.method == "POST":
        try:
            if not actors:
                raise WrongState("只有排在这个岗位的人可以接班签收。", "not_on_shift", duty.CLAUSE)
            duty_hand_over.take_over(actor=actors[0], hand_over=row.pk, now=now)
        except Refusal as refusal:
            say_refusal(request, refusal)
        else:
            messages.success(request, "已签收接班，并已签到。")
        return redirect("duty-hand-over", hand_over=row.pk)
    own = None
    if actors and row.signed_at is None:
        own = duty_hand_over.shift_to_take_over(actors[0], row, now)
    context = {"record": row, "own": own, "now": now, "since": _since(actors, row, now) if own else []}
    return render(request, "incidents/roster/duty_hand_over.html", context)


def _since(actors, row: HandOver, now) -> list[dict]:
    """What has come up after it was written."""
    written = {(m["kind"], m.get("number")) for m in row.open_matters}
    matters = open_matters(actors[0], row.shift.organization, now)
    return [m for m in matters if m["kind"] != "未读" and (m["kind"], m.get("number")) not in written]


@signed_in
@require_GET
def hand_overs(request, code: str):
    body = body_of(request, code)
    found = Paginator(_hand_overs(request).filter(shift__organization=body), 30)
    context = {"body": body, "page": found.get_page(request.GET.get("page"))}
    return render(request, "incidents/roster/duty_hand_overs.html", context)


def _hand_overs(request):
    seen = visible_rosters(caller_of(request).actors)
    found = HandOver.objects.filter(shift__organization__in=seen)
    return found.select_related("shift__organization", "shift__person", "taken_over_by__person")


@signed_in
@require_POST
@never_cache
def feed_address(request):
    """A new secret address, shown this once; or the end of the one there is."""
    require_role(request, *ON_ROSTERS)
    now = timezone.now()
    if "end" in request.POST:
        duty_feed.unsubscribe(request.user, now=now)
        messages.success(request, "订阅地址已停用。")
        return redirect(MINE)
    secret = duty_feed.subscribe(request.user, now=now)
    return _show(request, request.build_absolute_uri(reverse("duty-feed", args=[secret])))


@require_safe
def feed(request, secret: str):
    """Without a session: the address is the secret. Any other leads nowhere."""
    person = duty_feed.person_of(secret)
    if person is None:
        raise Http404("没有这个日历。")
    answer = HttpResponse(
        duty_feed.calendar_of(person, now=timezone.now()), content_type="text/calendar; charset=utf-8"
    )
    answer["Content-Disposition"] = 'inline; filename="duty.ics"'
    answer["Cache-Control"] = "private, no-store"
    return answer
