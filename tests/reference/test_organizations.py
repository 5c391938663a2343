"""The bodies that a new installation knows."""

import json
from io import StringIO

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.forms.models import model_to_dict
from django.utils import timezone

from incidents.models import Organization
from incidents.services.revision.reference import load_reference

pytestmark = pytest.mark.django_db
Kind = Organization.Kind

MEMBERS = (
    "市财政局、市公安局、市国家安全局、市应急管理局、市邮政管理局、市消防救援支队、市生态环境局、"
    "市市场监管局、市卫健委、市交通运输局、市民政局、市气象局、国网驻马店供电公司"
).split("、")
COUNTIES = "驿城区 西平县 上蔡县 平舆县 正阳县 确山县 泌阳县 汝南县 遂平县 新蔡县".split()
ZONES = "城乡一体化示范区 经济开发区 高新技术产业开发区".split()


def only(kind: Kind) -> Organization:
    return Organization.objects.get(kind=kind)


def short_names(**of) -> list[str]:
    return sorted(Organization.objects.filter(**of).values_list("short_name", flat=True))


def snapshot() -> list[dict]:
    return [model_to_dict(organization) for organization in Organization.objects.order_by("pk")]


@pytest.mark.clause("2.2.1")
def test_headquarters_has_its_thirteen_members():
    assert short_names(kind=Kind.MEMBER) == sorted(MEMBERS)
    assert short_names(parent=only(Kind.HEADQUARTERS), kind=Kind.MEMBER) == sorted(MEMBERS)


@pytest.mark.clause("2.2.1")
def test_office_is_under_headquarters_and_set_in_the_postal_bureau():
    office = only(Kind.OFFICE)
    assert office.parent == only(Kind.HEADQUARTERS)
    assert office.host == Organization.objects.get(code="postal-bureau", short_name="市邮政管理局")


@pytest.mark.clause("2.2.1")
def test_a_headquarters_has_one_office_which_stays_in_use():
    office = only(Kind.OFFICE)
    office.is_active = False
    second = Organization(
        code="second", name="另一应急办", short_name="另一", kind=Kind.OFFICE, number_prefix="B"
    )
    second.parent = office.parent
    for body, words in ((office, "应急办不能停用"), (second, "一个指挥部只设一个")):
        with pytest.raises(ValidationError, match=words):
            body.full_clean()
        with pytest.raises(IntegrityError), transaction.atomic():
            body.save()


@pytest.mark.clause("5.2.1")
def test_office_has_the_telephone_of_the_plan():
    office = only(Kind.OFFICE)
    assert (office.phone, office.number_prefix) == ("0396-2887360", "ZMD")


@pytest.mark.clause("2.1")
def test_counties_and_zones_are_those_the_plan_is_addressed_to():
    city = only(Kind.CITY_GOVERNMENT)
    assert short_names(kind=Kind.COUNTY, is_zone=False, parent=city) == sorted(COUNTIES)
    assert short_names(kind=Kind.COUNTY, is_zone=True, parent=city) == sorted(ZONES)
    assert Organization.objects.filter(kind=Kind.COUNTY).count() == 13


def test_initials_tell_the_counties_apart():
    initials = Organization.objects.filter(kind=Kind.COUNTY).values_list("initials", flat=True)
    assert "" not in initials
    assert len(set(initials)) == 13
    assert Organization.objects.get(short_name="泌阳县").initials == "byx", "泌阳读作 Bìyáng"


@pytest.mark.clause("5.1")
def test_superior_bodies_stand_above_the_city():
    city = only(Kind.CITY_GOVERNMENT)
    assert [city.parent, city.parent.parent] == [only(Kind.PROVINCE), only(Kind.NATION)]
    assert only(Kind.NATION).parent is None
    assert short_names(kind=Kind.DUTY_ROOM, parent=city) == sorted(["市委总值班室", "市政府总值班室"])


@pytest.mark.clause("5.2.1")
def test_firms_of_the_city_name_their_superior_unit_and_county():
    top = Organization.objects.filter(kind=Kind.ENTERPRISE, parent__kind=Kind.PROVINCE)
    in_city = Organization.objects.filter(kind=Kind.ENTERPRISE).exclude(pk__in=top)
    assert top and in_city
    for firm in in_city.select_related("parent", "county"):
        assert firm.superior_unit, firm
        assert firm.county, firm


def test_every_body_is_valid_by_its_own_model():
    for organization in Organization.objects.all():
        organization.full_clean()


def test_map_shows_every_county_that_has_an_outline():
    text = (django_settings.BASE_DIR / "fixtures/geo/counties.geojson").read_text("utf-8")
    on_map = [feature["properties"]["name"] for feature in json.loads(text)["features"]]
    assert sorted(on_map) == short_names(kind=Kind.COUNTY, is_zone=False)


def test_loading_again_adds_nothing_and_says_nothing():
    before, said = snapshot(), StringIO()
    call_command("load_reference", stdout=said)
    assert said.getvalue() == ""
    assert snapshot() == before


def test_loading_keeps_what_the_city_has_edited():
    """A firm renamed, one given another code and a body moved: all stay as the city wants them."""
    Organization.objects.filter(code="express-a").update(name="某某速递驻马店公司", phone="0396-0000000")
    Organization.objects.filter(code="express-b").update(code="mou-mou")
    Organization.objects.filter(code="integration-zone").update(
        parent=only(Kind.HEADQUARTERS), is_active=False
    )
    before = snapshot()
    assert not load_reference(timezone.now())
    assert snapshot() == before


def test_loading_adds_a_missing_body_in_its_place():
    Organization.objects.filter(code="express-a-hub").delete()
    said = StringIO()
    call_command("load_reference", stdout=said)
    assert said.getvalue() == "已载入单位 1 个。\n"
    hub = Organization.objects.get(code="express-a-hub")
    assert (hub.parent.code, hub.county.short_name) == ("express-a", "驿城区")


def test_a_list_that_names_an_unknown_body_is_refused(settings, tmp_path):
    orphan = {
        "code": "orphan",
        "name": "无上级",
        "short_name": "无上级",
        "kind": "MEMBER",
        "parent": "nobody",
    }
    (tmp_path / "fixtures").mkdir()
    (tmp_path / "fixtures/organizations.json").write_text(json.dumps({"organizations": [orphan]}), "utf-8")
    settings.BASE_DIR = tmp_path
    with pytest.raises(ValueError, match="orphan"):
        load_reference(timezone.now())
