"""What stands on the map as a point. Incidents for now; what has been called up (§2.2.2(4)) is to follow here."""

from collections import Counter
from collections.abc import Iterable

from incidents.models import Incident
from incidents.querysets import visible_call_ups
from incidents.roles import Caller


def points_of(incidents: Iterable[Incident], out: Counter) -> list[dict]:
    """Every point of the map. `out`: how many call-ups are out for each incident (`resources_out`), shown at its point."""
    return [_point(incident) | {"out": out[incident.pk]} for incident in incidents]


def resources_out(caller: Caller) -> Counter:
    """By incident: people, vehicles and supplies that were drawn in and have not come back."""
    return Counter(visible_call_ups(caller.actors).out().values_list("incident", flat=True))


def placing_words(incident: Incident) -> str:
    """Where the map shows it, for the list that says the same as the map."""
    if incident.longitude is not None:
        return f"已标注位置：东经 {_degrees(incident.longitude)}，北纬 {_degrees(incident.latitude)}"
    if incident.county.is_zone:
        return "未标注位置；该功能区在示意图上无边界，未上图"
    return f"未标注位置，图上置于{incident.county}中心"


def _point(incident: Incident) -> dict:
    """`at` is latitude and longitude as Leaflet takes them; null: at the centre of its county."""
    known = incident.longitude is not None
    return {
        "kind": "incident",
        "name": incident.number,
        "title": incident.title,
        "level": incident.standing_level,
        "county": incident.county.short_name,
        "at": [float(incident.latitude), float(incident.longitude)] if known else None,
    }


def _degrees(figure) -> str:
    return f"{figure:.4f}"
