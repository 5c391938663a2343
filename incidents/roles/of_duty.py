"""The duty roster and the channels that reach its people (§5.2.3, 5.4.2)."""

from incidents.models.people import Role

from .act import DIRECTOR, DUTY, FIRM, OFFICE, ON_ROSTERS, Act


def _real(*row) -> Act:
    return Act(*row, is_never_drilled=True)


ACTS = (
    _real("duty.roster", "排班", ON_ROSTERS - {DUTY}, "5.2.3"),
    _real("duty.train", "登记培训", ON_ROSTERS - {DUTY}, "8.2"),
    _real("duty.swap", "换班", ON_ROSTERS, "5.2.3"),
    _real("duty.sign_in", "签到", ON_ROSTERS, "5.2.3"),
    _real("duty.hand_over", "交接班", ON_ROSTERS, "5.2.3"),
    _real("contacts.set", "登记值班联系人", FIRM, "5.2.3"),
    _real("duty.log", "记值班日志", OFFICE, "5.4.2"),
    _real("channel.own", "设置本人的通知渠道", frozenset(Role), "5.2.3"),
    _real(
        "channel.body",
        "设置单位的通知渠道",
        frozenset({Role.ADMINISTRATOR, DIRECTOR, Role.ENTERPRISE}),
        "5.2.3",
    ),
)
