"""The wheels bring the makers' own files: their hashes are those that Bootstrap and Leaflet publish."""

import hashlib
import re
from base64 import b64encode
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from tests.cast import assemble
from tests.screens.stage import sign_in

HERE = Path(__file__).resolve().parent.parent.parent
PUBLISHED = {
    "js-lib-bootstrap5/css/bootstrap.min.css": (
        "sha384-QWTKZyjpPEjISv5WaRU9OFeRpok6YctnYmDr5pNlyT2bRjXh0JMhjY6hW+ALEwIH"
    ),
    "js-lib-bootstrap5/js/bootstrap.bundle.min.js": (
        "sha384-YvpcrYf0tY3lHB60NNkmXc5s9fDVZLESaAA55NDzOxhy9GkcIdslK1eN7N6jIeHz"
    ),
    "js_lib_leaflet/leaflet.js": "sha256-20nQCchB9co0qIjJZRGuk2/Z9VM+kNiyxNV1lvTlZBo=",
    "js_lib_leaflet/leaflet.css": "sha256-p4NxAoJBhIIN+hmNHrzRCf9tD/miZyoHS5obTRR9BMY=",
}


@pytest.mark.parametrize(("path", "published"), PUBLISHED.items())
def test_the_file_is_its_makers(path, published):
    algorithm, _, expected = published.partition("-")
    content = Path(finders.find(path)).read_bytes()
    assert b64encode(hashlib.new(algorithm, content).digest()).decode() == expected


def templates():
    return sorted((HERE / "templates").rglob("*.html"))


@pytest.mark.parametrize("template", templates(), ids=lambda path: path.name)
def test_templates_hold_no_inline_script_or_style_and_call_nobody_outside(template):
    """The policy is `default-src 'self'`: what it would block must not be written."""
    text = template.read_text("utf-8")
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|javascript:", text), template
    assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", text), template


def test_every_static_file_that_a_template_names_exists():
    for template in templates():
        for name in re.findall(r"""{% static ["']([^"']+)["'] %}""", template.read_text("utf-8")):
            assert finders.find(name), f"{template.name}: {name}"


def test_the_map_names_every_county_that_has_an_outline(cast):
    import json

    from incidents.models import Organization

    shapes = json.loads(Path(finders.find("geo/counties.geojson")).read_text("utf-8"))["features"]
    counties = Organization.objects.filter(kind=Organization.Kind.COUNTY, is_zone=False)
    assert {shape["properties"]["name"] for shape in shapes} == {county.short_name for county in counties}


def test_the_cookie_of_the_token_is_named_by_the_server_alone(db):
    """In production it has another name (`__Host-…`) than in the demo."""
    for script in sorted((HERE / "zmd_emergency/static/js").glob("*.js")):
        assert not re.search(r"csrftoken|__Host-", script.read_text("utf-8")), script.name
    page = sign_in(assemble().duty_officer).get("/desk/").content.decode()
    assert f'data-csrf="{settings.CSRF_COOKIE_NAME}"' in page
