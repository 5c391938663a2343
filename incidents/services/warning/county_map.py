"""The counties on the map: their administrative codes (GB/T 2260) and outlines, as `fixtures/geo/counties.geojson` has them."""

import json
from dataclasses import dataclass
from functools import cache

from django.conf import settings


@dataclass(frozen=True)
class Outline:
    """`polygons`: each a closed ring of (latitude, longitude)."""

    code: str
    polygons: tuple[tuple[tuple[float, float], ...], ...]


@cache
def outlines() -> dict[str, Outline]:
    """By the county's short name. A zone has neither code nor outline, and is not here."""
    text = (settings.BASE_DIR / "fixtures/geo/counties.geojson").read_text("utf-8")
    features = json.loads(text)["features"]
    return {feature["properties"]["name"]: _outline(feature) for feature in features}


def _outline(feature: dict) -> Outline:
    """The outer rings alone: what lies in a hole is warned as well."""
    geometry = feature["geometry"]
    shapes = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    rings = (tuple((lat, lon) for lon, lat, *_ in shape[0]) for shape in shapes)
    return Outline(feature["properties"].get("division_code", ""), tuple(rings))
