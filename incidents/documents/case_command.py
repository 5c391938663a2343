"""Of a case file: the words of commanders and superiors, and what the response opened (§2.2.2, 5.3, 5.4)."""

from datetime import datetime

from incidents.documents.case_section import Section, Table
from incidents.documents.words import when
from incidents.models import Incident


def instructions(incident: Incident, now: datetime) -> Section:
    tables = []
    for row in incident.instructions.select_related("superior", "commander__organization").order_by(
        "given_at", "pk"
    ):
        answers = []
        for addressee in row.addressees.select_related("organization").prefetch_related("answers"):
            said = "\n".join(f"{when(answer.at)} {answer.words}" for answer in addressee.answers.all())
            done = f"{when(addressee.done_at)} 办结" if addressee.done_at else "未办结"
            answers.append(
                (str(addressee.organization), when(addressee.acknowledged_at), f"{said}\n{done}".strip())
            )
        name = f"{row.number} {row.giver} {when(row.given_at)}：{row.words}"
        tables.append((name, Table(("单位", "签收", "落实情况"), answers, (46, 36, 74))))
    return Section("领导批示和上级指令", tables=tables)


def command(incident: Incident, now: datetime) -> Section:
    """Persons are not named here; those who were called stand in the ledger."""
    on_scene = [
        (row.place, f"{when(row.since)} 起", when(row.until) if row.until else "至今")
        for row in incident.on_scene_commands.order_by("since")
    ]
    groups = [
        (row.name, str(row.lead), row.duties, f"{when(row.formed_at)} — {when(row.dissolved_at)}")
        for row in incident.working_groups.select_related("lead").order_by("serial")
    ]
    tables = [
        ("现场指挥机构", Table(("地点", "成立", "更替"), on_scene, (76, 40, 40))),
        ("应急工作组", Table(("组名", "牵头单位", "职责", "成立、撤销"), groups, (32, 36, 46, 42))),
    ]
    tables += [
        (_meeting_title(meeting), _meeting(meeting)) for meeting in incident.meetings.order_by("serial")
    ]
    tables += [
        (f"{version} {scheme.title}（{version.get_status_display()}）", _scheme(version))
        for scheme in incident.schemes.order_by("serial")
        for version in scheme.versions.select_related("scheme").order_by("version")
    ]
    advice = [(when(row.at), row.words) for row in incident.advice.order_by("at")]
    plans = [
        (str(row.body), row.name, when(row.started_at), when(row.ended_at))
        for row in incident.own_plans.select_related("body").order_by("started_at")
    ]
    tables += [
        ("专家意见", Table(("时间", "意见"), advice, (36, 120))),
        ("各单位启动的预案", Table(("单位", "预案", "启动", "终止"), plans, (42, 54, 30, 30))),
    ]
    return Section("指挥和决策", tables=tables)


def _meeting_title(meeting) -> str:
    return f"{meeting.number} {meeting.gist}（{meeting.get_status_display()}）"


def _meeting(meeting) -> Table:
    present = "、".join(
        f"{row.body}（{row.get_presence_display() or '未记'}）"
        for row in meeting.called.select_related("body")
    )
    rows = [
        ("时间", when(meeting.held_at or meeting.starts_at)),
        ("单位", present),
        ("会议情况", meeting.words),
    ]
    rows += [
        (f"议定事项 {row.serial}", f"{row.words}（{row.body or '未定'}，{when(row.due_at)}）")
        for row in meeting.decisions.select_related("body").order_by("serial")
    ]
    return Table(("项目", "内容"), [(name, words) for name, words in rows if words], (36, 120))


def _scheme(version) -> Table:
    rows = [
        ("分析研判", version.assessment),
        ("处置措施", version.measures),
        ("力量和物资", version.resources),
        ("审定", f"{when(version.decided_at)} {version.decided_by or ''} {version.reason}"),
    ]
    return Table(("项目", "内容"), [(name, words) for name, words in rows if words], (36, 120))
