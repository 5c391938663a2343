"""Key periods (重点时期, §4.1): daily reports that nothing happened, and roll-calls."""

from .act import DIRECTOR, FIRM, OFFICE, Act, Role

ANSWERS = FIRM | {Role.COUNTY} | OFFICE
"""The body itself; or the office, for what it was told on the telephone."""

ACTS = (
    Act("period.declare", "发布重点时期", OFFICE, "4.1", is_never_drilled=True),
    Act("period.move", "延长或缩短重点时期", frozenset({DIRECTOR}), "4.1", is_never_drilled=True),
    Act("period.change", "增减报送单位", frozenset({DIRECTOR}), "4.1", is_never_drilled=True),
    Act("period.end", "提前结束重点时期", frozenset({DIRECTOR}), "4.1", is_never_drilled=True),
    Act("period.chase", "催报零报告", OFFICE, "4.1", is_never_drilled=True),
    Act("zero.report", "报送零报告", ANSWERS, "4.1", is_never_drilled=True),
    Act("roll.call", "点名", OFFICE, "4.1", is_never_drilled=True),
    Act("roll.chase", "催答点名", OFFICE, "4.1", is_never_drilled=True),
    Act("roll.answer", "应答点名", ANSWERS, "4.1", is_never_drilled=True),
)
