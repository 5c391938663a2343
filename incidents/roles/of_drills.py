"""Drills (§8.3): the office holds them for the city; members, counties and firms hold their own among themselves."""

from .act import COMMAND, OFFICE, RECEIVERS, Act

DIRECTORS = OFFICE | COMMAND | RECEIVERS

ACTS = tuple(
    Act(code, name, DIRECTORS, "8.3", is_never_drilled=True)
    for code, name in (
        ("drill.plan", "筹备演练"),
        ("drill.script", "编写演练脚本"),
        ("drill.start", "开始演练"),
        ("drill.end", "结束演练"),
        ("drill.cancel", "取消演练"),
    )
)
