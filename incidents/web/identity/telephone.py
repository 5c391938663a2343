"""值班电话: the desk's telephone list, for the screen and for the wall (domain §7)."""

from itertools import groupby

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from alerts.services.call_list import Card, cards
from incidents.models import Organization, Role
from incidents.querysets import on_the_list
from incidents.typed import digits_of, telephone_in
from incidents.web.caller import require_role, signed_in

Kind = Organization.Kind
ROLES = (Role.DUTY_OFFICER, Role.OFFICE_DIRECTOR, Role.COMMANDER)
SECTIONS = (
    ("office", "指挥部和应急办", {Kind.HEADQUARTERS, Kind.OFFICE}),
    ("superiors", "上级单位和总值班室", {Kind.CITY_GOVERNMENT, Kind.DUTY_ROOM, Kind.PROVINCE, Kind.NATION}),
    ("members", "成员单位", {Kind.MEMBER}),
    ("counties", "县区应急处置领导机构", {Kind.COUNTY}),
    ("firms", "邮政、快递企业", {Kind.ENTERPRISE}),
)


@signed_in
@require_GET
def page(request):
    caller = require_role(request, *ROLES)
    office = next(actor.organization for actor in caller.actors if actor.role in ROLES)
    words = request.GET.get("q", "").strip()[:60]
    chosen = request.GET.get("kind", "")
    bodies = on_the_list(office).select_related("county").order_by("pk")
    now = timezone.now()
    found = [
        card for card in cards(bodies, at=now, drill=caller.drill and caller.drill.pk) if _holds(card, words)
    ]
    context = {
        "sections": [section for section in sections_of(found) if chosen in ("", section["key"])],
        "choices": [(key, title) for key, title, _ in SECTIONS],
        "chosen": chosen,
        "words": words,
        "now": now,
    }
    return render(request, "incidents/identity/telephone.html", context)


def sections_of(found: list[Card]) -> list[dict]:
    """The cards as the list has them: by kind of body, firms by county."""
    sections = [
        {"key": key, "title": title, "groups": _groups(key, [c for c in found if c.body.kind in kinds])}
        for key, title, kinds in SECTIONS
    ]
    return [section for section in sections if section["groups"]]


def _holds(card: Card, words: str) -> bool:
    """Whether a body's names, its county, its people or numbers hold these words; a number however it is parted."""
    body, lines = card.body, (*card.on_shift, *card.duty, *card.leaders)
    if digits := telephone_in(words):
        return any(digits in digits_of(phone) for phone in (body.phone, *(line.phone for line in lines)))
    people = [f"{line.person} {line.phone}" for line in lines]
    text = " ".join([body.name, body.short_name, body.phone, body.initials, str(body.county or ""), *people])
    return all(word.lower() in text.lower() for word in words.split())


def _groups(key: str, found: list[Card]) -> list[tuple[str, list[Card]]]:
    """Firms by the county they are in; the others in one group."""
    if key != "firms":
        return [("", found)] if found else []
    found.sort(key=lambda card: (card.body.county_id or 0, card.body.pk))
    grouped = groupby(found, key=lambda card: card.body.county)
    return [(str(county) if county else "全市", list(group)) for county, group in grouped]
