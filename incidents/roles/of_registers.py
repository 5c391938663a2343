"""The firms' registers (§4.1, 4.3): hazards, inspections and their findings, plans filed, safety rules and own checks."""

from incidents.models.people import Role

from .act import FIRM, OFFICE, Act

COUNTY = frozenset({Role.COUNTY})
CHECKS = OFFICE | COUNTY
"""Who checks what a firm has done; the firm itself does not."""

READERS = CHECKS | FIRM | {Role.COMMANDER, Role.AUDITOR}


def _real(code: str, name: str, roles: frozenset, *states: str, on: str = "incident", clause="4.1") -> Act:
    return Act(code, name, roles, clause, frozenset(states) or None, on=on, is_never_drilled=True)


def _hazard(code: str, name: str, roles: frozenset, *states: str) -> Act:
    return _real(code, name, roles, *states, on="hazard")


def _finding(code: str, name: str, roles: frozenset, *states: str) -> Act:
    return _real(code, name, roles, *states, on="finding")


def _plan(code: str, name: str, roles: frozenset, *states: str) -> Act:
    return _real(code, name, roles, *states, on="filedplan")


ACTS = (
    _real("hazard.register", "登记危险源（隐患）", FIRM | CHECKS),
    _hazard("hazard.assess", "风险评估", FIRM | OFFICE, "registered", "assessed", "checked"),
    _hazard("hazard.plan", "确定整改措施", FIRM | OFFICE, "assessed"),
    _hazard("hazard.rectified", "报告整改", FIRM, "rectifying"),
    _hazard("hazard.accept", "复查合格", CHECKS, "rectified"),
    _hazard("hazard.send_back", "退回整改", CHECKS, "rectified"),
    _hazard("hazard.put_off", "延长整改期限", CHECKS, "rectifying"),
    _hazard("hazard.close", "销号", CHECKS, "registered", "assessed", "checked"),
    _real("inspection.record", "登记安全检查", CHECKS),
    _finding("finding.rectified", "报告整改", FIRM, "open"),
    _finding("finding.accept", "复查合格", CHECKS, "rectified"),
    _finding("finding.send_back", "退回整改", CHECKS, "rectified"),
    _real("filed_plan.file", "报送预案备案", FIRM | OFFICE, clause="4.3"),
    _plan("filed_plan.accept", "予以备案", OFFICE, "filed"),
    _plan("filed_plan.send_back", "退回预案", OFFICE, "filed"),
    _plan("filed_plan.withdraw", "撤回预案", FIRM, "filed"),
    _real("safety.rule", "登记安全管理制度", FIRM),
    _real("safety.repeal", "废止安全管理制度", FIRM),
    _real("safety.check", "报送安全自查", FIRM),
    _real("safety.interval", "设定自查间隔", OFFICE),
)
