"""Somebody else's does not exist (domain §5): every route of the URL map, for everybody, on one's own object and on
another's. A route that `table.py` does not classify fails."""

from contextlib import ExitStack
from unittest.mock import patch
from zlib import crc32

import pytest
from django.contrib.auth import get_user
from django.db import transaction
from django.test import override_settings
from django.views import defaults

from incidents.models import Organization, Role
from incidents.roles import TABLE as ACTS
from incidents.roles import Caller
from incidents.web.act.act_table import DEBT_PAGES, PAGES
from incidents.web.act.matter_kinds import KINDS
from incidents.web.situation.search import Search
from incidents.web.warning.warning_act_table import PAGES as WARNING_PAGES
from tests import cast as people
from tests.hardening.guarded import unguarded
from tests.isolation import table
from tests.isolation.callers import KEYS, Door, SeldomPainted, doors
from tests.isolation.stage import Neighbours, build
from tests.isolation.url_map import changing, filled, routes

ROWS = table.rows()
ADMIN = "admin/"
MAY_BE_DOWN = {"healthz"}
"""Answers 503 where no worker runs."""
LEAD_TO_LOGIN = {"logout/"}
OF_THE_PARENT = {
    "request",
    "debt",
    "body",
    "shift",
    "swap",
    "hand_over",
    "training",
    "course",
    "attendance",
    "activity",
    "planned",
    "channel",
    "hook",
    "hook_delivery",
}
"""What firm A's parent did or keeps itself: its outlet does not see it."""
LEAVES_NO_ROW = {
    "preparedness/sheets/<code>/template/": "an empty form",
    "preparedness/plans/import/template/": "likewise",
    "cap/<identifier>.xml": "issued warnings are for everybody, without a sign-in",
    "cap/feed.atom": "likewise",
    "metrics": "counts and ages for the machine's watch, of nobody",
    "api/v1/schema/": "the interface's description",
    "duty/feed/<secret>.ics": "a calendar asks every hour; that the address was given out is a row",
}
"""Files that may leave without a row of the ledger, each with its reason. And one's own attachment."""
READ_IN_TURN = ("O", "C", "A")
"""To these every page that they may read reads alike: each page is read by one of them (and by the duty officer)."""


class Stage:
    def __init__(self):
        cast = people.assemble()
        second = Organization.objects.filter(kind=Organization.Kind.MEMBER).order_by("pk")[1]
        county = Organization.objects.get(kind=Organization.Kind.COUNTY, short_name="上蔡县")
        member_b = people.appoint("member-b", second.code, Role.MEMBER, "联络员乙")
        county_b = people.appoint("county-b", county.code, Role.COUNTY, "上蔡县值班员")
        a = Neighbours(cast.enterprise, "express-a-hub", cast.member, cast.county, "驿城区", True)
        b = Neighbours(cast.other_enterprise, "express-b", member_b, county_b, "上蔡县", False)
        self.sides = {"own": build(cast, a), "foreign": build(cast, b)}
        self.doors = {door.name: door for door in doors(cast)}

    def url(self, route: str, row: table.Row, side: str) -> str:
        named = self.sides[side]
        return filled(route, [each[1:] if each[0] == "=" else named[each] for each in row.objects])


@pytest.fixture(scope="module")
def stage(django_db_setup, django_db_blocker, tmp_path_factory):
    """Built once for all of this file, in a transaction that is never committed."""
    with ExitStack() as stack:
        stack.enter_context(override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")))
        stack.enter_context(patch.object(defaults, "page_not_found", SeldomPainted()))
        stack.enter_context(django_db_blocker.unblock())
        stack.enter_context(transaction.atomic())
        yield Stage()
        transaction.set_rollback(True)


def test_every_route_is_classified():
    found = {route: view for route, view in routes().items() if not route.startswith(ADMIN)}
    del found["api/"]  # whatever is not a path there
    new, gone = found.keys() - ROWS.keys(), ROWS.keys() - found.keys()
    assert not new, f"say in tests/isolation/table.py whose these are, and who may see them: {sorted(new)}"
    assert not gone, f"no longer in the URL map, so take them out of tests/isolation/table.py: {sorted(gone)}"
    changed = {route for route, view in found.items() if changing(view)}
    said = {route for route, row in ROWS.items() if row.changes != "-"}
    assert changed == said, f"say in the table's last column who may change: {sorted(changed ^ said)}"


def owner(door: Door, row: table.Row, side: str) -> bool:
    """Whether what the address names is this one's own, if anybody's."""
    if door.name == "other's key":
        return side == "foreign"
    if door.name == "sister's key":
        return False
    if door.name == "outlet's key" and OF_THE_PARENT & set(row.objects):
        return False
    return side == "own"


def expected(door: Door, route: str, row: table.Row, method: str, side: str) -> str:
    allowed = row.allows(method)
    if allowed == "+":
        return "ok"
    if allowed in ("-", "0"):
        return "405" if allowed == "-" else "404"
    if not door.letter or (door.has_key and not route.startswith("api/")):
        return "login"
    letter = door.letter
    knows = owner(door, row, side) or not row.is_of_a_side or row.is_for_any_side(letter)
    if knows and (allowed == "*" or letter in allowed):
        return "ok"
    return "403" if knows and letter in row.barred else "404"


def answered(route: str, answer) -> str:
    status = answer.status_code
    if status == 401 or (status in (301, 302) and "/login/" in answer["Location"]):
        return "ok" if route in LEAD_TO_LOGIN else "login"
    if status == 503 and route in MAY_BE_DOWN:
        return "ok"
    return str(status) if status in (403, 404, 405) or status >= 500 else "ok"


def asked(door: Door):
    """What this one asks. That a firm's key opens no page, one of them proves; that a route does not know a method, one
    person; that to some all firms are alike, one of those."""
    views = routes()
    for route, row in ROWS.items():
        if door.has_key and door.name != "key" and not route.startswith("api/"):
            continue
        both = row.is_of_a_side and door.letter not in table.SEE_ALL
        for side in ("own", "foreign") if both else ("own",):
            for method in ("GET", "POST", *sorted(changing(views[route]))):
                if row.allows(method) == "-" and door.letter != "D":
                    continue
                if method == "GET" and door.letter in row.reads and is_read_by_another(door, route):
                    continue
                yield route, row, method, side


def is_read_by_another(door: Door, route: str) -> bool:
    turn = READ_IN_TURN[crc32(route.encode()) % len(READ_IN_TURN)]
    return door.letter in READ_IN_TURN and door.letter != turn


@pytest.mark.parametrize("who", ["nobody", *table.LETTERS.values(), *KEYS])
def test_a_route_answers_each_as_the_table_says(stage, who):
    door, wrong = stage.doors[who], []
    for route, row, method, side in asked(door):
        should = expected(door, route, row, method, side)
        answer = door.asks(method, stage.url(route, row, side))
        did = answered(route, answer)
        if did != should and (did, should) != ("404", "405"):
            wrong.append(f"{method} {route} on {side}: {did} instead of {should}")
        if did == "ok" and answer.is_file and not (answer.is_in_the_ledger or route in LEAVES_NO_ROW):
            own = "<attachment>" in route or "register-files/" in route
            if not (own and door.letter == "E"):
                wrong.append(
                    f"{method} {route}: a file leaves, and no row of the ledger tells of it (domain §6)"
                )
        if did == "ok" and tells_of_another(stage, door, row, answer):
            wrong.append(f"{method} {route} on {side} names another's")
        by_session = door.letter and not route.startswith("api/")
        wrong += [f"{method} {route}: {each}" for each in unguarded(answer, signed_in=by_session)]
    assert not wrong, f"{door.name}:\n" + "\n".join(wrong)


FOUND = ("incidents", "warnings", "orders", "call-ups", "instructions", "notices", "releases", "briefs")
FOUND += tuple(f"preparedness/{page}" for page in ("hazards", "inspections", "findings", "plans"))
FOUND += ("drills",)
"""Pages of what bears a number; a search for the number leads to them."""


def test_a_search_finds_for_each_what_his_pages_show(stage):
    """By its number, one's own and another's; by words that stand in both. To O, C and A all reads as to D."""
    wrong = []
    for door in stage.doors.values():
        if door.has_key or not door.letter or door.letter not in "DPMYE":
            continue
        caller = Caller.of_user(get_user(door.client))
        for route in (f"{page}/<number>/" for page in FOUND):
            row = ROWS[route]
            for side in ("own", "foreign")[: 1 if door.letter in table.SEE_ALL else 2]:
                (number,) = (stage.sides[side][each] for each in row.objects)
                hit = Search(caller, number).by_number()
                leads = hit is not None and hit.url == stage.url(route, row, side)
                if leads != (expected(door, route, row, "GET", side) == "ok"):
                    wrong.append(f"{door.name} by {number} of {side}: {hit}")
        for words in ("起火", "转移 邮件", "积水", "一条分拣线停用") if door.letter in "MYE" else ():
            groups = Search(caller, words).groups(5)
            told = [hit.number for group in groups for hit in group.hits]
            if not told or any(number.startswith(stage.sides["foreign"]["incident"]) for number in told):
                wrong.append(f"{door.name} by {words}: {told}")
    assert not wrong, "\n".join(wrong)


def tells_of_another(stage: Stage, door: Door, row: table.Row, answer) -> bool:
    """A page or list of one who may not know of firm B's incident names it."""
    may_know = row.is_for_any_side(door.letter) or door.name == "other's key" or "+" in row.reads + row.acts
    return not may_know and stage.sides["foreign"]["incident"] in answer.text_sent


def test_the_administrators_rooms_open_to_nobody_else(stage):
    """Reference data and accounts: whatever model is registered there. Each room by one of the others in turn."""
    others = [door for door in stage.doors.values() if door.letter != "S"]
    paths = [route for route in routes() if route.startswith(ADMIN) and route != "admin/logout/"]
    assert len(paths) > 20
    wrong = []
    for nth, route in enumerate(paths):
        url = filled(route, ["incidents" if "app_label" in route else "1"] * route.count("<"))
        for door in (stage.doors["nobody"], others[nth % len(others)]):
            for method in ("GET", "POST"):
                answer = door.asks(method, url)
                if answered(route, answer) not in ("login", "403"):
                    wrong.append(f"{door.name} {method} {url}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def every_act():
    """Each act that a page offers, with the kind of object that it is done on."""
    yield from ((f"incidents/<number>/act/{code}/", "incident", code) for code in PAGES)
    yield from ((f"warnings/<number>/act/{code}/", "warning", code) for code in WARNING_PAGES)
    yield from ((f"deadlines/<deadline>/{code}/", "debt", code) for code in DEBT_PAGES)
    for kind in KINDS:
        yield from ((f"{kind.slug}/<number>/{code}/", kind.known_by, code) for code in kind.pages)


def test_every_act_is_refused_to_the_auditor_and_unknown_to_another_firm(stage):
    """What nobody reads out of a route's pattern: behind `<code>` stand many acts. Each is asked by one of the two."""
    wrong = []
    asked = [("auditor", "own", "403"), ("enterprise", "foreign", "404")]
    for nth, (route, kind, code) in enumerate(every_act()):
        door, side, should = asked[nth % 2]
        url = filled(route, [stage.sides[side][kind]])
        did = answered(route, stage.doors[door].asks("POST", url))
        if did != should:
            wrong.append(f"{door} POST {url}: {did} instead of {should}")
        assert Role.AUDITOR not in ACTS[code].roles
    assert not wrong, "\n".join(wrong)
