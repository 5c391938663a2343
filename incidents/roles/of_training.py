"""Training, and publicity and education (§8.1, 8.2): each body keeps its own, a firm those of its outlets too."""

from .act import DUTY, FIRM, ON_ROSTERS, Act

JUDGES = ON_ROSTERS - {DUTY}
"""As `duty.train`: a pass lets a person onto the roster."""

ACTS = (
    Act("course.keep", "登记培训班", ON_ROSTERS, "8.2", is_never_drilled=True),
    Act("course.plan", "制定年度培训计划", ON_ROSTERS, "8.2", is_never_drilled=True),
    Act("course.judge", "登记培训结果", JUDGES, "8.2", is_never_drilled=True),
    Act("workforce.state", "填报上岗培训情况", FIRM, "8.2", is_never_drilled=True),
    Act("publicity.keep", "登记宣传教育活动", ON_ROSTERS, "8.1", is_never_drilled=True),
)
