"""What of an incident, its responses and orders stands in the way of an act: words, or nothing."""

from incidents.models.incident import Incident
from incidents.models.plan import Level
from incidents.models.response import Response


def firm_needed(incident):
    return None if incident.enterprise_id else "尚未明确涉事企业。"


def unverified(subject):
    return "已核实。" if subject.verified_at else None


def not_declared(subject):
    return "已宣布过可能超出本市处置能力。" if subject.outgrown_at else None


def nothing_being_decided(incident):
    pending = any(response.is_being_decided for response in incident.responses.all())
    return "已有一项Ⅲ级响应建议等待批准或启动。" if pending else None


def running(incident: Incident) -> Response | None:
    return next((response for response in incident.responses.all() if response.is_running), None)


def latest(incident: Incident, status: str) -> Response | None:
    return next((response for response in incident.responses.all() if response.status == status), None)


def no_higher_runs(incident):
    response = running(incident)
    return f"{response}已经启动。" if response and response.level <= Level.III else None


def four_runs(incident):
    response = running(incident)
    return None if response and response.level == Level.IV else "没有进行中的Ⅳ级响应。"


def awaits_approval(incident):
    return None if latest(incident, Response.Status.PROPOSED) else "没有等待批准的Ⅲ级响应建议。"


def approved(incident):
    if latest(incident, Response.Status.APPROVED):
        return None
    return "Ⅲ级响应须经市政府批准后启动，现无已批准的建议。"


def phone_approved(incident: Incident) -> Response | None:
    """Approved by telephone, its document still to follow."""
    waiting = (r for r in incident.responses.all() if r.approved_words and not r.document_no)
    return next(waiting, None)


def document_missing(incident):
    return None if phone_approved(incident) else "没有待补文号的电话批准。"


def one_or_two(incident):
    return None if incident.level <= Level.II else "Ⅰ、Ⅱ级事件才由指挥部立即启动响应；Ⅲ级须经市政府批准。"


def not_at_this_level_yet(incident):
    response = running(incident)
    return f"{response}已经启动。" if response and response.level <= incident.level else None


def three_active(incident):
    response = running(incident)
    if response and response.level == Level.III:
        return None if response.status == Response.Status.ACTIVE else "已建议结束，等待指挥部决定。"
    return "没有进行中的Ⅲ级响应。"


def end_proposed(incident):
    if latest(incident, Response.Status.ENDING_PROPOSED):
        return None
    return "尚无结束Ⅲ级响应的建议。"


def one_or_two_runs(incident):
    response = running(incident)
    return None if response and response.level <= Level.II else "没有进行中的Ⅰ、Ⅱ级响应。"


def grave_enough_for_orders(incident):
    response = running(incident)
    if incident.level <= Level.III or response and response.level <= Level.III:
        return None
    return "较大以上事件才下达应急任务。"


def orders_open(incident):
    open_ones = any(order.is_open for order in incident.orders.all())
    return None if open_ones else "没有未解除的任务。"


def grave_enough(incident):
    response = running(incident)
    if incident.level <= Level.III or response and response.level <= Level.III:
        return None
    return "较大以上事件才由指挥部组织指挥；一般事件由企业处置。"


def experts_named(incident):
    return None if incident.experts.exists() else "指挥部尚未确定专家组。"


def own_plan_runs(incident):
    if not incident.own_plans.filter(ended_at=None).exists():
        return "没有进行中的本单位预案。"


def three_or_above_runs(incident):
    response = running(incident)
    return None if response and response.level <= Level.III else "没有进行中的Ⅲ级以上响应。"
