"""Two versions of the plan side by side (§8.4), row by row with their words compared; on screen, on paper, as Word."""

from dataclasses import dataclass

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_GET

from incidents.documents import plan_comparison
from incidents.models import ClauseReading, PlanEdit, PlanVersion
from incidents.services.revision import plan_editing, plan_readings, plan_rows, plan_versions
from incidents.services.revision.plan_readings import Reading
from incidents.services.revision.plan_rows import Change
from incidents.web.caller import require_role, signed_in
from incidents.web.revision.plan_edit import EDITORS
from incidents.web.taking_away import take_away

CLAUSE = plan_rows.BY_CODE["clause"]


@dataclass(frozen=True)
class Line:
    """A row that differs, why, and how the office reads the clause that it is."""

    part: str
    row: str
    changes: list[Change]
    edits: list[PlanEdit]
    readings: list[Reading]


@signed_in
@require_GET
def page(request):
    require_role(request, *EDITORS)
    before, after = _asked(request)
    context = {
        "before": before,
        "after": after,
        "lines": lines(before, after),
        "versions": PlanVersion.objects.all(),
    }
    return render(request, "incidents/revision/plan_compare.html", context)


@signed_in
@require_GET
def paper(request):
    require_role(request, *EDITORS)
    before, after = _asked(request)
    drawn = plan_comparison.draw(before, after, lines(before, after), plan_versions.office())
    return take_away(request, drawn, f"预案第{before.number}版与第{after.number}版对照表")


def lines(before: PlanVersion, after: PlanVersion, changes: list[Change] | None = None) -> list[Line]:
    """`changes`: where they are known already."""
    reasons = plan_editing.reasons_of(after) if after.based_on_id == before.pk else {}
    changes = plan_rows.compare(before, after) if changes is None else changes
    numbers = _numbers(changes)
    keys = set().union(*numbers.values())
    clauses = after.clause_set.filter(number__in=keys)
    standing = ClauseReading.objects.filter(clause__in=keys, withdrawn_at=None)
    readings = plan_readings.read_with(standing, clauses) if keys else []
    return [
        Line(
            part,
            row,
            those,
            reasons.get((part, those[0].key), []),
            [each for each in readings if each.row.clause in numbers.get((part, row, those[0].key), ())],
        )
        for part, row, those in plan_rows.by_row(changes)
    ]


def _numbers(changes: list[Change]) -> dict[tuple[str, str, str], set[str]]:
    """Of each clause that differs the number that it bears, and the one that it bore before."""
    numbers: dict[tuple[str, str, str], set[str]] = {}
    for change in changes:
        if change.part == CLAUSE.name:
            bore = {change.before} if change.column == CLAUSE.column_name("number") else set()
            numbers.setdefault((change.part, change.row, change.key), {change.key}).update(bore)
    return numbers


def _asked(request) -> tuple[PlanVersion, PlanVersion]:
    """By `?before=` and `?after=` (numbers); else what is under way beside what is in force, or that beside its predecessor."""
    in_force = PlanVersion.in_force()
    after = _numbered(request.GET.get("after")) or plan_versions.under_way() or in_force
    before = _numbered(request.GET.get("before")) or after.based_on or in_force
    return before, after


def _numbered(number: str | None) -> PlanVersion | None:
    if not number:
        return None
    found = None
    if number.isascii() and number.isdigit() and len(number) < 6:
        found = PlanVersion.objects.select_related("based_on").filter(number=number).first()
    if found is None:
        raise Http404("没有这一版预案。")
    return found
