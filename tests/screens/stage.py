"""What the screens' tests have in common: the cast, a signed-in client, forty incidents, what a form sends."""

import re
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from incidents.models import Organization
from incidents.services.report import intake
from tests import cast as people

COUNTIES = ("驿城区", "西平县", "上蔡县", "平舆县", "正阳县", "确山县", "泌阳县", "汝南县")
CLASSES = ("fire", "flood", "data_leak", "hub_blockade", "epidemic")


def sign_in(actor) -> Client:
    client = Client()
    client.force_login(actor.person)
    return client


def many_incidents(cast, count: int, **more):
    """Calls from the firm, spread over counties and classes so that they are no duplicates of each other."""
    now = timezone.now()
    for n in range(count):
        people.call_in(
            cast,
            now=now - timedelta(minutes=n),
            known_at=now - timedelta(minutes=n + 1),
            title=f"第{n}起" + "很长的标题" * (n % 3),
            county=COUNTIES[n % len(COUNTIES)],
            event_class=CLASSES[n % len(CLASSES)],
            **more,
        )


def phone_call(**fields) -> dict:
    """What the intake's form sends for a firm's call, words as a hand types them."""
    return {
        "token": "a-form-of-its-own",
        "channel": "PHONE",
        "informant": "ENTERPRISE",
        "enterprise": "kdqyjzmd",
        "caller": "企业值班员",
        "phone": "0396-2900001",
        "event_class": "fire",
        "origin": "inside",
        "county": "yicheng",
        "place": "示范路1号",
        "known_at": "10分钟前",
        "deaths": "0",
        "serious_injuries": "1",
        "loss_yuan": "30万",
        "development": "火势已控制",
        "measures": "已疏散并报119",
    } | fields


def by_others(cast, **more):
    """The police telephone; no firm is named yet."""
    incident, _ = intake.open_incident(
        actor=cast.duty_officer,
        kind="ORAL",
        arrival=intake.Arrival("PHONE", informant="POLICE"),
        facts={"event_class": "fire", "origin": "inside", "county": "驿城区"} | more,
        contents={"deaths": 1},
        now=timezone.now(),
    )
    return incident


def form_of(client: Client, url: str, **typed) -> dict:
    """The values with which an act's form comes, and what is typed over them."""
    page = client.get(url)
    assert page.status_code == 200, page.content.decode()[:2000]
    form = page.context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value not in (None, "", [])} | typed


def text_of(response) -> str:
    """The words of a page, without its tags."""
    words = re.sub(r"<(script|style).*?</\1>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", words))


def office() -> Organization:
    return Organization.objects.get(kind=Organization.Kind.OFFICE)
