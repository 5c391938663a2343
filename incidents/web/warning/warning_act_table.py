"""Every act on a warning's page in one table: code → the form that asks, the service that does, what is said after."""

from datetime import datetime

from alerts.models import Warning
from alerts.models.warning_levels import level_words
from incidents.services.response import outgrowing
from incidents.services.warning import (
    warning_acknowledging,
    warning_assessing,
    warning_becoming,
    warning_intake,
    warning_issuing,
    warning_reporting,
)
from incidents.web import act_forms
from incidents.web.act_forms import BareForm, ReasonForm
from incidents.web.act_page import NOT_UNDONE, ActPage
from incidents.web.notice.brief_acts import WARNING_PAGES
from incidents.web.response.instruction_acts import WARNING_INSTRUCTION_PAGES
from incidents.web.warning import warning_decision_forms as decisions
from incidents.web.warning import warning_forms


def _accept(form, data, who):
    warning_intake.accept(**who)
    return "已接收为预警信息：一小时内报指挥部和省（W2）。"


def _set_aside(form, data, who):
    warning_intake.set_aside(**who, reason=data["reason"])
    return "已搁置。"


def _verify(form, data, who):
    warning_assessing.verify(**who, with_whom=data["with_whom"], how=data["how"])
    return "已记录核实。"


def _analyse(form, data, who):
    names = ("likelihood", "area", "severity", "possible_level")
    warning_assessing.analyse(**who, **{name: data[name] for name in names})
    return "已记录研判。"


def _propose(form, data, who):
    warning_assessing.propose(**who, level=data["level"], reason=data["reason"], seen=data["seen"])
    return f"已向指挥部建议发布{level_words(data['level'])}。"


def _dismiss(form, data, who):
    warning_assessing.dismiss(**who, reason=data["reason"], seen=data["seen"])
    return "已记为不成立，未到期的时限失效。"


def _measure(form, data, who):
    names = ("item", "owner", "due_at", "done", "note")
    measure = warning_assessing.take_measure(**who, **{name: data[name] for name in names})
    return f"已记录措施（{measure.item}）。"


def _report_up(form, data, who):
    names = ("to", "person", "words", "at")
    told = warning_reporting.report_up(**who, **{name: data[name] for name in names})
    return f"已记录向{told.to}报告。"


def _tell(form, data, who):
    warning_reporting.tell(**who, to=form.addressees, words=data["words"])
    return f"已通报 {len(form.addressees)} 个单位，等待签收。"


def _settle_item(form, data, who):
    item = warning_reporting.settle_item(**who, kind=data["kind"], words=data["words"])
    return f"已办结：{item.get_kind_display()}。"


def _issue(form, data, who):
    bulletin = warning_issuing.issue(
        **who, contents=form.contents, addressees=form.addressees, seen=data["seen"], **form.decision
    )
    return f"{bulletin.headline}，已送达 {bulletin.receipts.count()} 个单位，等待签收。"


def _adjust(form, data, who):
    bulletin = warning_issuing.adjust(
        **who,
        level=data["level"],
        reason=data["reason"],
        contents=form.contents,
        seen=data["seen"],
        **form.decision,
    )
    return f"{bulletin.headline}。"


def _lift(form, data, who):
    warning_issuing.lift(**who, reason=data["reason"], seen=data["seen"], **form.decision)
    return "预警已解除，未到期的时限失效。"


def _document(form, data, who):
    document = warning_issuing.record_document(**who, document_no=data["document_no"])
    return f"已补录文号 {document.document_no}。"


def _daily(form, data, who):
    daily = warning_reporting.file_daily(**who, day=data["day"], contents=data["contents"])
    return f"已报 {daily.day:%m月%d日} 日报 {daily.number}。"


def _set_interval(form, data, who):
    warning_reporting.set_daily_interval(**who, interval=form.interval)
    return "报送间隔已设定。"


def _outgrown(form, data, who):
    outgrowing.declare_warning(**who, reason=data["reason"])
    return "已宣布可能超出本市处置能力，须立即报告省（R8）。"


def _become_incident(form, data, who):
    incident = warning_becoming.become_incident(
        **who,
        informant=data["informant"],
        facts=form.facts,
        contents={"development": data["development"]},
        seen=data["seen"],
    )
    return f"已转为突发事件 {incident.number}，时限开始计时。"


def _acknowledge(form, data, who):
    warning_acknowledging.acknowledge(**who, seen=data["seen"])
    return "已签收。"


def _criteria(warning: Warning, now: datetime) -> dict:
    return {"analysed": warning.analysed_at}


WEIGHED = {"beside": "incidents/warning/act_weighed.html", "facts": _criteria}
TOLD_AT_ONCE = "提交后立即送达所选单位，不能撤回。"

PAGES = {
    "warning.accept": ActPage(BareForm, _accept, sure="接收后 W2 开始计时。"),
    "warning.set_aside": ActPage(ReasonForm, _set_aside, sure="搁置后不能恢复。"),
    "warning.verify": ActPage(act_forms.VerifyForm, _verify),
    "warning.analyse": ActPage(warning_forms.AnalyseForm, _analyse),
    "warning.propose": ActPage(warning_forms.ProposeForm, _propose, **WEIGHED),
    "warning.dismiss": ActPage(ReasonForm, _dismiss, sure="预警信息将以“不成立”了结，不能恢复。"),
    "warning.measure": ActPage(warning_forms.MeasureForm, _measure, button="记录措施"),
    "warning.report_up": ActPage(warning_forms.ReportUpForm, _report_up, button="记录报告"),
    "warning.tell": ActPage(warning_forms.TellForm, _tell, sure=TOLD_AT_ONCE, button="发出通报"),
    "warning.settle_item": ActPage(warning_forms.SettleItemForm, _settle_item),
    "warning.issue": ActPage(decisions.IssueForm, _issue, sure=TOLD_AT_ONCE, **WEIGHED),
    "warning.log_issue": ActPage(decisions.IssueForm, _issue, sure=TOLD_AT_ONCE, **WEIGHED),
    "warning.adjust": ActPage(decisions.AdjustForm, _adjust, sure=TOLD_AT_ONCE, **WEIGHED),
    "warning.log_adjust": ActPage(decisions.AdjustForm, _adjust, sure=TOLD_AT_ONCE, **WEIGHED),
    "warning.lift": ActPage(decisions.LiftForm, _lift, sure="解除后不能恢复；所有收到预警的单位即时收到。"),
    "warning.log_lift": ActPage(
        decisions.LiftForm, _lift, sure="解除后不能恢复；所有收到预警的单位即时收到。"
    ),
    "warning.document": ActPage(decisions.DocumentForm, _document, sure=NOT_UNDONE),
    "warning.daily": ActPage(warning_forms.DailyForm, _daily, sure="日报一经报出不能修改。"),
    "warning.set_interval": ActPage(warning_forms.IntervalForm, _set_interval),
    "warning.outgrown": ActPage(
        ReasonForm, _outgrown, sure="宣布后应急办须立即报告省邮政业应急办（R8），不能撤回。"
    ),
    "warning.become_incident": ActPage(
        warning_forms.BecomeIncidentForm,
        _become_incident,
        sure="登记后事件的时限开始计时；预警仍须另行解除。",
    ),
    "warning.acknowledge": ActPage(BareForm, _acknowledge),
    **WARNING_PAGES,
    **WARNING_INSTRUCTION_PAGES,
}
