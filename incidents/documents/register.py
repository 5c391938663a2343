"""突发事件情况登记表: an incident's page as a paper, with what its reader may see of it and no more."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from incidents.documents.paper import Paper
from incidents.documents.words import when
from incidents.models import Incident, Level

Row = tuple[str, ...]


@dataclass
class Register:
    """What is shown, chosen by who asks (`incidents.web.report.register_paper`)."""

    incident: Incident
    facts: list[tuple[str, str]]
    debts: list[Row]
    orders: list[Row]
    reports: list[tuple[str, list[tuple[str, str]]]]
    timeline: Iterable[Row]
    printed_at: datetime
    printed_by: str


def draw(register: Register) -> Paper:
    incident = register.incident
    paper = Paper(f"{incident.number} 突发事件情况登记表")
    paper.head(incident.office.name, incident.number)
    paper.title("突发事件情况登记表")
    level = Level(incident.level).label if incident.level else "未定级"
    paper.table(
        ("项目", "内容"),
        [
            ("标题", incident.title),
            ("类别、起因源头", f"{incident.event_class.name}，{incident.get_origin_display()}"),
            ("级别、状态", f"{level}，{incident.get_status_display()}"),
            ("涉事企业", incident.enterprise.name if incident.enterprise else "未明确"),
            ("县区、地点", f"{incident.county} {incident.place}".strip()),
            ("发生、企业获知", f"{when(incident.occurred_at)}；{when(incident.known_at)}"),
            ("接报、定级", f"{when(incident.received_at)}；{when(incident.graded_at)}"),
            *register.facts,
        ],
        (36, 120),
    )
    paper.heading("一、时限")
    header = ("规则", "事项", "责任方 → 对象", "到期", "结果")
    paper.table(header, register.debts, (20, 40, 36, 30, 30))
    if register.orders:
        paper.heading("二、应急任务")
        header = ("编号", "接收单位", "任务", "下达", "签收", "状态")
        paper.table(header, register.orders, (26, 24, 38, 24, 24, 20))
    paper.heading("三、报告" if register.orders else "二、报告")
    for name, lines in register.reports:
        paper.note(name)
        paper.table(("内容", "所报"), lines, (36, 120))
    paper.heading("四、经过" if register.orders else "三、经过")
    paper.table(("时间", "经过", "经办"), register.timeline, (34, 88, 34))
    paper.signature("填报人：　　　　审核人：　　　　签发人：　　　　", register.printed_at)
    plan = incident.plan_version
    paper.note(
        f"依据《{plan.title}》{plan.document_no}。时间均为北京时间；经过摘自不可更改的台账。"
        f"{when(register.printed_at)} {register.printed_by}打印。"
    )
    return paper
