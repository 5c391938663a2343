"""On a warning (§4.2–4.4). What the commander says by telephone the office writes down word for word (`log_…`);
the decision stays his."""

from incidents import conditions

from .act import COMMAND, FIRM, OFFICE, TOLD, Act

# A warning's states stand above this module (`alerts/models/warning.py`): here by their values.
CANDIDATE = frozenset({"candidate"})
UNISSUED = frozenset({"received", "proposed"})
IN_FORCE = frozenset({"issued"})
IN_HAND = UNISSUED | IN_FORCE
OUT = frozenset({"issued", "lifted"})


def _no_incident_yet(warning):
    return f"已转为事件 {warning.incident.number}。" if warning.incident_id else None


def _document_to_come(warning):
    waits = warning.bulletins.filter(by_phone=True, document=None).exists()
    return None if waits else "没有待补文号的电话签发。"


def _item_open(warning):
    return None if warning.open_items.filter(settled_at=None).exists() else "没有未办结的待办。"


ACTS = (
    Act("warning.receive", "登记预警信息", OFFICE | FIRM, "4.2"),
    Act("warning.import", "导入预警报文", OFFICE, "4.2", is_never_drilled=True),
    *(
        Act(f"warning.{code}", name, roles, clause, states, conditions, on="warning")
        for code, name, roles, clause, states, *conditions in (
            ("accept", "接收", OFFICE, "4.2", CANDIDATE),
            ("set_aside", "搁置", OFFICE, "4.2", CANDIDATE),
            ("verify", "核实", OFFICE, "4.3", IN_HAND, conditions.unverified),
            ("analyse", "分析研判", OFFICE, "4.3", IN_HAND),
            ("report_up", "向上报告", OFFICE, "4.3", IN_HAND | {"lifted", "dismissed"}),
            ("tell", "通报有关部门", OFFICE, "4.3", IN_HAND),
            ("settle_item", "办结待办", OFFICE, "4.3", IN_HAND | {"lifted"}, _item_open),
            ("measure", "落实措施", OFFICE, "4.3", IN_HAND),
            ("propose", "建议发布", OFFICE, "4.3", UNISSUED),
            ("dismiss", "不成立", OFFICE, "4.3", UNISSUED),
            ("issue", "发布预警", COMMAND, "4.4", frozenset({"proposed"})),
            ("adjust", "调整级别", COMMAND, "4.4", IN_FORCE),
            ("lift", "解除预警", COMMAND, "4.4", IN_FORCE),
            ("log_issue", "记录电话发布", OFFICE, "4.4", frozenset({"proposed"})),
            ("log_adjust", "记录电话调整", OFFICE, "4.4", IN_FORCE),
            ("log_lift", "记录电话解除", OFFICE, "4.4", IN_FORCE),
            ("document", "补录文号", OFFICE | COMMAND, "4.4", OUT, _document_to_come),
            ("daily", "报日报", OFFICE, "4.3", OUT),
            ("set_interval", "设定报送间隔", COMMAND, "4.3", IN_FORCE),
            ("outgrown", "可能超出本市能力", OFFICE | COMMAND, "4.3", IN_HAND, conditions.not_declared),
            ("become_incident", "转为突发事件", OFFICE, "4.3", IN_HAND, _no_incident_yet),
            ("acknowledge", "签收", TOLD, "4.3", IN_HAND | {"lifted", "dismissed"}),
        )
    ),
)
