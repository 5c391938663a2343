"""The forms of a drill: its card, who takes part, the lines of its script."""

from django import forms

from incidents.models import Drill, Inject, Post
from incidents.models.exercise import FASTEST, LONGEST
from incidents.roles import Caller
from incidents.services.drill import drills
from incidents.services.drill.drill_script import Line
from incidents.web.act_forms import text_said, time_said
from incidents.web.choosers import add_post_choice, dress
from incidents.web.times import TimedForm

CARD = ("title", "kind", "contents", "scenario", "planned_at", "speed", "story_at", "organizer")
SPARE = 6
"""Empty lines at the end of a script."""


class CardForm(TimedForm):
    title = text_said("名称", rows=1, length=100)
    kind = forms.ChoiceField(
        label="形式", choices=Drill.Kind.choices, widget=forms.RadioSelect, initial="tabletop"
    )
    contents = forms.MultipleChoiceField(
        label="演练内容",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请选择演练内容（§8.3）。"},
        help_text="邮政、快递企业的演练应当包括邮件快件积压损毁、寄递渠道中断等（§8.3）",
    )
    scenario = text_said("情景", rows=5, length=4000, help_text="演练开始时发给参演人员")
    planned_at = time_said(
        "计划时间", required=True, ahead=True, help_text="可写 12月3日 09:00、1430、30分钟后"
    )
    speed = forms.IntegerField(
        label="速度（倍）",
        min_value=1,
        max_value=FASTEST,
        initial=1,
        help_text=f"1 至 {FASTEST} 的整数；开始后不能改。60 倍时，1 小时的时限在 1 分钟后到期",
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), f"速度为 1 至 {FASTEST} 的整数。"
        ),
    )
    story_at = time_said("情景开始时间", ahead=True, help_text="演练时间从此刻走起；不填即实际开始的时间")
    organizer = forms.ChoiceField(label="组织单位")

    def __init__(self, *args, caller: Caller, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["contents"].choices = drills.content_choices()
        bodies = {
            body.code: str(body)
            for actor in caller.actors_for("drill.plan")
            for body in drills.organizers(actor)
        }
        self.fields["organizer"].choices = list(bodies.items())
        add_post_choice(self, caller, "drill.plan")
        dress(self)

    @property
    def card(self) -> dict:
        return {name: self.cleaned_data[name] for name in CARD}


class PostsForm(forms.Form):
    """Posts by body; several persons of one body stand together."""

    posts = forms.TypedMultipleChoiceField(coerce=int, required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args, label: str, eligible, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["posts"].label = label
        groups: dict[str, list] = {}
        for post in eligible:
            groups.setdefault(str(post.organization), []).append((post.pk, f"{post.title} {post.person}"))
        self.fields["posts"].choices = list(groups.items())
        dress(self)


class LineForm(forms.Form):
    minute = forms.IntegerField(
        label="第几分钟",
        min_value=0,
        max_value=LONGEST,
        required=False,
        widget=forms.TextInput({"inputmode": "numeric", "size": 5}),
    )
    kind = forms.ChoiceField(label="类型", choices=Inject.Kind.choices)
    post = forms.TypedChoiceField(label="对象", coerce=int, empty_value=None, required=False)
    words = forms.CharField(label="内容", required=False, max_length=1000)

    def __init__(self, *args, posts: list[Post], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["post"].choices = [("", "—"), *((post.pk, f"{post}（{post.person}）") for post in posts)]
        dress(self)

    def clean(self):
        data = super().clean()
        if self.is_blank:
            return data
        if data.get("minute") is None and "minute" not in self.errors:
            self.add_error("minute", "请填写第几分钟。")
        if data.get("post") is None and "post" not in self.errors:
            self.add_error("post", "请选择对象。")
        if (
            not data.get("words")
            and data.get("kind") != Inject.Kind.DEAD_PHONE
            and "words" not in self.errors
        ):
            self.add_error("words", "请填写内容。")
        return data

    @property
    def is_blank(self) -> bool:
        """A line whose minute and words are empty is none: so a line is struck out."""
        return not self["minute"].value() and self["minute"].value() != 0 and not self["words"].value()

    @property
    def line(self) -> Line:
        data = self.cleaned_data
        return Line(data["minute"], data["kind"], data["post"], data["words"])


class HandleForm(forms.Form):
    words = text_said("处置情况", rows=2, length=500, help_text="做了什么、报告了谁；提交后不能更改")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        dress(self)
