"""What an inspection (§4.1) asks, and the acts on what it found."""

from django.utils import timezone

from incidents.services.register import inspecting
from incidents.services.register.inspecting import Found
from incidents.web.act_forms import text_said
from incidents.web.act_page import ActPage
from incidents.web.register.hazard_acts import AcceptForm, RectifiedForm, SendBackForm
from incidents.web.register.register_page import FirmForm
from incidents.web.roster.duty_forms import day_field

LINES = 8
"""How many findings the form takes; more come in by the sheet."""
PARTS = ("words", "demand", "due_on")


class RecordForm(FirmForm):
    held_on = day_field("检查日期")
    place = text_said("检查地点", rows=1, length=200)
    inspectors = text_said("检查人员", rows=1, length=200, help_text="各人之间用顿号")
    scope = text_said("检查内容", rows=3)
    conclusion = text_said("检查结论", rows=2, required=False)

    def prepare(self):
        super().prepare()
        self.fields["held_on"].initial = timezone.localdate(self.now)
        for n in range(LINES):
            self.fields[f"words_{n}"] = text_said("问题", rows=2, required=False, length=500)
            self.fields[f"demand_{n}"] = text_said("整改要求", rows=2, required=False, length=500)
            self.fields[f"due_on_{n}"] = day_field("整改期限")
            self.fields[f"due_on_{n}"].required = False

    @property
    def lines(self) -> list[list]:
        return [[self[f"{part}_{n}"] for part in PARTS] for n in range(LINES)]

    @property
    def plain(self) -> list:
        return [field for field in self.visible_fields() if field.name.rsplit("_", 1)[0] not in PARTS]

    def clean(self):
        """Lines that are not blank, in their order; a refusal finds back to its line."""
        data = super().clean()
        self.filled = [n for n in range(LINES) if any(data.get(f"{part}_{n}") for part in PARTS)]
        self.pointer_fields = self.pointer_fields | {
            f"findings/{at}/{part}": f"{part}_{n}" for at, n in enumerate(self.filled) for part in PARTS
        }
        for n in self.filled:
            if not data.get(f"words_{n}") and f"words_{n}" not in self.errors:
                self.add_error(f"words_{n}", "请填写问题。")
        return data

    def found(self) -> list[Found]:
        data = self.cleaned_data
        return [Found(data[f"words_{n}"], data[f"due_on_{n}"], data[f"demand_{n}"]) for n in self.filled]


def _rectified(form, data, who):
    row = inspecting.rectified(**who, words=data["words"], file=form.received)
    return f"{row.number} 已报告整改，等待复查。"


def _accept(form, data, who):
    return f"{inspecting.accept(**who, words=data['words']).number} 复查合格。"


def _send_back(form, data, who):
    row = inspecting.send_back(**who, reason=data["reason"], due_on=data["due_on"])
    return f"{row.number} 已退回，{row.due_on} 前重新整改。"


FINDING_PAGES = {
    "finding.rectified": ActPage(RectifiedForm, _rectified),
    "finding.accept": ActPage(AcceptForm, _accept),
    "finding.send_back": ActPage(SendBackForm, _send_back),
}
