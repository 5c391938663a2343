"""On task orders and support requests (§5.2.2, 5.2.6, 5.5)."""

from incidents import conditions
from incidents.models.incident import Status

from .act import APPROVER, COMMANDER, FIRM, GRADED, OFFICE, RECEIVERS, UNDER_WAY, UNGRADED, Act

ACTS = (
    Act(
        "order.issue",
        "下达应急任务",
        OFFICE | {COMMANDER},
        "5.2.2",
        GRADED,
        (conditions.grave_enough_for_orders,),
    ),
    Act("order.write", "补发书面任务通知", OFFICE | {COMMANDER}, "5.2.2"),
    Act("order.acknowledge", "签收任务", RECEIVERS, "5.2.2"),
    Act("order.progress", "报告任务进展", RECEIVERS, "5.4.3"),
    Act("order.done", "报告任务完成", RECEIVERS, "5.4.3"),
    Act("order.release", "下达任务解除通知", OFFICE | {COMMANDER}, "5.2.6"),
    Act(
        "order.release_all",
        "解除全部任务",
        OFFICE | {COMMANDER},
        "5.2.6",
        frozenset(Status) - UNGRADED - {Status.CLOSED},
        (conditions.orders_open,),
    ),
    Act("order.confirm", "确认任务解除", RECEIVERS | OFFICE, "5.2.6"),
    Act("support.raise", "请求支援", FIRM | OFFICE | {COMMANDER}, "5.5", UNDER_WAY),
    Act("support.forward", "转报支援请求", OFFICE | {COMMANDER} | APPROVER, "5.5"),
    Act("support.answer", "答复支援请求", OFFICE | {COMMANDER} | APPROVER, "5.5"),
    Act("support.fulfil", "登记支援落实", FIRM | OFFICE | {COMMANDER}, "5.5"),
)
