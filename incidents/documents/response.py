"""The papers of a response: the proposal of Ⅲ to 市政府 (§5.4.1), that it has started, that it has ended (§5.4.5)."""

from collections.abc import Callable
from dataclasses import dataclass

from incidents.documents.paper import Paper
from incidents.documents.words import when
from incidents.models import Incident, Level, Response, UpwardReport


@dataclass(frozen=True)
class Kind:
    """One kind of paper; `exists`: whether the response has come so far that there is one."""

    slug: str
    name: str
    exists: Callable[[Response], bool]
    draw: Callable[[Response], Paper]


def proposal(response: Response) -> Paper:
    incident = response.incident
    headquarters, city = incident.office.parent, incident.office.parent.parent
    said = _proposal_said(response)
    name = f"关于启动邮政业突发事件{_level(response)}级应急响应的请示"
    paper = Paper(f"{incident.number} {name}")
    paper.head(headquarters.name, incident.number, f"提出：{said.by}" if said else "")
    paper.title(name)
    paper.addressee(city.name)
    paper.text(f"{when(incident.received_at)}，{incident.office.name}接报一起突发事件，有关情况如下：")
    _facts(paper, incident)
    paper.fact("建议", said.words if said else "启动Ⅲ级应急响应")
    paper.text("建议启动Ⅲ级应急响应，由市邮政业应急指挥部负责组织实施。妥否，请批示。")
    paper.signature(headquarters.name, response.created_at)
    paper.imprint("各成员单位", incident.office.name, response.created_at)
    paper.note(_basis(incident, "5.4.1"))
    return paper


def start(response: Response) -> Paper:
    incident, issuer = response.incident, response.body
    name = f"关于启动邮政业突发事件{_level(response)}级应急响应的通知"
    paper = Paper(f"{incident.number} {name}")
    paper.head(issuer.name, incident.number)
    paper.title(name)
    paper.addressee(_addressees(response))
    paper.text(
        f"{_why_started(response)}，决定自{when(response.started_at)}起启动{_level(response)}级应急响应。"
    )
    _facts(paper, incident)
    if response.level <= Level.III:
        paper.text(
            "请各成员单位、事发地应急力量和相关邮政、快递企业启动相应应急保障预案，实行24小时值守，"
            "按规定时限续报处置情况。"
        )
    if named := "、".join(str(row.body) for row in response.named.all()):
        paper.fact("按时续报的单位", named)
    paper.signature(issuer.name, response.started_at)
    paper.note(_basis(incident, _start_clause(response)))
    return paper


def end(response: Response) -> Paper:
    incident, issuer = response.incident, response.body
    name = f"关于结束邮政业突发事件{_level(response)}级应急响应的通知"
    paper = Paper(f"{incident.number} {name}")
    paper.head(issuer.name, incident.number)
    paper.title(name)
    paper.addressee(_addressees(response))
    if response.status == Response.Status.SUPERSEDED:
        paper.text(
            f"因启动更高级别的响应，{_level(response)}级应急响应自{when(response.ended_at)}起由其取代。"
        )
    elif response.level == Level.III:
        paper.text(
            f"经研究，决定自{when(response.ended_at)}起终止邮政业应急预警状态和应急响应，"
            "宣布Ⅲ级响应结束。请相关单位终止应急响应。"
        )
    else:
        paper.text(f"{_level(response)}级应急响应自{when(response.ended_at)}起结束。")
    paper.fact("事件", f"{incident.number} {incident.title}")
    paper.fact("响应起止", f"{when(response.started_at)} 至 {when(response.ended_at)}")
    paper.signature(issuer.name, response.ended_at)
    paper.note(_basis(incident, "5.5" if response.level == Level.IV else "5.4.5"))
    return paper


KINDS = (
    Kind("proposal", "启动请示", lambda response: response.level == Level.III, proposal),
    Kind("start", "启动通知", lambda response: bool(response.started_at), start),
    Kind("end", "结束通知", lambda response: bool(response.started_at and response.ended_at), end),
)


def papers_of(response: Response) -> list[Kind]:
    """The papers that there are of it by now."""
    return [kind for kind in KINDS if kind.exists(response)]


def _proposal_said(response: Response) -> UpwardReport | None:
    said = response.incident.upward_reports.filter(is_proposal=True, recorded_at__gte=response.created_at)
    return said.select_related("by__organization").order_by("recorded_at").first()


def _facts(paper: Paper, incident: Incident):
    paper.fact("事件", f"{incident.number} {incident.title}")
    paper.fact("类别和级别", f"{incident.event_class.name}，{Level(incident.standing_level).label}")
    paper.fact("时间", when(incident.occurred_at) if incident.occurred_at else "尚不清楚")
    paper.fact("地点", f"{incident.county} {incident.place}".strip())
    paper.fact("涉事企业", incident.enterprise.name if incident.enterprise else "未明确")


def _why_started(response: Response) -> str:
    if response.level == Level.IV:
        return f"{response.body.name}发生一般突发事件"
    if response.level <= Level.II:
        return f"因发生{Level(response.level).label[3:]}突发事件，按照预案"
    if response.document_no:
        return f"经市政府批准（{response.document_no}）"
    return f"经市政府电话批准（{when(response.decided_at)}，文号待补）"


def _addressees(response: Response) -> str:
    if response.level == Level.IV:
        return response.incident.office.name
    return "各成员单位，有关县区应急处置领导机构，相关邮政、快递企业"


def _start_clause(response: Response) -> str:
    return {Level.III: "5.4.1", Level.IV: "5.5"}.get(Level(response.level), "5.3")


def _level(response: Response) -> str:
    return Level(response.level).roman


def _basis(incident: Incident, clause: str) -> str:
    plan = incident.plan_version
    return f"依据《{plan.title}》{plan.document_no} §{clause}。时间均为北京时间。"
