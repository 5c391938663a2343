"""The acts on situation briefs (§2.2.3(2), 5.2): what each asks, and what it does."""

from django import forms
from django.urls import reverse

from alerts.models import Addressee, SituationBrief
from incidents.services.notice import brief_sending, briefing
from incidents.services.report import figures
from incidents.web.act_forms import ActForm, BareForm, ReasonForm, text_said, time_said
from incidents.web.act_page import ActPage

How = Addressee.How


class SignForm(ActForm):
    """`version`: the words that the director has read."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def prepare(self):
        self.fields["version"].initial = self.matter.version


class SendForm(ActForm):
    """One line per body: not at all, or how. Whoever is owed a report now is preselected."""

    def prepare(self):
        self.bodies_to = brief_sending.addressees(self.matter)
        owed = {debt.creditor_id for debt in brief_sending.owed(self.subject)}
        for body in self.bodies_to:
            by_default = How.SYSTEM if body.posts.filter(is_active=True).exists() else How.FAX
            self.fields[f"to_{body.code}"] = forms.ChoiceField(
                label=body.name,
                choices=[("", "不报送"), *How.choices],
                required=False,
                initial=by_default if body.pk in owed else "",
            )

    def chosen(self) -> dict[str, str]:
        said = {body.code: self.cleaned_data[f"to_{body.code}"] for body in self.bodies_to}
        return {code: how for code, how in said.items() if how}


class ReceiptForm(ActForm):
    to = forms.ChoiceField(label="签收单位", error_messages={"required": "请选择签收单位。"})
    person = text_said("签收人", rows=1, length=60, help_text="姓名、职务")
    at = time_said("签收时间", help_text="不填即现在")

    def prepare(self):
        waiting = self.matter.addressees.filter(signed_for_at=None).select_related("body")
        self.fields["to"].choices = [(addressee.body.code, str(addressee)) for addressee in waiting]
        self.fields["to"].initial = self.query.get("to")


class WordFigureForm(ActForm):
    column = forms.ChoiceField(label="项目")
    source = forms.ChoiceField(label="采用哪个来源", required=False)
    words = text_said("自定口径", rows=1, required=False, length=100, help_text="不采用任何来源时填写")
    reason = text_said("理由", rows=2, required=False, length=200, help_text="自定口径时必填")

    def prepare(self):
        rows = figures.wording_of(self.incident)
        self.fields["column"].choices = [(row.column, row.label) for row in rows]
        wanted = self.query.get("column")
        self.fields["column"].initial = wanted
        said = {}
        for row in rows:
            if row.column == wanted or not wanted:
                for words, told in row.by_source:
                    said.setdefault(told.source, []).append(f"{row.label} {words}")
        self.fields["source"].choices = [
            ("", "自定口径"),
            *((source, f"{source}：{'，'.join(words)}") for source, words in said.items()),
        ]


def _newest(subject) -> str:
    """The editor of the brief just begun."""
    brief = subject.subject if isinstance(subject, SituationBrief) else subject
    return reverse("brief-edit", args=[brief.briefs.filter(status__in=SituationBrief.IN_HAND).get().number])


def _draft(form, data, who):
    brief = briefing.draft(**who)
    return f"已按现有报告起草专报 {brief.number}，请核对。"


def _draft_on_warning(form, data, who):
    brief = briefing.draft_on_warning(**who)
    return f"已起草专报 {brief.number}，请核对。"


def _correct(form, data, who):
    brief = briefing.correct(**who)
    return f"已起草更正专报 {brief.number}，请核对。"


def _sign(form, data, who):
    brief = briefing.sign(**who, version=data["version"])
    return f"专报 {brief.number} 已签发，待报送。"


def _return(form, data, who):
    brief = briefing.take_back(**who, reason=data["reason"])
    return f"专报 {brief.number} 已退回修改。"


def _abandon(form, data, who):
    brief = briefing.abandon(**who, reason=data["reason"])
    return f"专报 {brief.number} 已作废。"


def _send(form, data, who):
    brief = brief_sending.send(**who, to=form.chosen())
    return f"已报送 {brief.document_no}，等待签收。"


def _receipt(form, data, who):
    addressee = brief_sending.record_receipt(**who, to=data["to"], person=data["person"], at=data.get("at"))
    return f"已登记{addressee.body}签收。"


def _acknowledge(form, data, who):
    addressee = brief_sending.acknowledge(**who)
    return f"已为{addressee.body}签收。"


def _word_figure(form, data, who):
    names = ("column", "source", "words", "reason")
    choice = briefing.word_figure(**who, **{name: data[name] for name in names})
    return f"口径已定：{choice.get_column_display()} {choice.words}。"


def _in_hand(subject, now) -> dict:
    return {"in_hand": subject.briefs.filter(status__in=SituationBrief.IN_HAND).first()}


DRAFT = {
    "button": "起草",
    "beside": "incidents/notice/act_brief.html",
    "facts": _in_hand,
    "onward": _newest,
}
DRAFT_PAGES = {
    "brief.draft": ActPage(BareForm, _draft, **DRAFT),
    "brief.word_figure": ActPage(WordFigureForm, _word_figure, button="定口径"),
}
WARNING_PAGES = {"warning.draft_brief": ActPage(BareForm, _draft_on_warning, **DRAFT)}
BRIEF_PAGES = {
    "brief.sign": ActPage(SignForm, _sign, button="签发"),
    "brief.send": ActPage(
        SendForm, _send, button="报送", sure="报送后编文号、入台账，内容不能再改；更正须另发一期。"
    ),
    "brief.return": ActPage(ReasonForm, _return, button="退回"),
    "brief.abandon": ActPage(ReasonForm, _abandon, button="作废", sure="作废后不能恢复。"),
    "brief.receipt": ActPage(ReceiptForm, _receipt, button="登记", sure="登记后不能修改。"),
    "brief.acknowledge": ActPage(BareForm, _acknowledge, button="签收"),
    "brief.correct": ActPage(BareForm, _correct, button="起草更正", onward=_newest),
}
