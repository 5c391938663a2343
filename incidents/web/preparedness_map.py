"""准备 on the map (§2.3, 4.1, 5.4.3): what and who stands ready, and what threatens, per county; the list beside it says
the same for the keyboard and for paper."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from incidents.models import Organization
from incidents.roles import COMMAND, OFFICE, Actor
from incidents.services import expert_pool, hazards, resources
from incidents.web.caller import require_role, signed_in
from incidents.web.resources import READERS
from incidents.web.tiles import tiles

UNPLACED = "未定县区"


@dataclass(frozen=True)
class Layer:
    """What can be shown or hidden. `points`: dicts with name, title, county and `at` (latitude and longitude, or null);
    `url`: the page of one; `mark`: on the pin, where a point has none of its own; `roles`: for whom there is any."""

    code: str
    name: str
    url: Callable[[dict], str]
    mark: str
    points: Callable[[Iterable[Actor]], list[dict]]
    roles: frozenset = READERS


def _expert(point: dict) -> str:
    """In the list: commanders open no cards."""
    return f"{reverse('experts')}?{urlencode({'q': point['name']})}"


LAYERS = (
    Layer(
        "resources",
        "应急资源",
        lambda point: reverse("resource", args=[point["pk"]]),
        "资",
        resources.points,
    ),
    Layer(
        "hazards", "危险源和隐患", lambda point: reverse("hazard", args=[point["name"]]), "险", hazards.points
    ),
    Layer("experts", "专家", _expert, "专", expert_pool.points, OFFICE | COMMAND),
)


@signed_in
@require_GET
def page(request):
    caller = require_role(request, *READERS)
    layers = [layer for layer in LAYERS if caller.roles & layer.roles]
    points = [_shown(layer, point) for layer in layers for point in layer.points(caller.actors)]
    context = {
        "layers": [(layer, sum(point["layer"] == layer.code for point in points)) for layer in layers],
        "points": points,
        "counties": _by_county(points),
        "tiles": tiles(),
        "now": timezone.now(),
    }
    return render(request, "incidents/preparedness_map.html", context)


def _shown(layer: Layer, point: dict) -> dict:
    shown = {"mark": layer.mark, "place": "", "level": 0} | point
    return shown | {"layer": layer.code, "url": layer.url(point)}


def _by_county(points: list[dict]) -> list[tuple[str, list[dict]]]:
    """Every county, in its own order; those of none at the end."""
    counties = Organization.objects.filter(kind=Organization.Kind.COUNTY, is_active=True).order_by("pk")
    found = {county.short_name: [] for county in counties} | {UNPLACED: []}
    for point in points:
        found[point["county"] if point["county"] in found else UNPLACED].append(point)
    return [(county, rows) for county, rows in found.items() if rows]
