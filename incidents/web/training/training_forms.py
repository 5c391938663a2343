"""The forms of the training register, of what firms state of their workers, and of publicity (§8.1, 8.2)."""

from django import forms

from incidents.models import Course, Publicity
from incidents.services.report.contents import MOST_PEOPLE
from incidents.services.roster.duty import people_of
from incidents.services.training import courses, publicity
from incidents.web.act_forms import text_said
from incidents.web.roster.duty_forms import DutyForm, day_field


def kind_field(choices) -> forms.ChoiceField:
    return forms.ChoiceField(
        label="类别", choices=[("", "请选择"), *choices], error_messages={"required": "请选择类别。"}
    )


def whole_number(label: str, *, least: int = 0, most: int = MOST_PEOPLE, **kwargs) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "maxlength": 10}),
        error_messages={
            "required": f"请填写{label}。",
            "invalid": f"{label}请填写整数。",
            "min_value": f"{label}不能小于 {least}。",
            "max_value": f"{label}不能大于 {most}。",
        },
        **kwargs,
    )


def choice_of(label: str, rows, none: str, **kwargs) -> forms.TypedChoiceField:
    choices = [("", none), *((row.pk, str(row)) for row in rows)]
    return forms.TypedChoiceField(label=label, choices=choices, coerce=int, empty_value=None, **kwargs)


class OfBodyForm(DutyForm):
    """Whose it is: asked where the post keeps the records of several bodies, and not of what there is already."""

    is_new = True

    def prepare(self):
        kept = courses.kept_bodies(self.actors)
        if self.is_new and len(kept) > 1:
            choices = [(body.code, str(body)) for body in kept]
            self.fields["body"] = forms.ChoiceField(
                label="单位",
                choices=choices,
                initial=kept[0].code,
                error_messages={"required": "请选择单位。"},
            )
            self.order_fields(["body"])

    def said(self) -> dict:
        """What the service is asked for."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("token", "post")}


class CourseForm(OfBodyForm):
    name = text_said("培训内容", rows=1, length=80, help_text="如：邮政业突发事件应急预案和报告时限")
    kind = kind_field(Course.Kind.choices)
    held_on = day_field("培训日期")
    hours = forms.DecimalField(
        label="学时",
        min_value=0.5,
        max_value=999,
        max_digits=5,
        decimal_places=1,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off", "maxlength": 6}),
        error_messages={
            "required": "请填写学时。",
            "invalid": "学时请填写数字，如 4 或 1.5。",
            "min_value": "学时至少 0.5。",
            "max_value": "学时最多 999。",
            "max_decimal_places": "学时最多一位小数。",
            "max_digits": "学时最多 999。",
        },
    )
    place = text_said("地点", rows=1, length=100, required=False)
    teacher = text_said("授课人", rows=1, length=60, required=False)
    valid_until = day_field("合格有效至")

    def prepare(self):
        super().prepare()
        self.fields["valid_until"].required = False
        self.fields["valid_until"].help_text = f"不填即自培训之日起 {courses.GOOD_FOR} 个月（内部目标）"
        if experts := list(courses.teachers(self.body)):
            self.fields["expert"] = choice_of(
                "授课专家", experts, "不是专家库的专家", required=False, help_text="与“授课人”只填一项"
            )


class ChangedCourseForm(CourseForm):
    is_new = False


class PlannedForm(OfBodyForm):
    year = whole_number("年度", least=2000, most=2099)
    month = forms.TypedChoiceField(
        label="计划月份", choices=[(n, f"{n} 月") for n in range(1, 13)], coerce=int
    )
    name = text_said("培训内容", rows=1, length=80)
    kind = kind_field(Course.Kind.choices)
    audience = text_said("培训对象", rows=1, length=100, help_text="如：收派员；分拨中心安检岗")
    people = whole_number("计划人数", least=1)


class ChangedPlannedForm(PlannedForm):
    is_new = False


class CarriedOutForm(DutyForm):
    course = choice_of("落实的培训班", (), "还没有（或解除对应）", required=False)


class AttendForm(DutyForm):
    """Of one body: the accounts by ticking them, workers without one by their names."""

    names = text_said(
        "姓名",
        rows=8,
        required=False,
        length=20_000,
        help_text="一行一个，可以整列粘贴；与账号同名的即登记为该账号。没有账号的只记姓名，属个人信息，只供本单位和举办单位查看。",
    )

    def prepare(self):
        if people := list(people_of(self.body)):
            self.fields["people"] = forms.TypedMultipleChoiceField(
                label="有账号的人员",
                choices=[(person.pk, str(person)) for person in people],
                coerce=int,
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )
            self.order_fields(["people"])


class WorkforceForm(OfBodyForm):
    year = whole_number("年度", least=2000, most=2099)
    quarter = forms.TypedChoiceField(
        label="季度",
        choices=[(n, f"第 {n} 季度") for n in (1, 2, 3, 4)],
        coerce=int,
        error_messages={"required": "请选择季度。"},
    )
    on_post = whole_number("在岗人数", help_text="本网点直接从事收寄、分拣、运输、投递的人员")
    trained = whole_number("已培训人数")
    passed = whole_number("培训合格人数")
    note = text_said("说明", rows=1, length=200, required=False)


class PublicityForm(OfBodyForm):
    held_on = day_field("日期")
    kind = kind_field(Publicity.Kind.choices)
    topic = text_said("主题", rows=1, length=100)
    audience = text_said("对象", rows=1, length=100, help_text="如：全市快递企业从业人员、寄递用户")
    reached = whole_number("覆盖人数")
    place = text_said("地点或渠道", rows=1, length=100, required=False)
    materials = text_said(
        "材料", rows=2, length=300, required=False, help_text="手册、海报、视频等的名称或存放处"
    )

    def prepare(self):
        super().prepare()
        if experts := list(publicity.helpers(self.body)):
            self.fields["experts"] = forms.TypedMultipleChoiceField(
                label="参与的专家",
                choices=[(expert.pk, str(expert)) for expert in experts],
                coerce=int,
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )


class ChangedPublicityForm(PublicityForm):
    is_new = False
