"""催报 as a dialog: the call list in its order, answered or not in one click, then what was promised by when."""

from django import forms
from django.db.models import QuerySet
from django.utils.functional import cached_property

from alerts.models import Chase, Deadline
from alerts.services.call_list import Line, call_list
from incidents.models import Organization
from incidents.services.debt.chasing import Dialled, can_be_chased, chased_next
from incidents.web.act_forms import ActForm, text_said, time_said


class ChaseForm(ActForm):
    pointer_fields = {"called": "answered_by"}
    call_made = forms.ChoiceField(required=False, widget=forms.RadioSelect)
    missed = forms.ChoiceField(required=False)
    answered_by = text_said(
        "接听人",
        rows=1,
        required=False,
        length=60,
        help_text="点了“接了”又是本人接听的，可空着；无人接听就空着",
    )
    promised = text_said("答复", rows=1, required=False, length=200)
    promised_by = time_said("承诺何时前报告", ahead=True, help_text="可写 0310、20分钟后；到时未报即升级")

    def prepare(self):
        keys = [(line.key, line.whom) for line in self.lines]
        self.fields["call_made"].choices = self.fields["missed"].choices = keys

    # — whom —

    @cached_property
    def owed(self) -> list[Deadline]:
        """All that others than the office still owe here, the next due first."""
        rows = self.incident.deadlines.all().answerable().order_by("due_at", "pk")
        rows = list(rows.select_related("rule", "debtor__parent", "creditor"))
        for row in rows:
            row.incident = self.incident if row.incident_id else None
            row.warning = self.incident if row.warning_id else None
        return [row for row in rows if can_be_chased(row)]

    @cached_property
    def debtor(self) -> Organization | None:
        """The body of the debt, or the one that was chosen, or whoever owes next; else the incident's firm."""
        if self.debt:
            return self.debt.debtor
        firm = self.incident.enterprise
        chosen = [body for body in (*self.others, firm) if body and body.code == self.query.get("debtor")]
        return next(iter(chosen), None) or chased_next(self.owed) or firm

    @cached_property
    def others(self) -> list[Organization]:
        """Every body that owes, each once."""
        return list({row.debtor_id: row.debtor for row in self.owed}.values())

    @property
    def debts(self) -> list[Deadline]:
        return [row for row in self.owed if self.debtor and row.debtor_id == self.debtor.pk]

    @cached_property
    def lines(self) -> list[Line]:
        return call_list(self.debtor, at=self.now, drill=self.subject.drill_id) if self.debtor else []

    @property
    def attempts(self) -> QuerySet[Chase]:
        return self.incident.chases.filter(debtor=self.debtor).select_related("called")

    # — what came of it —

    def call(self) -> dict:
        """The call as the service takes it."""
        data = self.cleaned_data
        key = data["missed"] or data["call_made"]
        line = next((line for line in self.lines if line.key == key), None)
        if data["missed"]:
            return {"dialled": _dialled(line), "answered": False}
        answered_by = data["answered_by"] or (line.whom if line else "")
        return {
            "dialled": _dialled(line),
            "answered_by": answered_by,
            "promised": data["promised"],
            "promised_by": data["promised_by"],
        }

    @staticmethod
    def words_of(call: Chase) -> str:
        if not call.answered:
            return f"已记录催报：{call.whom or call.debtor} 未接，{call.debtor}已收到站内催报。"
        promise = "，所作承诺已列为时限" if call.promised_by else ""
        return f"已记录催报（{call.answered_by}接听）{promise}，{call.debtor}已收到站内催报。"


def _dialled(line: Line | None) -> Dialled:
    if line is None:
        return Dialled()
    if line.person:
        return Dialled(person=line.person, phone=line.phone)
    return Dialled(words=line.whom[:60], phone=line.phone)
