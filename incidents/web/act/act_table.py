"""Every act on an incident's page in one table: code → the form that asks, the service that does, what is said after."""

from datetime import datetime

from incidents.models import Incident, Level, plan_parts
from incidents.services.closure import closing
from incidents.services.debt import chasing, enforcing
from incidents.services.notice import reporting_up
from incidents.services.report import figures, firm_clock, intake, locating, placing
from incidents.services.response import grading, merging, outgrowing, responding
from incidents.web.act import incident_forms as forms
from incidents.web.act_forms import BareForm, ReasonForm, VerifyForm
from incidents.web.act_page import NOT_UNDONE, ActPage
from incidents.web.call_up.call_up_acts import DRAW_PAGES
from incidents.web.clock_words import clock, moment
from incidents.web.closure.after_acts import AFTER_PAGES
from incidents.web.notice.brief_acts import DRAFT_PAGES
from incidents.web.notice.notice_acts import NOTICE_DRAFT_PAGES
from incidents.web.notice.release_acts import RELEASE_DRAFT_PAGES
from incidents.web.privacy.personal_acts import PERSONAL_PAGES
from incidents.web.report.act_chase import ChaseForm
from incidents.web.report.act_report import FileReportForm
from incidents.web.response.command_acts import COMMAND_PAGES
from incidents.web.response.guide_acts import GUIDE_PAGES
from incidents.web.response.instruction_acts import GIVE_PAGES
from incidents.web.response.order_acts import ISSUE_PAGES
from incidents.web.response.response_acts import RESPONSE_PAGES
from incidents.web.response.support_acts import RAISE_PAGES


def _criteria(incident: Incident, now: datetime) -> dict:
    criteria = plan_parts(incident.plan_version_id).criteria
    return {"proposal": figures.proposal_for(incident, criteria)}


def _missing(incident: Incident, now: datetime) -> dict:
    return {"missing": list(closing.missing_for_closure(incident, now).values())}


def _file_report(form, data, who):
    report = intake.file_report(
        **who,
        kind=data["kind"],
        arrival=form.arrival(),
        contents=form.stated(),
        supersedes=data.get("supersedes") or None,
        known_at=data.get("known_at"),
    )
    return f"已收到{report.get_kind_display()} {report.number}，服务器时间 {clock(report.received_at)}。"


def _confirm_oral(form, data, who):
    refused = data["refused_reason"] if data["decision"] == "refuse" else ""
    firm_clock.confirm_oral(**who, report_number=data["report"], refused_reason=refused)
    return "已记录：不予确认。" if refused else "已确认企业来电，时限按来电时间计。"


def _name_firm(form, data, who):
    firm = data["enterprise"]
    firm_clock.name_firm(**who, enterprise=firm.code, known_at=data["known_at"], reason=data["reason"])
    return f"涉事企业已记为{firm}，其时限开始计时。"


def _correct_known_at(form, data, who):
    firm_clock.correct_known_at(**who, known_at=data["known_at"], reason=data["reason"])
    return "获知时间已更正，到期时间随之变更。"


def _verify(form, data, who):
    grading.verify(**who, with_whom=data["with_whom"], how=data["how"], person=data["person"])
    return "已记录核实。"


def _locate(form, data, who):
    incident = locating.locate(**who, longitude=data["longitude"], latitude=data["latitude"])
    return (
        "位置已标注，地图随之更新。" if incident.longitude is not None else "已取消标注，地图上置于县区中心。"
    )


def _correct_county(form, data, who):
    names = ("county", "affected", "reason", "seen")
    incident = placing.correct_county(**who, **{name: data[name] for name in names})
    return f"县区已更正为{incident.county}，有关县区已收到。"


def _propose_grade(form, data, who):
    grading.propose_grade(**who, level=data["level"], reason=data["reason"])
    return f"已建议定为{Level(data['level']).roman}级，主任和指挥部已收到。"


def _grade(form, data, who):
    incident = grading.grade(
        **who, level=data["level"], reason=data["reason"], event_class=data["event_class"], seen=data["seen"]
    )
    return f"已定级：{Level(incident.level).label}。"


def _regrade(form, data, who):
    incident = grading.regrade(**who, level=data["level"], reason=data["reason"], seen=data["seen"])
    return f"级别已变更为{Level(incident.level).label}。"


def _decline(form, data, who):
    grading.decline_proposal(**who, reason=data["reason"], seen=data["seen"])
    return "已记录不采纳的理由。"


def _dismiss(form, data, who):
    grading.dismiss(**who, reason=data["reason"], seen=data["seen"])
    return "已记为不成立，未到期的时限失效。"


def _merge(form, data, who):
    merging.merge(**who, into=data["into"], reason=data["reason"])
    return f"已并入 {data['into']}，企业的报告和时限照旧。"


def _report_up(form, data, who):
    told = reporting_up.report_up(
        **who, to=data["to"], person=data["person"], words=data["words"], at=data.get("at")
    )
    return f"已记录向{told.to}报告。"


def _propose_response(form, data, who):
    reporting_up.propose_response(**who, words=data["words"])
    return "已向市政府提出启动Ⅲ级响应的建议，并通报各成员单位。"


def _start(form, data, who):
    if data.get("over"):
        responding.record_past_four(
            **who,
            measures=data["measures"],
            result=data["result"],
            started_at=data["at"],
            ended_at=data["ended_at"],
        )
        return "已登记Ⅳ级响应的起止，事件结束。"
    responding.start_four(**who, measures=data["measures"], at=data.get("at"))
    return "Ⅳ级响应已启动。"


def _end_four(form, data, who):
    responding.end_four(**who, result=data["result"], at=data.get("at"))
    return "Ⅳ级响应已结束，事件结束。"


def _settle_item(form, data, who):
    item = enforcing.settle_item(**who, kind=data["kind"], words=data["words"])
    return f"已办结：{item.get_kind_display()}。"


def _chase(form, data, who):
    return form.words_of(chasing.chase(**who, debtor=form.debtor.code, **form.call()))


def _chase_debt(form, data, who):
    return form.words_of(chasing.chase_debt(**who, **form.call()))


def _end(form, data, who):
    closing.end_without_response(**who, reason=data["reason"], seen=data["seen"])
    return "事件已结束。"


def _close(form, data, who):
    closing.close(**who, seen=data["seen"])
    return "事件已归档。"


def _reopen(form, data, who):
    closing.reopen(**who, reason=data["reason"])
    return "事件已重启，回到定级。"


def _declare_outgrown(form, data, who):
    outgrowing.declare_incident(**who, reason=data["reason"])
    return "已宣布可能超出本市处置能力，须立即报告省（R8）。"


CRITERIA = {"beside": "incidents/act/act_criteria.html", "facts": _criteria}
CHASE = {
    "button": "记录催报",
    "body": "incidents/act/act_chase.html",
    "stays": lambda data: bool(data.get("missed")),
}

PAGES = {
    "report.file": ActPage(FileReportForm, _file_report, button="登记"),
    "oral.confirm": ActPage(forms.ConfirmOralForm, _confirm_oral, sure=NOT_UNDONE),
    "incident.name_firm": ActPage(forms.NameFirmForm, _name_firm, sure="提交后企业的 R1–R4 时限从此时起算。"),
    "incident.replace_firm": ActPage(
        forms.NameFirmForm, _name_firm, sure="原企业的时限失效，新企业的时限起算。"
    ),
    "incident.correct_known_at": ActPage(
        forms.KnownAtForm, _correct_known_at, sure="企业时限的到期时间随之变更。"
    ),
    "incident.verify": ActPage(VerifyForm, _verify),
    "incident.locate": ActPage(forms.LocateForm, _locate),
    "incident.correct_county": ActPage(
        forms.CountyForm, _correct_county, sure="新涉及的县区即时收到；误登的县区收到更正，不再看到本事件。"
    ),
    "incident.propose_grade": ActPage(forms.LevelForm, _propose_grade, **CRITERIA),
    "incident.grade": ActPage(forms.GradeForm, _grade, sure="定级后时限按所定级别重新计算。", **CRITERIA),
    "incident.upgrade": ActPage(
        forms.UpgradeForm, _regrade, sure="升级后时限随之收紧，企业和指挥部即时收到。", **CRITERIA
    ),
    "incident.downgrade": ActPage(forms.DowngradeForm, _regrade, sure="降级不减免已有时限。", **CRITERIA),
    "incident.decline_proposal": ActPage(ReasonForm, _decline, **CRITERIA),
    "incident.dismiss": ActPage(ReasonForm, _dismiss, sure="事件将以“不成立”了结，不能恢复。"),
    "incident.merge": ActPage(
        forms.MergeForm, _merge, sure="并案后不能拆分；本编号仍可查，企业的报告和时限照旧。"
    ),
    "report.up": ActPage(forms.ReportUpForm, _report_up, button="记录报告"),
    "response.propose": ActPage(
        forms.ProposeResponseForm, _propose_response, sure="建议即送市政府和各成员单位。"
    ),
    "response.start": ActPage(forms.StartForm, _start),
    "response.end": ActPage(forms.EndForm, _end_four, sure="响应结束，事件随之结束；未到期的时限失效。"),
    "item.settle": ActPage(forms.SettleItemForm, _settle_item),
    "firm.chase": ActPage(ChaseForm, _chase, **CHASE),
    "incident.end": ActPage(ReasonForm, _end, sure="不启动响应，事件直接结束。"),
    "incident.close": ActPage(BareForm, _close, beside="incidents/act/act_missing.html", facts=_missing),
    "incident.declare_outgrown": ActPage(
        ReasonForm, _declare_outgrown, sure="宣布后应急办须立即报告省邮政业应急办（R8），不能撤回。"
    ),
    "incident.reopen": ActPage(ReasonForm, _reopen, sure="事件回到“定级”，企业和应急办即时收到。"),
    **DRAFT_PAGES,
    **RESPONSE_PAGES,
    **ISSUE_PAGES,
    **COMMAND_PAGES,
    **RAISE_PAGES,
    **GUIDE_PAGES,
    **DRAW_PAGES,
    **AFTER_PAGES,
    **PERSONAL_PAGES,
    **GIVE_PAGES,
    **NOTICE_DRAFT_PAGES,
    **RELEASE_DRAFT_PAGES,
}


def _waive(form, data, who):
    row = enforcing.waive(**who, reason=data["reason"])
    return f"已豁免 {row}。"


def _write_off(form, data, who):
    row = enforcing.write_off(**who, reason=data["reason"])
    return f"已核销 {row}；仍记为超时。"


def _acknowledge(form, data, who):
    row = enforcing.acknowledge(**who)
    return f"已知悉 {row}：升级暂停至 {moment(row.resumes_at)}，届时未办结的继续升级；时限照旧。"


DEBT_PAGES = {
    "debt.waive": ActPage(ReasonForm, _waive, sure="豁免后该时限不再追办。"),
    "debt.write_off": ActPage(ReasonForm, _write_off, sure="核销后不再追办，仍读作并计为超时。"),
    "debt.acknowledge": ActPage(
        BareForm, _acknowledge, sure="升级暂停 30 分钟；时限不停，仍记超时，届时未办结的继续升级。"
    ),
    "debt.chase": ActPage(ChaseForm, _chase_debt, **CHASE),
}
