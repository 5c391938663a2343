"""及时率 on 时限: each enterprise's, or each rule's, by the month in which it was due, with the debts behind each figure.

Of months it is read off the sums that are kept (`alerts.services.debt_tally`), and counted where the filters ask for what no
sum knows; either way of twelve months at most, so that it costs the same however much was ever owed.
"""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta

from alerts.models import State
from alerts.services import debt_tally, punctuality
from alerts.services.punctuality import Table
from incidents import drill_clock
from incidents.days import later
from incidents.models import DeadlineRule, Organization
from incidents.web.analysis.charts import bars
from incidents.web.analysis.deadline_filter import DeadlineFilter, begins

MONTHS = 12
BY = ("debtor", "rule")
SUMMED = {"since", "until", "rule", "debtor", "state", "counted", "order"}
"""Filters that the sums know, or that choose nothing here."""


def context(request, asked: DeadlineFilter) -> dict:
    by = request.GET.get("by") if request.GET.get("by") in BY else "debtor"
    since, last, cut = _span(asked)
    table = Table.of(_rows(asked, since, last), by)
    names = dict(asked.fields[by].choices)
    rows = [
        {
            "name": names.get(key[0], key[0]),
            "whole": table.of_row(key),
            "url": _behind(asked, since, last, **{by: key[0]}),
            "cells": [
                (table.at(key, month), _behind(asked, *_days_of(month, since, last), **{by: key[0]}))
                for month in table.months
            ],
        }
        for key in sorted(table.keys)
    ]
    sums = [(table.of_month(month), _behind(asked, *_days_of(month, since, last))) for month in table.months]
    labelled = zip(table.months, sums, strict=True)
    return {
        "asked": asked,
        "by": by,
        "rows": rows,
        "months": table.months,
        "since": since,
        "last": last,
        "cut": cut,
        "filters": _words(asked),
        "sums": sums,
        "whole": table.all,
        "whole_url": _behind(asked, since, last),
        "chart": bars([(f"{month.month}月", rate) for month, (rate, _) in labelled]),
        "by_debtor": asked.url(view="punctuality", by="debtor"),
        "by_rule": asked.url(view="punctuality", by="rule"),
        "now": asked.now,
    }


def _words(asked: DeadlineFilter) -> list[str]:
    """What narrows it besides the days, for paper too."""
    names = (name for name in ("rule", "debtor", "level", "county") if name in asked.chosen)
    return [dict(asked.fields[name].choices)[asked.chosen[name]] for name in names]


def _span(asked: DeadlineFilter) -> tuple[date, date, bool]:
    """The first and the last day, of twelve months at most, this one the last; whether more was asked for."""
    since, until = asked.chosen.get("since"), asked.chosen.get("until")
    month_ends = later(drill_clock.local(asked.now).date().replace(day=1), 1) - timedelta(days=1)
    last = min(until or month_ends, month_ends)
    first = later(last.replace(day=1), 1 - MONTHS)
    return max(since or first, first), last, bool(since and since < first)


def _rows(asked: DeadlineFilter, since: date, last: date) -> list[dict]:
    """Of enterprises, by the codes of rule and debtor."""
    until = last + timedelta(days=1)
    actors = asked.caller.actors
    if since >= until:
        return []
    within = asked.debts.filter(due_at__gte=begins(since), due_at__lt=begins(until))
    if drill_clock.current():
        rows = _of_the_drill(within, asked)
    elif SUMMED.issuperset(asked.chosen):
        rows = debt_tally.between(actors, since, until, asked.now)
    else:
        rows = punctuality.by_month(within, asked.now, "rule", "debtor")
    firms = Organization.objects.filter(kind=Organization.Kind.ENTERPRISE).values_list("pk", "code")
    return list(_named(rows, dict(firms), dict(DeadlineRule.objects.values_list("pk", "code")), asked.chosen))


def _of_the_drill(debts, asked: DeadlineFilter) -> Iterable[dict]:
    """Few, one by one: months are those of the drill's own clock."""
    debts = punctuality.counted(debts, asked.now).values_list("due_at", "rule", "debtor", "state_now")
    for due_at, rule, debtor, state in debts:
        month = drill_clock.local(due_at).date().replace(day=1)
        yield {"month": month, "rule": rule, "debtor": debtor, "total": 1, "in_time": state == State.MET}


def _named(rows: Iterable[dict], firms: dict, rules: dict, chosen: dict) -> Iterable[dict]:
    for row in rows:
        named = {"debtor": firms.get(row["debtor"]), "rule": rules[row["rule"]]}
        if named["debtor"] and all(chosen.get(key, code) == code for key, code in named.items()):
            yield row | named


def _days_of(month: date, since: date, last: date) -> tuple[date, date]:
    """Of the month, as much as is asked for."""
    ends = month.replace(day=monthrange(month.year, month.month)[1])
    return max(month, since), min(ends, last)


def _behind(asked: DeadlineFilter, since: date, last: date, **chosen) -> str:
    """The list of the debts behind a figure."""
    days = {"since": since.isoformat(), "until": last.isoformat()}
    return asked.url(**{"state": None, "order": None, "counted": "on"} | days | chosen)
