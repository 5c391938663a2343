"""The wall: an office's situation at a secret address, without a session. Read-only, nobody's name, no free words
of reports beyond a title; not cached, not indexed. Whoever holds the secret sees these two answers and no other page."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.http import require_safe

from alerts.services import watchdog
from incidents.models import DisplayLink, Incident, LedgerEntry, Level
from incidents.services.identity import displays
from incidents.web.situation.board import HOURS_BACK, Board
from incidents.web.tiles import tiles
from incidents.web.warning.warnings import strip_of

FILES = ("css/wall.css", "js/wall.js", "js/county_map.js")
INCIDENTS, FLOWS, DEBTS, BODIES, MATTERS, EVENTS, WARNINGS = 7, 4, 5, 5, 4, 9, 3
"""How many rows a panel holds that is read from three metres; the rest is counted."""

SAID = {
    "incident.opened": "接报",
    "incident.verified": "已核实",
    "incident.graded": "定级",
    "incident.regraded": "级别变更",
    "incident.dismissed": "不成立",
    "incident.merged": "并案",
    "incident.ended": "结束",
    "incident.closed": "归档",
    "incident.reopened": "复燃重启",
    "outgrown.declared": "可能超出本市处置能力",
    "report.filed": "收到报告",
    "report.up": "已向上报告",
    "response.proposed": "建议启动Ⅲ级响应",
    "response.approved": "批准Ⅲ级响应",
    "response.refused": "未批准Ⅲ级响应",
    "response.started": "响应启动",
    "response.end_proposed": "建议结束Ⅲ级响应",
    "response.end_declined": "Ⅲ级响应继续",
    "response.ended": "响应结束",
    "order.issued": "下达任务",
    "order.acknowledged": "任务已签收",
    "order.done": "任务完成",
    "order.released": "任务解除",
    "support.raised": "请求支援",
    "support.forwarded": "支援请求转报",
    "support.answered": "支援请求已答复",
    "support.fulfilled": "支援已落实",
}
"""The events that the wall tells, in words of its own: a summary may hold what somebody said."""
WITH_LEVEL = {"incident.graded", "incident.regraded", "response.started", "response.ended"}


@dataclass(frozen=True)
class Event:
    at: datetime
    words: str
    incident: Incident

    @classmethod
    def of(cls, entry: LedgerEntry) -> "Event":
        words, level = SAID[entry.action], entry.data.get("level")
        if entry.action in WITH_LEVEL and level in Level.values:
            words = f"{words}（{Level(level).roman}级）"
        return cls(entry.at, words, entry.incident)


@require_safe
def page(request, secret: str):
    link = displays.find(secret)
    if link is None or not link.is_open:
        return _closed(request, link)
    files = [static(name) for name in FILES]
    context = _context(link) | {"version": version_of(files), "tiles": tiles(), "secret": secret}
    return _sealed(render(request, "incidents/situation/wall.html", context))


@require_safe
def figures(request, secret: str):
    """The part that changes, asked every ten seconds; an ended link's screen learns of its end here."""
    link = displays.find(secret)
    if link is None or not link.is_open:
        return _closed(request, link)
    answer = _sealed(render(request, "incidents/situation/wall_figures.html", _context(link)))
    answer["X-Wall-Version"] = version_of([static(name) for name in FILES])
    return answer


def version_of(files: list[str]) -> str:
    """Another one after a new release: a screen that runs for months then loads its own script anew."""
    return hashlib.sha256(" ".join(files).encode()).hexdigest()[:12]


def _context(link: DisplayLink) -> dict:
    now, caller = timezone.now(), displays.reader(link)
    displays.note_seen(link, now=now)
    board = Board(caller, now)
    told = [Event.of(entry) for entry in board.events if entry.action in SAID]
    warnings = sorted(
        strip_of(caller, in_force=True, at_most=None), key=lambda row: row.warning.standing_level
    )
    return {
        "link": link,
        "board": board,
        "now": now,
        "incidents": board.open_incidents[:INCIDENTS],
        "more_incidents": max(0, len(board.open_incidents) - INCIDENTS),
        "flows": board.flows[:FLOWS],
        "more_flows": max(0, len(board.flows) - FLOWS),
        "debts": board.debts[:DEBTS],
        "bodies": board.shown_late_bodies[:BODIES],
        "orders": board.orders[:MATTERS],
        "more_orders": max(0, len(board.orders) - MATTERS),
        "requests": board.requests[:MATTERS],
        "more_requests": max(0, len(board.requests) - MATTERS),
        "events": told[:EVENTS],
        "hours_back": HOURS_BACK,
        "warnings": warnings[:WARNINGS],
        "more_warnings": max(0, len(warnings) - WARNINGS),
        "watchdog_warning": watchdog.warning(),
    }


def _closed(request, link: DisplayLink | None) -> HttpResponse:
    """410 for what was ended, 404 for what never was; in the same words, with the same care."""
    return _sealed(render(request, "incidents/situation/wall_closed.html", status=410 if link else 404))


def _sealed(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "private, no-store"
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
