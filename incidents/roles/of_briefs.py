"""On situation briefs (§2.2.3(2), 5.2): the office writes, its director signs off, bodies above sign for them."""

from incidents.models.incident import Status

from .act import APPROVER, COMMAND, DIRECTOR, OFFICE, UNDER_WAY, Act
from .of_warnings import IN_HAND

ACTS = (
    Act("brief.draft", "写专报", OFFICE, "2.2.3", UNDER_WAY | {Status.ENDED}),
    Act("warning.draft_brief", "写专报", OFFICE, "2.2.3", IN_HAND | {"lifted"}, on="warning"),
    Act("brief.word_figure", "定口径", OFFICE, "2.2.3", UNDER_WAY | {Status.ENDED}, tab="briefs"),
    Act("brief.edit", "编辑专报", OFFICE, "2.2.3"),
    Act("brief.sign", "签发专报", frozenset({DIRECTOR}), "2.2.3"),
    Act("brief.return", "退回修改", frozenset({DIRECTOR}), "2.2.3"),
    Act("brief.abandon", "作废专报", OFFICE, "2.2.3"),
    Act("brief.send", "报送专报", OFFICE, "5.2"),
    Act("brief.receipt", "登记签收", OFFICE, "5.2"),
    Act("brief.acknowledge", "签收专报", COMMAND | APPROVER, "5.2"),
    Act("brief.correct", "写更正专报", OFFICE, "5.2"),
)
