"""Our components in templates: levels, clauses, countdowns, the plan's path, a row of the timeline.

Each has one template in `templates/components/` and one place in `css/components.css`.
"""

import time
from datetime import datetime, timedelta

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.dateparse import parse_datetime

from alerts.models import State, Warning
from alerts.models.warning_levels import COLOURS, level_words
from incidents import drill_clock, spans
from incidents.models import (
    Clause,
    Incident,
    LedgerEntry,
    Level,
    Organization,
    PlanVersion,
    Report,
    Role,
    Status,
    ever_in_force,
)
from incidents.services.report.contents import NAMES
from incidents.web.links import subject_url
from incidents.web.middleware import epoch_ms
from incidents.web.report.timeline import bundle_words

register = template.Library()


@register.filter
def moment(at: datetime | None) -> str:
    """3月2日 02:25, in city time; another year's date says its year."""
    if at is None:
        return "—"
    local = drill_clock.local(at)
    year = f"{local.year}年" if local.year != drill_clock.local().year else ""
    return f"{year}{local.month}月{local.day}日 {local:%H:%M}"


@register.filter
def really(at: datetime | None) -> str:
    """As `moment`, also where the reader's clock is a drill's: when it was in earnest."""
    with drill_clock.running(None):
        return moment(at)


@register.filter
def iso_moment(words: str) -> str:
    """As `moment`, of a time as the ledger writes it."""
    return moment(parse_datetime(words)) if words else "—"


@register.filter
def clock(at: datetime | None) -> str:
    """02:25:07"""
    return f"{drill_clock.local(at):%H:%M:%S}" if at else "—"


@register.filter
def told(at: datetime | None, form: str) -> str:
    """As Django's `date`, by the clock of the drill that its reader is in."""
    return date_format(drill_clock.local(at), form) if at else ""


@register.filter
def span(length: timedelta | None) -> str:
    return "—" if length is None else spans.span(length)


@register.filter
def roman(level: int | None) -> str:
    return Level(level).roman if level else "—"


@register.filter
def short_level(level: int | None) -> str:
    return f"{Level(level).roman}级" if level else "未定级"


@register.filter
def amount(number: int | None) -> str:
    """1亿, 5000万, 300000 → 30万; what does not come out even stays as it is, with its thousands apart."""
    if number is None:
        return "—"
    for unit, size in (("亿", 10**8), ("万", 10**4)):
        if number >= size and number % size == 0:
            return f"{number // size}{unit}"
    return f"{number:,}"


@register.inclusion_tag("components/level_badge.html")
def level_badge(level: int | None, short: bool = False):
    text = "未定级" if not level else short_level(level) if short else Level(level).label
    return {"level": level or "none", "text": text}


@register.inclusion_tag("components/clause.html", takes_context=True)
def clause(context, number: str):
    """A small button-like tag that opens the clause in place; words only, if the plan has no such clause. On the page of
    what is under way by an older plan, it opens that one's."""
    number = str(number or "").removeprefix("§")
    label = f"§{number}" if number[:1].isdigit() else number
    url = reverse("clause", args=[number]) if is_clause(number) else None
    if url and (older := _older_plan(context.get("incident") or context.get("warning"))):
        url += f"?version={older}"
    return {"number": number, "label": label, "url": url}


def _older_plan(subject) -> int | None:
    """The version that the incident or warning is under, where another is in force since; only if it is at hand."""
    kept = getattr(subject, "_state", None)
    version = kept and kept.fields_cache.get("plan_version")
    return version.number if version and version.status == PlanVersion.Status.SUPERSEDED else None


@register.inclusion_tag("components/countdown.html", takes_context=True)
def countdown(context, debt):
    now = context.get("now") or timezone.now()
    state = debt.state(now)
    words = _countdown_words(debt, state, now)
    if context.get("is_replay"):
        words["ticks"] = False
    return {"debt": debt, "state": state, "due": epoch_ms(debt.due_at)} | words


def _countdown_words(debt, state: State, now: datetime) -> dict:
    if state == State.OPEN:
        return {"words": f"还剩 {spans.span_left(debt.lasts(debt.due_at - now))}", "ticks": True}
    if state == State.BREACHED:
        words = f"已超 {span(debt.lasts(now - debt.due_at))}"
        if debt.written_off_at:
            words = "已核销"
        elif debt.relieved_at:
            words = "不再追办"
        return {"words": words, "ticks": debt.is_answerable, "overdue": True}
    if state == State.MET_LATE:
        return {"words": f"超时完成，迟 {span(debt.lasts(debt.met_at - debt.due_at))}"}
    if state == State.MET:
        return {"words": f"按时完成 {moment(debt.met_at)}"}
    return {"words": state.label}


@register.inclusion_tag("components/acknowledged.html", takes_context=True)
def acknowledged(context, debt):
    """Who has acknowledged a breach, and until when its ladder rests. Ask for debts with
    `select_related("acknowledged_by__organization", "acknowledged_by__person")`."""
    now = context.get("now") or timezone.now()
    if not debt.acknowledged_at or not debt.is_answerable:
        return {}
    return {"debt": debt, "paused": debt.is_paused(now)}


@register.filter
def page_of(subject) -> str:
    """The address of an incident's or a warning's page; blank where it has none."""
    return subject_url(subject)


PATH = (Status.REPORTED, Status.GRADED, Status.RESPONDING, Status.ENDED, Status.CLOSED)


@register.inclusion_tag("components/state_path.html")
def state_path(incident: Incident):
    """The plan's own path; a dismissed or merged incident leaves it after its last step."""
    status = Status(incident.status)
    if status in PATH:
        present = PATH.index(status)
        steps = [{"label": s.label, "state": _step(i, present)} for i, s in enumerate(PATH)]
    else:
        passed = PATH[: 2 if incident.graded_at else 1]
        steps = [{"label": s.label, "state": "passed"} for s in passed]
        steps.append({"label": status.label, "state": "present"})
    return {"steps": steps}


WARNING_PATH = (
    Warning.Status.RECEIVED,
    Warning.Status.PROPOSED,
    Warning.Status.ISSUED,
    Warning.Status.LIFTED,
)


@register.inclusion_tag("components/state_path.html")
def warning_path(warning: Warning):
    """收到 → 建议 → 发布 → 解除; what never became warning information, or was dismissed, leaves it."""
    status = Warning.Status(warning.status)
    if status in WARNING_PATH:
        present = WARNING_PATH.index(status)
        steps = [{"label": s.label, "state": _step(i, present)} for i, s in enumerate(WARNING_PATH)]
    else:
        passed = WARNING_PATH[: (1 + bool(warning.proposed_level)) * (status == Warning.Status.DISMISSED)]
        steps = [{"label": s.label, "state": "passed"} for s in passed]
        steps.append({"label": status.label, "state": "present"})
    return {"steps": steps, "name": "预警进程"}


@register.inclusion_tag("components/warning_badge.html")
def warning_badge(level: int | None, short: bool = False, proposed: bool = False):
    """A warning's level in the words and the colour of §4.4."""
    words = "未定级" if not level else COLOURS[level] if short else level_words(level)
    if level and short:
        words = f"{words} {Level(level).roman}级"
    return {"level": level or "none", "text": words, "proposed": proposed and level}


def _step(index: int, present: int) -> str:
    return "present" if index == present else "passed" if index < present else "ahead"


@register.inclusion_tag("components/timeline_row.html", takes_context=True)
def timeline_row(context, entry: LedgerEntry):
    """One line that opens to the whole. Ask for entries with `select_related("post__organization", "person", "key__enterprise")`."""
    if entry.post:
        who, person = str(entry.post), entry.person
    elif entry.key:
        who, person = f"{entry.key.enterprise}（接口）", None
    else:
        who, person = str(entry.person or "系统"), None
    together = getattr(entry, "together", None)
    return {
        "entry": entry,
        "who": who,
        "person": person,
        "facts": [] if together else list(_facts(entry.data)),
        "together": together,
        "csrf_token": context.get("csrf_token"),
        "incident": context.get("incident"),
        "warning": context.get("warning"),
    }


@register.filter
def timeline_words(entry: LedgerEntry) -> str:
    """What the line says; of several told as one, all in one sentence."""
    together = getattr(entry, "together", None)
    return bundle_words(together) if together else entry.summary


WORDS = NAMES | {
    "number": "编号",
    "level": "级别",
    "from": "原为",
    "to": "对象",
    "proposed_level": "建议级别",
    "level_told": "所报级别",
    "because": "依据指标",
    "rule": "规则",
    "creditor": "报告对象",
    "debtor": "责任方",
    "starts_at": "起算",
    "due_at": "到期",
    "met_at": "完成",
    "at": "时间",
    "report": "报告",
    "kind": "种类",
    "arrived_at": "到达时间",
    "told_at": "通话时间",
    "reporter": "报告单位",
    "contents": "报告内容",
    "unknown": "尚不清楚",
    "oral_report": "所称来电",
    "who": "告知何人",
    "words": "内容",
    "with_whom": "向谁核实",
    "how": "如何核实",
    "promised_by": "承诺时间",
    "answered": "已接听",
    "rules": "所催时限",
    "resumes_at": "升级恢复",
    "enterprise": "涉事企业",
    "response": "响应",
    "step": "步骤",
    "people": "送达人员",
    "document_no": "文号",
    "changes": "改动",
    "findings": "原因与经过",
    "responsibility": "责任认定",
    "outcome": "处理情况",
    "channel": "来源渠道",
    "source_body": "发来单位",
    "counties_affected": "可能影响县区",
    "risk": "风险情况",
    "may_follow": "可能引发的后果",
    "measures_taken": "已采取的措施",
    "longitude": "经度",
    "latitude": "纬度",
    "display": "大屏链接",
    "likelihood": "发生概率",
    "area": "可能影响范围",
    "severity": "严重程度",
    "version": "版本",
    "effective_at": "起始时间",
    "caution": "警示事项",
    "authority": "发布机关",
    "phone_words": "电话原话",
    "bodies": "送达单位",
    "day": "日期",
    "item": "措施",
    "owner": "责任单位",
    "warning": "预警",
    "feed_item": "来源条目标识",
    "call_up": "调用",
    "quantity": "数量",
    "place": "地点",
    "recovery": "善后事项",
    "amount": "金额（元）",
    "basis": "依据",
    "what": "事项",
    "given": "已写部分",
    "cause": "起因",
    "nature": "性质",
    "lessons": "经验教训",
    "asked": "征求意见",
    "improvement": "改进措施",
    "decided_by": "决定机关",
    "undertaking": "准备事项",
    "matter": "所涉页面",
    "period": "重点时期",
    "roll_call": "点名",
    "quiet": "无情况",
}
VALUES = {
    **{str(v): label for v, label in Warning.Channel.choices},
    **{str(v): label for v, label in Report.Kind.choices},
    **{str(v): label for v, label in Organization.Kind.choices},
    **{str(v): label for v, label in Role.choices},
    **{str(v): label for v, label in Warning.Likelihood.choices},
}
LEVELS = {"level", "proposed_level", "level_told"}


def _facts(data: dict):
    """The data of an entry in the screen's own words; nested data is flattened into rows."""
    for name, value in data.items():
        if isinstance(value, dict):
            yield from _facts(value)
        elif value not in (None, "", [], False):
            yield {"name": WORDS.get(name, name), "value": _value(name, value)}


def _value(name: str, value) -> str:
    if value is True:
        return "是"
    if isinstance(value, list):
        return "、".join(NAMES.get(str(item), str(item)) for item in value)
    if name in LEVELS and value in Level.values:
        return Level(value).label
    if isinstance(value, str):
        at = parse_datetime(value) if len(value) >= 19 and value[4:5] == "-" else None
        return moment(at) if at else VALUES.get(value, value)
    return str(value)


# The numbers of all clauses are kept in memory; an unknown one is looked up again, once a minute at most.
_numbers: set[str] = set()
_looked_at = 0.0


def is_clause(number: str) -> bool:
    global _numbers, _looked_at
    if number and number not in _numbers and time.monotonic() - _looked_at > 60 or not _numbers:
        known = Clause.objects.filter(ever_in_force(timezone.now()))
        _numbers = set(known.values_list("number", flat=True))
        _looked_at = time.monotonic()
    return number in _numbers
