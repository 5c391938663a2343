"""值班日志: the day's page, its free entries and its marks; it prints as an official would file it."""

from datetime import date

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET, require_POST

from alerts.services.roster import DAY
from incidents.models import Organization
from incidents.querysets import ALL_SEEING
from incidents.refusals import NotAllowed, Refusal
from incidents.roles import TABLE
from incidents.services.roster import duty_log
from incidents.web.caller import caller_of, say_refusal, signed_in
from incidents.web.roster.duty_forms import NoteForm, own_posts, serve


def _office(request) -> Organization:
    """The log is the office's own: read there, by HQ and the auditor; for others there is none."""
    caller = caller_of(request)
    office = duty_log.office_of_log(caller.actors) if caller.roles & ALL_SEEING else None
    if office is None:
        raise Http404("没有这个页面，或您的职务看不到它。")
    return office


def _day(words: str | None) -> date:
    try:
        asked = parse_date(words or "")
    except ValueError:
        asked = None
    return asked if asked and 2000 <= asked.year < 2099 else timezone.localdate()


@signed_in
@require_GET
def page(request):
    return render(request, "incidents/roster/duty_log.html", _context(request))


def _context(request) -> dict:
    office, day, now = _office(request), _day(request.GET.get("day")), timezone.now()
    only_important = request.GET.get("important") == "1"
    actors = own_posts(caller_of(request), "duty.log", office)
    form = NoteForm(None, actors=actors, body=office, now=now) if actors else None
    return {
        "log": duty_log.day_of(office, day, only_important=only_important),
        "form": form,
        "only_important": only_important,
        "previous": day - DAY,
        "next": day + DAY,
        "today": timezone.localdate(now),
        "now": now,
    }


@signed_in
@require_POST
def note(request):
    office = _office(request)

    def do(form, actor, now):
        data = form.cleaned_data
        duty_log.note(actor=actor, words=data["words"], at=data["at"], important=data["important"], now=now)
        return "已记入值班日志。"

    context = _context(request)
    context.pop("form")
    return serve(
        request,
        code="duty.log",
        form_class=NoteForm,
        actors=own_posts(caller_of(request), "duty.log", office),
        body=office,
        do=do,
        back=reverse("duty-log"),
        template="incidents/roster/duty_log.html",
        **context,
    )


@signed_in
@require_POST
def mark(request):
    office, entry = _office(request), request.POST.get("entry", "")
    actors = own_posts(caller_of(request), "duty.log", office)
    day = _day(request.POST.get("day"))
    try:
        if not actors:
            act = TABLE["duty.log"]
            raise NotAllowed(f"“{act.name}”须由{act.role_names}办理。", "role", act.clause)
        if not entry.isdecimal() or len(entry) > 18:
            raise Http404("值班日志里没有这一条。")
        important = request.POST.get("important") == "1"
        duty_log.mark(actor=actors[0], entry=int(entry), important=important, now=timezone.now())
    except Refusal as refusal:
        say_refusal(request, refusal)
    else:
        messages.success(request, "已标为重要。" if important else "已取消重要标记。")
    only = "&important=1" if request.POST.get("only") == "1" else ""
    return redirect(f"{reverse('duty-log')}?day={day}{only}#line-{entry}")
