"""Drills (§8.3): the office holds them for the city; members, counties and firms hold their own among themselves."""

from incidents.models.people import Role

from .act import COMMAND, OFFICE, RECEIVERS, Act

DIRECTORS = OFFICE | COMMAND | RECEIVERS

DONE = tuple(
    Act(code, name, DIRECTORS, "8.3", is_never_drilled=True)
    for code, name in (
        ("drill.plan", "筹备演练"),
        ("drill.direct", "指定导演"),
        ("drill.script", "编写演练脚本"),
        ("drill.start", "开始演练"),
        ("drill.end", "结束演练"),
        ("drill.cancel", "取消演练"),
        ("drill.evaluate", "评估演练"),
        ("drill.state", "登记自行组织的演练"),
        ("drill.withdraw", "撤销演练登记"),
    )
)
OVERSEE = Act("drill.oversee", "事先查看演练脚本", frozenset({Role.AUDITOR}), "8.3", is_never_drilled=True)
"""Beside those who direct it; never who takes part."""
ACTS = (*DONE, OVERSEE)
