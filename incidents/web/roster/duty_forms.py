"""The forms of duty, and the page that shows any of them: refusals leave everything typed where it was."""

import secrets
from collections.abc import Callable, Iterable

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone

from alerts.models import Seat, Shift, ShiftPattern
from alerts.services import roster
from incidents.models import Organization
from incidents.querysets import visible_rosters
from incidents.refusals import Invalid, NotAllowed, Refusal
from incidents.roles import TABLE, Actor, Caller
from incidents.services.roster import duty
from incidents.web.act_forms import text_said
from incidents.web.caller import add_refusal_to_form, caller_of
from incidents.web.choosers import dress, focus_first_error
from incidents.web.once import once
from incidents.web.times import SmartTimeField, TimedForm

TURNS = 8
"""How many people may take turns in a pattern."""


def body_of(request, code: str) -> Organization:
    """The body of this code whose roster the caller may see; else there is none (404)."""
    body = visible_rosters(caller_of(request).actors).filter(code=code).first()
    if body is None:
        raise Http404("没有这个单位的值班表。")
    return body


def keepers(caller: Caller, code: str, body: Organization) -> list[Actor]:
    """The posts in which the caller draws up the body's roster, or records its trainings."""
    return [actor for actor in caller.actors_for(code) if duty.may_keep(actor, body)]


def own_posts(caller: Caller, code: str, body: Organization | int) -> list[Actor]:
    """The posts of the caller in the body itself: for what a person on its roster does."""
    pk = getattr(body, "pk", body)
    return [actor for actor in caller.actors_for(code) if actor.organization.pk == pk]


class DutyForm(TimedForm):
    """`token` against a double click; `post` where several posts would do (§2.2.1)."""

    token = forms.CharField(widget=forms.HiddenInput, max_length=60)

    def __init__(self, *args, actors: list[Actor], body: Organization, **kwargs):
        kwargs["initial"] = {"token": secrets.token_urlsafe(18)} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.actors, self.body = actors, body
        if len(actors) > 1:
            self.fields["post"] = forms.TypedChoiceField(
                label="以何职务办理",
                choices=[("", "请选择职务"), *((actor.post.pk, str(actor.post)) for actor in actors)],
                coerce=int,
                error_messages={"required": "您有多个职务可办理此事，请选择以何职务办理（§2.2.1）。"},
            )
        self.prepare()
        dress(self)

    def prepare(self):
        """Choices that depend on the body."""

    def actor(self) -> Actor:
        chosen = self.cleaned_data.get("post")
        return next(actor for actor in self.actors if chosen in (None, actor.post.pk))


def moment_field(label: str) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"required": f"请填写{label}。", "invalid": "看不懂这个时间。"},
    )


def day_field(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": f"请填写{label}。", "invalid": "看不懂这个日期。"},
    )


def choice_field(label: str, **kwargs) -> forms.TypedChoiceField:
    kwargs.setdefault("error_messages", {"required": f"请选择{label}。"})
    return forms.TypedChoiceField(label=label, coerce=int, empty_value=None, **kwargs)


def people_choices(body: Organization, *, but: int | None = None) -> list[tuple]:
    """The body's people; who has no training that stands today says so."""
    people = [person for person in duty.people_of(body) if person.pk != but]
    today, trainings = timezone.localdate(), roster.trained(people)
    return [
        ("", "请选择"),
        *(
            (
                p.pk,
                f"{p}"
                if roster.is_trained(trainings[p.pk], today, today)
                else f"{p}（无有效培训，不能排班）",
            )
            for p in people
        ),
    ]


class BareForm(DutyForm):
    pass


class ReasonForm(DutyForm):
    reason = text_said("理由", rows=2, length=200)


class ShiftForm(DutyForm):
    seat = choice_field("岗位", choices=Seat.choices)
    person = choice_field("人员")
    starts_at = moment_field("开始")
    ends_at = moment_field("结束")

    def prepare(self):
        self.fields["person"].choices = people_choices(self.body)


class ChangeForm(ShiftForm):
    reason = text_said("理由", rows=2, length=200)

    def prepare(self):
        super().prepare()
        del self.fields["seat"]


class TrainingForm(DutyForm):
    person = choice_field("人员")
    topic = text_said("培训内容", rows=1, length=80)
    passed_on = day_field("合格日期")
    valid_until = day_field("有效至")

    def prepare(self):
        self.fields["person"].choices = people_choices(self.body)


class PatternForm(DutyForm):
    pattern = choice_field("排班模式")
    seat = choice_field("岗位", choices=Seat.choices)
    first = day_field("从")
    last = day_field("到")

    def prepare(self):
        patterns = ShiftPattern.objects.filter(is_active=True)
        self.fields["pattern"].choices = [(row.pk, row.name) for row in patterns]
        choices = people_choices(self.body)
        for n in range(1, TURNS + 1):
            self.fields[f"person_{n}"] = choice_field(f"第 {n} 位", choices=choices, required=n == 1)

    @property
    def turns(self) -> list:
        return [self[f"person_{n}"] for n in range(1, TURNS + 1)]

    def people(self) -> list[int]:
        chosen = [self.cleaned_data.get(f"person_{n}") for n in range(1, TURNS + 1)]
        return [pk for pk in chosen if pk]

    pointer_fields = {"people": "person_1"}


class SwapForm(DutyForm):
    of = choice_field("换给谁")
    in_return = choice_field("换得对方的班次", required=False)
    words = text_said("事由", rows=1, required=False, length=200)
    shift: Shift | None = None

    def prepare(self):
        self.fields["of"].choices = people_choices(self.body, but=self.actors[0].person.pk)
        theirs = Shift.objects.filter(
            organization=self.body, period__startswith__gt=self.now, signed_in_at=None
        )
        theirs = theirs.exclude(person=self.actors[0].person).select_related("person").order_by("period")
        self.fields["in_return"].choices = [
            ("", "不换得，只由对方代值"),
            *((row.pk, f"{row.person} {row}") for row in theirs[:100]),
        ]


class HandOverForm(DutyForm):
    words = text_said("交代事项", rows=6, required=False, length=4000)


class NoteForm(DutyForm):
    words = text_said("记事", rows=3)
    at = SmartTimeField(label="时间", required=False, help_text="不填即现在；可写 0210、10分钟前")
    important = forms.BooleanField(label="重要", required=False)


def serve(
    request,
    *,
    code: str,
    form_class: type[DutyForm],
    actors: Iterable[Actor],
    body: Organization,
    do: Callable,
    back: str | Callable[[], str],
    initial: dict | None = None,
    template: str = "incidents/roster/duty_form.html",
    why_not: Refusal | None = None,
    **context,
):
    """Any act of duty as a page: asks, does once, and returns to `back`; `do(form, actor, now)` says what was done.

    `back` may be asked only after that: where what was made has a page of its own.
    """
    act, actors, now = TABLE[code], list(actors), timezone.now()
    if not actors:
        why_not = NotAllowed(f"“{act.name}”须由{act.role_names}办理，且须是本单位的。", "role", act.clause)
    context |= {"act": act, "body": body, "back": back() if callable(back) else back}
    if why_not:
        return render(request, template, context | {"refusal": why_not}, status=why_not.status)
    posted = request.POST if request.method == "POST" else None
    form = form_class(posted, actors=actors, body=body, now=now, initial=initial or {})
    context |= {"form": form}
    if posted is None:
        return render(request, template, context)
    if not form.is_valid():
        return render(request, template, context, status=422)
    try:
        said, _ = once(
            request.user, request.path, form.cleaned_data["token"], now, lambda: do(form, form.actor(), now)
        )
    except Invalid as refusal:
        add_refusal_to_form(form, refusal)
        focus_first_error(form)
        return render(request, template, context, status=422)
    except Refusal as refusal:
        return render(request, template, context | {"refusal": refusal}, status=refusal.status)
    messages.success(request, said)
    return redirect(back() if callable(back) else back)
