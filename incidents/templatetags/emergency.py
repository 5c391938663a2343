"""Our components in templates: levels, clauses, countdowns, the plan's path, a row of the timeline.

Each has one template in `templates/components/` and one place in `css/components.css`.
"""

import time
from datetime import datetime

from django import template
from django.urls import reverse
from django.utils import timezone

from alerts.models import State, Warning
from alerts.models.warning_levels import COLOURS, level_words
from incidents import spans
from incidents.models import Clause, Incident, LedgerEntry, Level, PlanVersion, Status, ever_in_force
from incidents.web.clock_words import clock, iso_moment, moment, really, span, told
from incidents.web.links import subject_url
from incidents.web.middleware import epoch_ms
from incidents.web.report.timeline import bundle_words
from incidents.web.report.timeline_facts import facts

register = template.Library()
for say in (moment, really, iso_moment, clock, told, span):
    register.filter(say)


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
        "facts": [] if together else list(facts(entry.data)),
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
