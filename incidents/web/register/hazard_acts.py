"""What the acts on a hazard (§4.1) ask, and what they do."""

from django import forms
from django.utils import timezone

from incidents.models import Hazard
from incidents.models.hazard import FROM_POINTS, MOST_POINTS
from incidents.services.register import hazards
from incidents.web.act_forms import ActForm, ReasonForm, file_said, text_said
from incidents.web.act_page import NOT_UNDONE, ActPage
from incidents.web.choosers import county_choices, degrees_field
from incidents.web.register.register_page import FirmForm
from incidents.web.roster.duty_forms import day_field

LIKELY = ("极少发生", "不太可能", "可能", "很可能", "几乎必然")
GRAVE = ("轻微", "较小", "中等", "严重", "特别严重")


class RegisterForm(FirmForm):
    kind = forms.ChoiceField(
        label="类别",
        choices=Hazard.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择类别。"},
    )
    words = text_said("情况", rows=4, help_text="是什么、在何处、可能引起什么；不得填写机要通信及涉密内容")
    place = text_said("地点", rows=1, length=200)
    county = forms.ChoiceField(label="县区", required=False)
    longitude = degrees_field("经度（可不填）", "114.022000")
    latitude = degrees_field("纬度（可不填）", "32.980000")

    def prepare(self):
        super().prepare()
        self.fields["county"].choices = [("", "企业所在县区"), *county_choices()]
        self.fields["words"].initial = self.query.get("words", "")[:2000]


def points_said(label: str, words: tuple[str, ...]):
    choices = [(n, f"{n} {word}") for n, word in enumerate(words, start=1)]
    return forms.TypedChoiceField(
        label=label,
        choices=choices,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": f"请选择{label}。"},
    )


class AssessForm(ActForm):
    likelihood = points_said("可能性", LIKELY)
    consequence = points_said("后果", GRAVE)
    assessed_by = text_said("评估人", rows=1, length=60, help_text="人员或评估机构")
    assessed_on = day_field("评估日期")

    def prepare(self):
        self.fields["assessed_on"].initial = timezone.localdate(self.now)
        bounds = "、".join(f"{least} 分以上为{grade.label}" for grade, least in FROM_POINTS.items())
        self.fields["consequence"].help_text = f"可能性 × 后果（各 1–{MOST_POINTS} 分）：{bounds}（内部标准）"


class PlanForm(ActForm):
    measures = text_said("整改措施", rows=4)
    responsible = text_said("整改责任人", rows=1, length=60)
    due_on = day_field("整改期限")

    def prepare(self):
        most = hazards.MOST_DAYS[self.matter.grade]
        words = f"{self.matter.get_grade_display()}由企业自定的，最长 {most} 天（内部目标）"
        self.fields["due_on"].help_text = words


class RectifiedForm(ActForm):
    words = text_said("整改情况", rows=4)
    file = file_said("证明材料")


class AcceptForm(ActForm):
    words = text_said("复查意见", rows=2, required=False)


class SendBackForm(ReasonForm):
    due_on = day_field("重新整改的期限")


class PutOffForm(ReasonForm):
    due_on = day_field("新的整改期限")
    field_order = ["seen", "token", "post", "due_on", "reason"]


class CloseForm(ActForm):
    reason = text_said("理由", rows=2, required=False)

    def prepare(self):
        if self.matter.status != Hazard.Status.CHECKED:
            self.fields["reason"].required = True
            self.fields["reason"].help_text = "未经复查的，须说明理由"


def register(form: RegisterForm, data: dict, who: dict) -> Hazard:
    names = ("kind", "words", "place", "county", "longitude", "latitude")
    return hazards.register(body=form.firm, **who, **{name: data[name] for name in names})


def _assess(form, data, who):
    names = ("likelihood", "consequence", "assessed_by", "assessed_on")
    row = hazards.assess(**who, **{name: data[name] for name in names})
    return f"{row.number} 评为{row.get_grade_display()}。"


def _plan(form, data, who):
    row = hazards.plan(**who, **{name: data[name] for name in ("measures", "responsible", "due_on")})
    return f"{row.number} 须在 {row.due_on} 前整改完毕。"


def _rectified(form, data, who):
    row = hazards.rectified(**who, words=data["words"], file=form.received)
    return f"{row.number} 已报告整改，等待复查。"


def _accept(form, data, who):
    return f"{hazards.accept(**who, words=data['words']).number} 复查合格。"


def _send_back(form, data, who):
    row = hazards.send_back(**who, reason=data["reason"], due_on=data["due_on"])
    return f"{row.number} 已退回，{row.due_on} 前重新整改。"


def _put_off(form, data, who):
    row = hazards.put_off(**who, reason=data["reason"], due_on=data["due_on"])
    return f"{row.number} 整改期限延至 {row.due_on}。"


def _close(form, data, who):
    return f"{hazards.close(**who, reason=data['reason']).number} 已销号。"


HAZARD_PAGES = {
    "hazard.assess": ActPage(AssessForm, _assess),
    "hazard.plan": ActPage(
        PlanForm, _plan, sure="从此计入时限（§4.1），到期未整改的，催办并通知应急办，县区也看得到。"
    ),
    "hazard.rectified": ActPage(RectifiedForm, _rectified),
    "hazard.accept": ActPage(AcceptForm, _accept),
    "hazard.send_back": ActPage(SendBackForm, _send_back),
    "hazard.put_off": ActPage(PutOffForm, _put_off),
    "hazard.close": ActPage(CloseForm, _close, sure=NOT_UNDONE),
}
