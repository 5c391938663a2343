"""The papers of a task order (§5.2.2, 5.2.6): 任务启动通知, 任务通知书 after a call, 任务解除通知."""

from incidents.documents.paper import Paper
from incidents.documents.words import when
from incidents.models import Level, TaskOrder


def notice(order: TaskOrder) -> Paper:
    """任务启动通知; of an order given on the telephone the 任务通知书 that follows it. It asks to be acknowledged."""
    incident = order.incident
    name = "邮政业突发事件应急任务通知书" if order.by_phone else "邮政业突发事件应急任务启动通知"
    paper = Paper(f"{order.number} {name}")
    paper.head(incident.office.name, order.number, f"轻重：{order.get_priority_display()}")
    paper.title(name)
    paper.addressee(order.receiver.name)
    paper.text(
        f"{_occasion(order)}，{_by_whose_order(order)}，现将应急任务下达你单位，请立即传达贯彻，"
        "成立现场应急保障指挥机构，组织相应人员进行应急处置工作。"
    )
    paper.fact("一、任务", order.task)
    paper.fact("二、要求", order.requirements or "无另行要求。")
    paper.fact("三、签收期限", when(order.acknowledge_by))
    paper.fact("四、完成期限", when(order.done_by) if order.done_by else "不限")
    paper.text("签收或首次报告进展时，请报明现场应急保障指挥机构的负责人、电话和地点；完成后报告执行情况。")
    if order.by_phone:
        said = f"{when(order.issued_at)}由{order.answered_by}接听，原话：“{order.phone_words}”"
        paper.fact("电话下达", said)
        if not order.written_at:
            paper.fact("书面通知", "尚未补发")
    paper.signature(incident.office.name, order.written_at or order.issued_at)
    paper.note(_basis(order, "5.2.2"))
    paper.note(f"应急办值班电话：{incident.office.phone or '—'}")
    return paper


def release(order: TaskOrder) -> Paper:
    """任务解除通知, on 指挥部's end order; the task is over when it is confirmed."""
    incident = order.incident
    name = "邮政业突发事件应急任务解除通知"
    paper = Paper(f"{order.number} {name}")
    paper.head(incident.office.name, order.number)
    paper.title(name)
    paper.addressee(order.receiver.name)
    paper.text(
        f"{when(order.issued_at)}下达你单位的应急任务（{order.number}：{order.task}），根据任务结束命令，"
        f"自{when(order.released_at)}起解除。请现场应急指挥机构收到本通知后即予确认，确认后任务正式结束。"
    )
    paper.fact("任务结束命令", order.release_words)
    if order.over_at:
        paper.fact("确认", f"{when(order.over_at)} {order.confirmed_by}".strip())
    paper.signature(incident.office.name, order.released_at)
    paper.note(_basis(order, "5.2.6"))
    return paper


def _occasion(order: TaskOrder) -> str:
    incident = order.incident
    level = f"{Level(incident.level).roman}级" if incident.level else ""
    return f"因{level}突发事件（{incident.number}，{incident.event_class.name}）"


def _by_whose_order(order: TaskOrder) -> str:
    if order.instructed_by:
        return f"按照{order.instructed_by}指示（{order.instruction}）"
    return f"按照{order.issued_by}命令"


def _basis(order: TaskOrder, clause: str) -> str:
    plan = order.incident.plan_version
    return f"依据《{plan.title}》{plan.document_no} §{clause}。时间均为北京时间。"
