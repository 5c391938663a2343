"""What of the debts a person wants to see on 时限: read from the address, so that every view can be linked to."""

from collections import Counter
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django import forms
from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from alerts.models import Deadline, State, Warning
from alerts.services import punctuality
from alerts.services.visibility import visible_debts
from incidents import drill_clock
from incidents.days import city_time
from incidents.models import DeadlineRule, Level, Organization, Role
from incidents.querysets import sees_office_matters
from incidents.roles import Caller
from incidents.web.times import PLAIN_WORDS

ALL = [("", "全部")]
OWED, COUNTED = "owed", 500


class DeadlineFilter(forms.Form):
    state = forms.MultipleChoiceField(label="状态", required=False, choices=State.choices)
    rule = forms.ChoiceField(label="规则", required=False)
    debtor = forms.ChoiceField(label="责任方", required=False)
    basis = forms.ChoiceField(label="性质", required=False, choices=ALL + DeadlineRule.Basis.choices)
    level = forms.TypedChoiceField(
        label="级别",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[*ALL, *((int(level), level.label) for level in Level)],
    )
    county = forms.ChoiceField(label="县区", required=False)
    since = forms.DateField(
        label="到期自", required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label="到期至", required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    counted = forms.BooleanField(label="只看计入及时率的", required=False)
    order = forms.ChoiceField(
        label="排序", required=False, choices=[("", "先到期的在前"), ("latest", "后到期的在前")]
    )

    def __init__(self, query, *, caller: Caller, now: datetime):
        super().__init__(query)
        self.caller, self.now = caller, now
        self.visible = visible_debts(caller.actors)
        self.sees_all = sees_office_matters(caller.actors)
        self.fields["rule"].choices = ALL + _rules()
        self.fields["debtor"].choices = ALL + self._debtors()
        self.fields["county"].choices = ALL + _counties()
        if not self.sees_all:
            del self.fields["county"]
        for name, field in self.fields.items():
            field.error_messages |= PLAIN_WORDS | {"invalid": "请填写日期，如 2026-03-02。"}
            kind = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
            if name not in ("state", "counted"):
                field.widget.attrs["class"] = f"{kind} {kind}-sm"
        self.is_valid()  # what can't be read is said beside its field, and does not filter
        self.chosen = {
            name: value for name, value in self.cleaned_data.items() if value not in ("", None, [], False)
        }

    def _debtors(self) -> list[tuple[str, str]]:
        """One's own bodies, and a county's firms; for who sees all, those that owe or have owed, asked body by body: each costs
        one look."""
        bodies = Organization.objects.order_by("kind", "code")
        if self.sees_all:
            owes = Subquery(self.visible.filter(debtor=OuterRef("pk")).order_by("-due_at").values("pk")[:1])
            bodies = bodies.annotate(owes=owes).filter(owes__isnull=False)
        else:
            own = Organization.objects.within(*(actor.organization for actor in self.caller.actors))
            counties = [actor.organization for actor in self.caller.actors if actor.role == Role.COUNTY]
            bodies = bodies.filter(Q(pk__in=own.values("pk")) | Q(county__in=counties))
        return [(body.code, str(body)) for body in bodies]

    # — the debts —

    @property
    def debts(self) -> QuerySet[Deadline]:
        """By every filter but that of the state."""
        chosen, debts = self.chosen, self.visible
        for name, path in (("rule", "rule__code"), ("debtor", "debtor__code"), ("basis", "rule__basis")):
            if name in chosen:
                debts = debts.filter(**{path: chosen[name]})
        if "county" in chosen:
            affected = Warning.with_drills.filter(counties_affected__code=chosen["county"])
            of_body = Q(undertaking__body__county__code=chosen["county"])
            of_body |= Q(undertaking__body__code=chosen["county"])
            debts = debts.filter(
                Q(incident__county__code=chosen["county"]) | Q(warning__in=affected) | of_body
            )
        if "level" in chosen:
            standing = (
                "incident__level",
                "incident__proposed_level",
                "warning__level",
                "warning__proposed_level",
            )
            debts = debts.annotate(level_now=Coalesce(*standing)).filter(level_now=chosen["level"])
        if "since" in chosen:
            debts = debts.filter(due_at__gte=begins(chosen["since"]))
        if "until" in chosen:
            debts = debts.filter(due_at__lt=begins(chosen["until"] + timedelta(days=1)))
        if "counted" in chosen:
            return punctuality.counted(debts, self.now)
        return debts.with_state(self.now)

    @property
    def shown(self) -> QuerySet[Deadline]:
        """Without a state chosen: what is not settled."""
        debts = self.debts
        if "state" in self.chosen:
            debts = debts.in_states(self.chosen["state"], self.now)
        elif "counted" not in self.chosen:
            debts = debts.answerable()
        by_due = ("-due_at", "-pk") if self.chosen.get("order") == "latest" else ("due_at", "pk")
        debts = debts.select_related(
            "rule", "debtor", "desk", "creditor", "incident", "warning", "undertaking"
        )
        return debts.select_related("acknowledged_by__organization", "acknowledged_by__person").order_by(
            *by_due
        )

    def counts(self) -> list[dict]:
        """How many there are in each state, under the other filters; more than `COUNTED` are more."""
        of_state = {state.value: self.debts.in_states([state], self.now) for state in State}
        first, *rest = (
            debts.order_by().annotate(of=Value(state)).values_list("of")[: COUNTED + 1]
            for state, debts in (of_state | {OWED: self.debts.answerable()}).items()
        )
        found = Counter(state for (state,) in first.union(*rest, all=True))
        found = {state: n if n <= COUNTED else f"{COUNTED}+" for state, n in found.items()}
        self.owed = found.get(OWED, 0)
        chosen = self.chosen.get("state", [])
        return [
            {
                "state": state,
                "count": found.get(state.value, 0),
                "is_chosen": state in chosen,
                "url": self.url(state=state),
            }
            for state in State
        ]

    # — the address —

    def url(self, **changes) -> str:
        """This view with something changed; None takes a filter away."""
        kept = {name: self._plain(value) for name, value in self.chosen.items()} | changes
        kept = {name: value for name, value in kept.items() if value not in (None, "", [])}
        return "?" + urlencode(kept, doseq=True)

    @property
    def here(self) -> str:
        return self.url()

    @property
    def unsettled_url(self) -> str:
        return self.url(state=None, counted=None)

    @staticmethod
    def _plain(value):
        if isinstance(value, date):
            return value.isoformat()
        return "on" if value is True else value


def _rules() -> list[tuple[str, str]]:
    rules = DeadlineRule.objects.order_by("version", "order").values_list("code", "name")
    return [(code, f"{code} {name}") for code, name in dict(rules).items()]


def _counties() -> list[tuple[str, str]]:
    counties = Organization.objects.filter(kind=Organization.Kind.COUNTY).order_by("pk")
    return [(county.code, county.short_name) for county in counties]


def begins(day: date) -> datetime:
    """In a drill, when that day of its own clock begins in earnest."""
    return drill_clock.meant(city_time(day))
