"""The firms' registers on the map (§4.1, 4.3): dicts as a map takes them; `at` null: at the centre of the county."""

from django.utils import timezone

from incidents.models import Organization
from incidents.register_sight import visible_findings, visible_hazards
from incidents.roles import Actor
from incidents.services.register import plan_filing, safety


def hazards(actors: list[Actor]) -> list[dict]:
    """Those that are open, where they lie."""
    rows = visible_hazards(actors).open().select_related("county", "body")
    return [
        {
            "name": row.number,
            "title": f"{row.body}：{row.gist}",
            "county": row.county.short_name,
            "at": [float(row.latitude), float(row.longitude)] if row.longitude is not None else None,
        }
        for row in rows
    ]


def findings(actors: list[Actor]) -> list[dict]:
    """What inspections found and is not yet accepted, in the firm's county."""
    rows = visible_findings(actors).open().select_related("inspection__body__county")
    return [_of_firm(row.inspection.body, row.number, row.words, row.inspection.place) for row in rows]


def without_plan(actors: list[Actor]) -> list[dict]:
    """The firms that have no plan on file, or none that is still valid."""
    found = plan_filing.overview(actors, timezone.localdate())
    return [_standing(each) for each in found if each.state in ("none", "expired")]


def not_checked(actors: list[Actor]) -> list[dict]:
    """The firms that have never checked themselves, or not in time."""
    found = safety.overview(actors, timezone.localdate())
    return [_standing(each) for each in found if each.state in ("silent", "overdue")]


def _standing(each) -> dict:
    return _of_firm(each.firm, each.firm.short_name, each.label) | {"code": each.firm.code}


def _of_firm(firm: Organization, name: str, title: str, place: str = "") -> dict:
    title = title if name == firm.short_name else f"{firm}：{title}"
    return {"name": name, "title": title, "place": place, "county": firm.county.short_name, "at": None}
