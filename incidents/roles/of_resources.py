"""On the register of resources (§2.2.2(4), 4.3, 5.4.3): each body keeps its own, the office also for those that ask it to."""

from .act import OFFICE, RECEIVERS, Act

ACTS = (
    Act("resource.keep", "登记应急资源", OFFICE | RECEIVERS, "5.4.3", is_never_drilled=True),
    Act("resource.standby", "队伍备勤", OFFICE | RECEIVERS, "4.3", is_never_drilled=True),
)
