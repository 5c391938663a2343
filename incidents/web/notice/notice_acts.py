"""The acts on notices (§5.2.4, 4.3): what each asks, and what it does."""

from django import forms

from incidents.models import OpenItem
from incidents.services import addressing
from incidents.services.notice import informing, notice_reading
from incidents.web.act_forms import ActForm, BareForm, text_said
from incidents.web.act_page import ActPage
from incidents.web.addressee_field import BodiesMixin, bodies_field, groups_field

HOW_FAR = [
    ("draft", "存为草稿"),
    ("approved", "审定，交值班员发出"),
    ("sent", "审定并立即发出"),
]


class NoticeForm(BodiesMixin, ActForm):
    title = text_said("标题", rows=1, length=100)
    words = text_said("通报内容", rows=6, length=informing.LONGEST)
    groups = groups_field()
    to = bodies_field()
    settles = forms.MultipleChoiceField(
        label="发出即办结的待办", required=False, widget=forms.CheckboxSelectMultiple
    )
    how_far = forms.ChoiceField(
        label="办到哪一步", choices=HOW_FAR, widget=forms.RadioSelect, initial="approved"
    )

    def prepare(self):
        self.offer_bodies(addressing.tellable(self.incident.office), self.incident)
        kinds = [kind for kind in informing.SETTLED_BY_TELLING if kind != OpenItem.Kind.TELL_ENTERPRISES]
        items = self.incident.open_items.filter(kind__in=kinds, settled_at=None)
        self.fields["settles"].choices = [(item.kind, item.get_kind_display()) for item in items]
        if not self.fields["settles"].choices:
            del self.fields["settles"]
        if self.matter:
            self.fill(self.matter)

    def fill(self, row):
        """What the notice says that is being changed or corrected."""
        self.fields["title"].initial, self.fields["words"].initial = row.title, row.words
        self.fields["to"].initial = list(row.addressees.values_list("organization__code", flat=True))
        if "settles" in self.fields:
            self.fields["settles"].initial = row.settles

    def said(self) -> dict:
        data = self.cleaned_data
        return {
            "title": data["title"],
            "words": data["words"],
            "to": self.chosen(),
            "approved": data["how_far"] != "draft",
            "sent": data["how_far"] == "sent",
        }


class CorrectForm(NoticeForm):
    def prepare(self):
        super().prepare()
        self.fields.pop("settles", None)


def _said_of(row) -> str:
    return f"通报 {row.number}：{row.get_status_display()}。"


def _draft(form, data, who):
    return _said_of(informing.draft(**who, **form.said(), settles=data.get("settles", [])))


def _revise(form, data, who):
    said = form.said() | {"settles": data.get("settles", []), "seen": data.get("seen")}
    return _said_of(informing.revise(**who, **said))


def _correct(form, data, who):
    return _said_of(informing.correct(**who, **form.said()))


def _approve(form, data, who):
    return _said_of(informing.approve(**who))


def _send(form, data, who):
    row = informing.send(**who)
    return f"通报 {row.number} 已送 {row.addressees.count()} 个单位。"


def _read(form, data, who):
    return f"已阅知通报 {notice_reading.read(**who).number}。"


def _remind(form, data, who):
    return f"已提醒 {len(notice_reading.remind(**who))} 个单位。"


SENT = "发出后立即送达所选单位，不能撤回或修改，只能另发更正。"
NOTICE_DRAFT_PAGES = {"notice.draft": ActPage(NoticeForm, _draft, button="提交", sure=SENT)}
NOTICE_PAGES = {
    "notice.read": ActPage(BareForm, _read, button="已阅知"),
    "notice.send": ActPage(
        BareForm, _send, button="发出", sure=SENT, beside="incidents/notice/act_notice.html"
    ),
    "notice.approve": ActPage(BareForm, _approve, button="审定", beside="incidents/notice/act_notice.html"),
    "notice.revise": ActPage(NoticeForm, _revise, button="提交", sure=SENT),
    "notice.remind": ActPage(BareForm, _remind, button="提醒", sure="未阅的单位即时收到提醒。"),
    "notice.correct": ActPage(CorrectForm, _correct, button="提交", sure=SENT),
}
