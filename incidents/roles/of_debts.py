"""On what is owed: chased, acknowledged, waived, written off."""

from incidents.models.incident import Status

from .act import COMMANDER, DIRECTOR, OFFICE, UNDER_WAY, Act


def _somebody_to_chase(incident):
    if (
        incident.enterprise_id
        or incident.deadlines.all().answerable().exclude(desk=incident.office_id).exists()
    ):
        return None
    return "尚未明确涉事企业，也没有别的单位欠报。"


ACTS = (
    Act(
        "firm.chase",
        "催报",
        OFFICE,
        "5.2.1",
        UNDER_WAY | {Status.ENDED, Status.MERGED},
        (_somebody_to_chase,),
    ),
    Act("debt.waive", "豁免时限", frozenset({DIRECTOR}), "5.2.1"),
    Act("debt.write_off", "核销超时", frozenset({DIRECTOR}), "6.4"),
    Act("debt.acknowledge", "知悉", OFFICE | {COMMANDER}, "5.2.3"),
    Act("debt.chase", "催报", OFFICE, "5.2.1"),
)
