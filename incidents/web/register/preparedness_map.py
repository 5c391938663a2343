"""准备 on the map (§4.1, 5.4.3): what stands ready and what threatens, per county; the list beside it says the same for the
keyboard and for paper."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from incidents.models import Organization
from incidents.roles import COMMAND, OFFICE, Actor
from incidents.services.call_up import resources
from incidents.services.command import expert_pool
from incidents.services.register import register_points
from incidents.web.call_up.resources import READERS
from incidents.web.caller import require_role, signed_in
from incidents.web.tiles import tiles

UNPLACED = "未定县区"


@dataclass(frozen=True)
class Layer:
    """What can be shown or hidden. `points`: dicts with name, title, county and `at` (latitude and longitude, or null);
    `key`: by which of their values their page is found, else the register is searched for the name; `mark`: on the pin, where
    a point has none of its own; `roles`: for whom there is any."""

    code: str
    name: str
    page: str
    key: str
    mark: str
    points: Callable[[Iterable[Actor]], list[dict]]
    is_shown: bool = True
    """From the beginning; what is missing at many firms is not."""
    roles: frozenset = READERS


LAYERS = (
    Layer("resources", "应急资源", "resource", "pk", "资", resources.points),
    Layer("hazards", "危险源和隐患", "hazard", "name", "险", register_points.hazards),
    Layer("findings", "检查问题", "finding", "name", "检", register_points.findings),
    Layer("plans", "没有有效备案预案", "filed-plans", "", "案", register_points.without_plan, False),
    Layer("checks", "没有按期自查", "safety", "code", "查", register_points.not_checked, False),
    Layer("experts", "专家", "experts", "", "专", expert_pool.points, roles=OFFICE | COMMAND),
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
    return render(request, "incidents/register/preparedness_map.html", context)


def _shown(layer: Layer, point: dict) -> dict:
    if layer.key:
        url = reverse(layer.page, args=[point[layer.key]])
    else:
        url = f"{reverse(layer.page)}?{urlencode({'q': point['name']})}"
    return {"mark": layer.mark, "place": "", "level": 0} | point | {"layer": layer.code, "url": url}


def _by_county(points: list[dict]) -> list[tuple[str, list[dict]]]:
    """Every county, in its own order; those of none at the end."""
    counties = Organization.objects.filter(kind=Organization.Kind.COUNTY, is_active=True).order_by("pk")
    found = {county.short_name: [] for county in counties} | {UNPLACED: []}
    for point in points:
        found[point["county"] if point["county"] in found else UNPLACED].append(point)
    return [(county, rows) for county, rows in found.items() if rows]
