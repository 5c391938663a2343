"""The acts on schemes (§2.2.2(3), 5.4.3): what each asks, and what it does."""

from django import forms

from incidents.models import SchemeVersion
from incidents.services.command import schemes
from incidents.web.act_forms import ActForm, text_said
from incidents.web.act_page import ActPage

TEXTS = ("assessment", "measures", "resources", "origin")


class VersionForm(ActForm):
    origin = forms.ChoiceField(
        label="由谁拟订",
        choices=SchemeVersion.Origin.choices,
        widget=forms.RadioSelect,
        initial=SchemeVersion.Origin.OFFICE,
    )
    assessment = text_said("分析研判", rows=4, length=10_000)
    measures = text_said("处置措施", rows=6, length=10_000)
    resources = text_said("力量和物资", rows=3, length=10_000, required=False)


class DraftForm(VersionForm):
    title = text_said("方案名称", rows=1, length=100)
    field_order = ["seen", "token", "post", "title"]


class ReviseForm(VersionForm):
    def prepare(self):
        for name in TEXTS:
            self.fields[name].initial = getattr(self.matter.latest, name)


class DecideForm(ActForm):
    """What is decided is the version that was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = text_said("审定意见", rows=2, required=False)

    def prepare(self):
        self.fields["version"].initial = self.matter.latest.version


class RejectForm(DecideForm):
    reason = text_said("不采纳的理由")


def _draft(form, data, who):
    version = schemes.draft(**who, title=data["title"], **{name: data[name] for name in TEXTS})
    return f"处置方案 {version.scheme.number} 已提交审定。"


def _revise(form, data, who):
    version = schemes.revise(**who, **{name: data[name] for name in TEXTS})
    return f"{version}已提交审定。"


def _adopt(form, data, who):
    version = schemes.adopt(**who, reason=data["reason"], version=data["version"])
    return f"已采纳 {version}，任务可以援引。"


def _reject(form, data, who):
    version = schemes.reject(**who, reason=data["reason"], version=data["version"])
    return f"已记录不采纳 {version} 及理由。"


BESIDE = "incidents/response/act_scheme.html"
DRAFT_PAGES = {"scheme.draft": ActPage(DraftForm, _draft, button="提交审定")}
SCHEME_PAGES = {
    "scheme.adopt": ActPage(
        DecideForm, _adopt, button="采纳", beside=BESIDE, sure="采纳后这一版不能再改，只能另拟一版。"
    ),
    "scheme.reject": ActPage(
        RejectForm, _reject, button="不采纳", beside=BESIDE, sure="决定记入台账后不能撤销。"
    ),
    "scheme.revise": ActPage(ReviseForm, _revise, button="提交审定"),
}
