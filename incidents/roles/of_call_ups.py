"""On call-ups (§2.2.2(4), 5.4.3, 6.1): asked for or requisitioned, lent, used, given back, settled for."""

from .act import COMMANDER, GRADED, OFFICE, RECEIVERS, UNDER_WAY, Act

TAB = "call-ups"

ACTS = (
    Act("call_up.request", "调用资源", OFFICE | {COMMANDER}, "5.4.3", UNDER_WAY, tab=TAB),
    Act("call_up.requisition", "征用", OFFICE | {COMMANDER}, "2.2.2", GRADED, tab=TAB),
    Act("call_up.agree", "同意调出", RECEIVERS | OFFICE, "5.4.3"),
    Act("call_up.refuse", "不能调出", RECEIVERS | OFFICE, "5.4.3"),
    Act("call_up.dispatch", "登记调出", RECEIVERS | OFFICE, "5.4.3"),
    Act("call_up.arrive", "确认到达", RECEIVERS | OFFICE, "5.4.3"),
    Act("call_up.give_back", "登记归还", RECEIVERS | OFFICE, "6.1"),
    Act("call_up.settle", "结清", OFFICE, "6.1"),
    Act("call_up.withdraw", "撤回", OFFICE | {COMMANDER}, "2.2.2"),
)
