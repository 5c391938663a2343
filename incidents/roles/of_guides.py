"""On handling guides (处置要领, annex 3, named in §5.4.4)."""

from incidents.models.guide import Guide
from incidents.models.incident import Status

from .act import COMMAND, DIRECTOR, FIRM, OFFICE, UNDER_WAY, Act

TICKED = UNDER_WAY | {Status.ENDED}


def _not_opened_yet(incident):
    code = incident.event_class.code
    if incident.opened_guides.filter(event_class=code).exists():
        return "本类别的处置要领已经打开。"
    return None if Guide.newest(code) else "本类别还没有处置要领。"


def _in_hand(incident):
    return (
        None
        if incident.status in TICKED
        else f"事件处于“{incident.get_status_display()}”，不能再办理处置要领。"
    )


ACTS = (
    Act("guide.edit", "修订处置要领", frozenset({DIRECTOR}), "5.4.4", is_never_drilled=True),
    Act("guide.open", "打开处置要领", OFFICE | COMMAND, "5.4.4", UNDER_WAY, (_not_opened_yet,), tab="guide"),
    Act("guide.tick", "完成一步", OFFICE | COMMAND | FIRM, "5.4.4", None, (_in_hand,), tab="guide"),
    Act("guide.untick", "撤销完成", OFFICE | COMMAND | FIRM, "5.4.4", None, (_in_hand,), tab="guide"),
)
