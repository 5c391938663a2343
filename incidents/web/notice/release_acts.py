"""The acts on public releases (§5.2.5): what each asks, and what it does."""

from django import forms

from incidents.models import Role
from incidents.services.notice import publishing
from incidents.web.act_forms import ActForm, BareForm, ReasonForm, text_said, time_said
from incidents.web.act_page import ActPage

BESIDE = {"beside": "incidents/notice/act_release.html"}


class DraftForm(ActForm):
    title = text_said("标题", rows=1, length=100)
    words = text_said(
        "发布内容", rows=8, length=publishing.LONGEST, help_text="对公众发布，不写个人姓名、电话等个人信息"
    )
    for_government = forms.BooleanField(label="报请市政府批准（必要时）", required=False)

    def prepare(self):
        if self.matter:
            for name in ("title", "words", "for_government"):
                self.fields[name].initial = getattr(self.matter, name)

    def said(self) -> dict:
        return {name: self.cleaned_data[name] for name in ("title", "words", "for_government")}


class ConsultForm(ActForm):
    who = text_said("与新闻主管部门何人会商", rows=1, required=False, length=100)
    at = time_said("会商时间", help_text="不填即现在")
    result = text_said("会商结果", rows=3, required=False)
    why_none = text_said("未会商的理由", rows=2, required=False, help_text="未会商的，只填这一项")


class ApproveForm(ActForm):
    document_no = text_said("批准文号", rows=1, length=60)

    def prepare(self):
        if not any(actor.role == Role.APPROVER for actor in self.able):
            del self.fields["document_no"]


def _said_of(row) -> str:
    return f"{row.number}：{row.get_status_display()}。"


def _draft(form, data, who):
    return f"已起草 {publishing.draft(**who, **form.said()).number}，须由另一人审核。"


def _supersede(form, data, who):
    row = publishing.supersede(**who, **form.said())
    return f"已起草第{row.version}版 {row.number}，须由另一人审核。"


def _revise(form, data, who):
    return _said_of(publishing.revise(**who, **form.said(), seen=data.get("seen")))


def _review(form, data, who):
    return _said_of(publishing.review(**who, seen=data.get("seen")))


def _send_back(form, data, who):
    publishing.send_back(**who, reason=data["reason"])
    return "已退回修改。"


def _consult(form, data, who):
    publishing.consult(**who, **{name: data[name] for name in ("who", "at", "result", "why_none")})
    return "会商情况已登记。"


def _approve(form, data, who):
    return _said_of(publishing.approve(**who, seen=data.get("seen"), document_no=data.get("document_no", "")))


def _publish(form, data, who):
    return f"{publishing.publish(**who).number} 已在公众页面发布。"


def _withdraw(form, data, who):
    publishing.withdraw(**who, reason=data["reason"])
    return "已撤回；公众页面注明撤回，不再显示内容。"


RELEASE_DRAFT_PAGES = {"release.draft": ActPage(DraftForm, _draft, button="提交审核")}
RELEASE_PAGES = {
    "release.review": ActPage(BareForm, _review, button="审核通过", **BESIDE),
    "release.consult": ActPage(ConsultForm, _consult, button="登记", **BESIDE),
    "release.approve": ActPage(
        ApproveForm, _approve, button="批准", sure="批准后内容不能修改，即为各成员单位的统一口径。", **BESIDE
    ),
    "release.publish": ActPage(
        BareForm, _publish, button="发布", sure="发布后公众即可看到；只能撤回或以新版取代。", **BESIDE
    ),
    "release.revise": ActPage(DraftForm, _revise, button="保存"),
    "release.send_back": ActPage(ReasonForm, _send_back, button="退回", **BESIDE),
    "release.supersede": ActPage(DraftForm, _supersede, button="提交审核"),
    "release.withdraw": ActPage(
        ReasonForm, _withdraw, button="撤回", sure="撤回不能恢复；公众页面注明已撤回。", **BESIDE
    ),
}
