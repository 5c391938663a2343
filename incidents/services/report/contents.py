"""What a report holds (§5.2.1), and what is refused: one place for the form, the phone and the API."""

from datetime import datetime

from incidents.models import NetworkScope, Report
from incidents.services.check import Check

Kind = Report.Kind

WRITTEN_CONTENTS = (
    "occurred_at",
    "place",
    "unit",
    "source",
    "event_class",
    "deaths",
    "missing",
    "serious_injuries",
    "loss_yuan",
    "records_leaked",
    "network_scope",
    "impact",
    "development",
    "measures",
    "superior_unit_told",
)
"""Every content of §5.2.1; each is given or named in `unknown`, not both."""

BRIEF_CONTENTS = ("occurred_at", "place", "unit", "event_class", "impact")
NEVER_UNKNOWN = ("known_at", "county", "event_class", "unit")
NULL_MEANS = {"records_leaked": "不适用", "network_scope": "不适用", "superior_unit_told": "尚未报告"}
LARGE, MOST, MOST_PEOPLE = ("loss_yuan", "records_leaked"), 10**12, 10**9
FIGURES = ("deaths", "missing", "serious_injuries", "loss_yuan", "records_leaked")
TELLING = (*FIGURES, "network_scope", "impact", "development", "measures")
NETWORK_SCOPES = frozenset([None, *NetworkScope.values])
TEXT_FIELDS = ("place", "unit", "source", "impact", "development", "measures")

NAMES = {
    "occurred_at": "时间",
    "place": "地点",
    "unit": "单位名称",
    "source": "信息来源",
    "event_class": "事件类别",
    "deaths": "死亡人数",
    "missing": "失踪人数",
    "serious_injuries": "重伤人数",
    "loss_yuan": "直接经济损失",
    "records_leaked": "泄露用户信息条数",
    "network_scope": "网络阻断范围",
    "impact": "影响范围",
    "development": "事件发展态势",
    "measures": "处置情况",
    "superior_unit_told": "上一级单位是否已报告",
    "known_at": "获知时间",
    "county": "县区",
}


def check_contents(check: Check, kind: str, contents: dict, now: datetime, *, prefix: str = ""):
    """Names every content that `kind` needs and that is neither given nor said to be unknown.

    `contents` holds what was stated, `unknown` among it; the time, place and class of the incident may have
    been merged in by the caller.
    """
    unknown = contents.get("unknown") or []
    for name in unknown:
        if name in NEVER_UNKNOWN:
            check.wrong(f"{prefix}/unknown", "cannot_be_unknown", f"“{NAMES[name]}”不能填为尚不清楚。")
        elif name not in WRITTEN_CONTENTS:
            check.wrong(f"{prefix}/unknown", "not_a_content", f"“{name}”不是报告内容。")
        elif _given(contents, name):
            check.wrong(
                f"{prefix}/{name}", "both_given_and_unknown", f"“{NAMES[name]}”既已填写，又列为尚不清楚。"
            )
    needed = {Kind.WRITTEN: WRITTEN_CONTENTS, Kind.BRIEF: BRIEF_CONTENTS}.get(kind, ())
    for name in needed:
        if not _given(contents, name) and name not in unknown:
            check.wrong(
                f"{prefix}/{name}",
                "required",
                f"{Kind(kind).label}须有“{NAMES[name]}”"
                + ("；尚不清楚的须明确说明。" if name not in NEVER_UNKNOWN else "。"),
            )
    if kind in (Kind.FOLLOW_UP, Kind.FINAL) and not any(
        _given(contents, name) and contents[name] is not None for name in TELLING
    ):
        check.wrong(f"{prefix}/development", "required", f"{Kind(kind).label}至少须写明一项情况。")
    _check_sizes(check, contents, prefix)
    check.time(f"{prefix}/occurred_at", "发生时间", contents.get("occurred_at"), now)
    for name in ("superior_unit_told", "oral_report"):
        if told := contents.get(name):
            check.time(
                f"{prefix}/{name}/at",
                "告知时间" if name == "superior_unit_told" else "通话时间",
                told["at"],
                now,
            )


def _check_sizes(check: Check, contents: dict, prefix: str):
    """What no column of a report holds is refused by name, at whichever door."""
    for name in TEXT_FIELDS:
        check.text(
            f"{prefix}/{name}", NAMES[name], contents.get(name), Report._meta.get_field(name).max_length
        )
    for name in FIGURES:
        figure = contents.get(name)
        if figure is not None and not (
            isinstance(figure, int) and 0 <= figure <= (MOST if name in LARGE else MOST_PEOPLE)
        ):
            check.wrong(f"{prefix}/{name}", "not_a_count", f"“{NAMES[name]}”须为不小于 0 的合理整数。")
    if contents.get("network_scope") not in NETWORK_SCOPES:
        check.wrong(f"{prefix}/network_scope", "not_a_choice", "没有这种阻断范围。")
    for name, who in (("superior_unit_told", "who"), ("oral_report", "to")):
        if told := contents.get(name):
            check.text(f"{prefix}/{name}/{who}", "告知对象", told.get(who), 100)


def _given(contents: dict, name: str) -> bool:
    """Stated, be it as null where null has a meaning; blank text is not stated."""
    if name not in contents:
        return False
    value = contents[name]
    if value is None:
        return name in NULL_MEANS
    return value != "" if isinstance(value, str) else True


def report_fields(contents: dict) -> dict:
    """The contents as columns of a `Report`."""
    fields = {name: contents[name] for name in (*FIGURES, "network_scope", "occurred_at") if name in contents}
    fields |= {name: contents.get(name) or "" for name in TEXT_FIELDS}
    told = contents.get("superior_unit_told") or {}
    return fields | {
        "event_class": contents.get("event_class"),
        "superior_told_who": told.get("who", ""),
        "superior_told_at": told.get("at"),
        "unknown": sorted(set(contents.get("unknown") or [])),
    }
