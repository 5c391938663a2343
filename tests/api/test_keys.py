"""The keys of a firm's system: scopes, expiry, rotation with overlap, revocation; and what the database holds of them."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from incidents import ledger
from incidents.api import urls
from incidents.api.views import Resource
from incidents.models import ApiKey, KeyState, LedgerEntry, Scope
from incidents.refusals import Invalid, NotAllowed, NotFound, WrongState
from incidents.services.identity import keys
from tests.api.conftest import BASE, Firm, filing, problem
from tests.cast import FIRM, OTHER_FIRM

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def firm_with(**facts) -> Firm:
    key, secret = keys.create(enterprise=FIRM, name="调度系统", now=timezone.now(), **facts)
    return Firm(Client(raise_request_exception=False), key, secret)


def opens(secret: str) -> bool:
    return Client().get(f"{BASE}incidents/", headers={"Authorization": f"Bearer {secret}"}).status_code == 200


# Scopes ------------------------------------------------------------------------------------------

NEEDS_ORDERS = {
    "orders/1/acknowledge", "orders/1/progress", "orders/1/done", "orders/1/confirm",
    "warnings/1/acknowledge", "notices/1/read",
    "instructions/1/acknowledge", "instructions/1/answer", "instructions/1/done",
    "call-ups/1/agree", "call-ups/1/refuse", "call-ups/1/dispatch", "call-ups/1/arrive", "call-ups/1/give-back",
    "evaluation-inputs/1/answer", "improvements/1/done",
}  # fmt: skip
"""All other changes are reports of the firm's own."""


def resources() -> dict[str, type[Resource]]:
    """Every resource of the API by a path that leads to it."""
    found = {}
    for pattern in urls.urlpatterns:
        view = getattr(pattern.callback, "cls", None)
        if view and issubclass(view, Resource):
            path = str(pattern.pattern).removeprefix("^v1/").removesuffix(r"/?\Z")
            while "(" in path:  # a group stands for one name
                start = path.index("(")
                path = path[:start] + "1" + path[path.index(")", start) + 1 :]
            found[path] = view
    return found


def test_every_route_asks_for_its_scope_and_says_which():
    """A route that is added is held to a scope from its first day; which one stands on its resource."""
    routes = resources()
    assert len(routes) >= 25 and NEEDS_ORDERS <= routes.keys()
    systems = {scope: firm_with(scopes=[scope]) for scope in Scope}
    for path, view in routes.items():
        for method in set(view().allowed_methods) - {"HEAD"}:
            needed = view().scope_of(method)
            assert needed == (
                Scope.READ
                if method == "GET"
                else Scope.ORDERS
                if path in NEEDS_ORDERS or path.startswith("webhooks")
                else Scope.REPORT
            ), path
            if path.startswith("webhooks"):
                continue  # needs two: below
            for scope, system in systems.items():
                send = getattr(system.client, method.lower())
                answer = send(BASE + path, headers=system.headers({}), content_type="application/json")
                if scope == needed:
                    assert b"scope_missing" not in answer.content, (method, path)
                else:
                    told = problem(answer, 403, "scope_missing")
                    assert told["scope"] == needed and needed in told["detail"], (method, path)


def test_a_webhook_is_set_by_a_key_for_orders_that_may_also_read_what_it_tells():
    for scopes, missing in (("read", "orders"), ("orders", "read"), ("report", "orders")):
        system = firm_with(scopes=[scopes])
        assert problem(system.post("webhooks/", {}), 403, "scope_missing")["scope"] == missing
    assert "scope_missing" not in firm_with(scopes=["read", "orders"]).post("webhooks/", {}).content.decode()


def test_a_method_that_is_not_there_is_405_whatever_the_scopes():
    system = firm_with(scopes=[Scope.READ])
    problem(system.client.delete(BASE + "incidents/", headers=system.headers({})), 405, "method_not_allowed")


def test_a_browser_has_every_scope(cast):
    browser = Client()
    browser.force_login(cast.enterprise.person)
    assert browser.post(BASE + "incidents/", filing(), content_type="application/json").status_code == 201


# The life of a key -------------------------------------------------------------------------------


def test_a_key_has_every_scope_unless_some_are_named_and_is_known_by_its_prefix():
    key, secret = keys.create(enterprise=FIRM, name=" 调度  系统 ", now=timezone.now())
    assert key.name == "调度 系统" and key.scopes == list(Scope.values) and key.expires_at is None
    assert secret.startswith(key.prefix) and secret not in "".join(map(str, vars(key).values()))
    test, secret = keys.create(
        enterprise=FIRM, name="联调", now=timezone.now(), scopes=["orders", "read"], is_test=True
    )
    assert test.scopes == ["read", "orders"] and test.is_test and secret.startswith("zmd_test_")
    assert len(test.prefix) == 12 and secret.startswith(test.prefix)


@pytest.mark.parametrize(
    ("facts", "pointer"),
    [
        ({"name": " "}, "/name"),
        ({"name": "长" * 41}, "/name"),
        ({"scopes": []}, "/scopes"),
        ({"scopes": ["read", "all"]}, "/scopes"),
        ({"expires_at": datetime(2020, 1, 1, tzinfo=timezone.get_current_timezone())}, "/expires_at"),
        ({"expires_at": datetime(2100, 1, 2, tzinfo=timezone.get_current_timezone())}, "/expires_at"),
        ({"enterprise": "no-such-firm"}, "/enterprise"),
    ],
)
def test_what_a_key_can_not_be(facts, pointer):
    with pytest.raises(Invalid) as refused:
        keys.create(**{"enterprise": FIRM, "name": "调度", "now": timezone.now()} | facts)
    assert refused.value.errors[0].pointer == pointer
    assert not ApiKey.objects.exists()


def test_a_key_opens_the_door_until_it_expires():
    system = firm_with(expires_at=timezone.now() + DAY)
    with time_machine.travel(system.key.expires_at - timedelta(seconds=1), tick=False) as clock:
        assert system.get("incidents/").status_code == 200
        clock.shift(timedelta(seconds=1))
        problem(system.get("incidents/"), 401, "expired_key")


def test_a_rotated_key_and_its_successor_both_open_the_door_until_the_old_one_ends():
    now = timezone.now()
    old = firm_with(scopes=[Scope.READ], expires_at=now + 100 * DAY)
    with time_machine.travel(now, tick=False) as clock:
        successor, secret = keys.rotate(key=old.key, now=now + DAY)
        assert (successor.name, successor.scopes, successor.is_test) == ("调度系统", ["read"], False)
        assert successor.expires_at - successor.created_at == old.key.expires_at - old.key.created_at
        replaced = ApiKey.objects.get(pk=old.key.pk)
        assert replaced.expires_at == now + 8 * DAY and replaced.successor == successor
        assert replaced.state(now) == KeyState.REPLACED and not replaced.expires_soon(now)
        for days, both in ((1, True), (7, True), (9, False)):
            clock.move_to(now + days * DAY)
            assert opens(secret) and opens(old.secret) == both
    actions = LedgerEntry.objects.filter(chain=ledger.body_chain(old.key.enterprise)).order_by("seq")
    told = [(entry.action, entry.data["key"]) for entry in actions]
    assert told[-3:] == [
        ("key.created", old.key.pk),
        ("key.rotated", old.key.pk),
        ("key.created", successor.pk),
    ]
    assert not list(ledger.verify())


def test_a_key_is_rotated_once_and_not_after_its_end():
    now = timezone.now()
    key = firm_with().key
    for overlap in (timedelta(), timedelta(days=91)):
        with pytest.raises(Invalid) as refused:
            keys.rotate(key=key, now=now, overlap=overlap)
        assert refused.value.errors[0].pointer == "/overlap"
    successor, _ = keys.rotate(key=key, now=now, overlap=90 * DAY)
    with pytest.raises(WrongState):
        keys.rotate(key=key, now=now)
    keys.revoke(key=successor, now=now)
    for ended in (key, successor):
        with pytest.raises(WrongState):
            keys.rotate(key=ended, now=now + 91 * DAY)


def test_a_key_that_ends_soon_is_not_prolonged_by_its_rotation():
    now = timezone.now()
    key = firm_with(expires_at=now + DAY).key
    assert key.expires_soon(now) and not key.expires_soon(now - 14 * DAY)
    keys.rotate(key=key, now=now)
    assert ApiKey.objects.get(pk=key.pk).expires_at == now + DAY


def test_revoking_holds_from_the_next_request_on_and_for_good():
    system = firm_with()
    assert opens(system.secret)
    keys.revoke(key=system.key, now=timezone.now())
    problem(system.get("incidents/"), 401, "revoked_key")
    with pytest.raises(WrongState):
        keys.revoke(key=system.key, now=timezone.now())


def test_renaming_is_on_record():
    key = firm_with().key
    keys.rename(key=key, name="仓储系统", now=timezone.now())
    last = LedgerEntry.objects.filter(chain=ledger.body_chain(key.enterprise)).latest("seq")
    assert (last.action, ApiKey.objects.get().name) == ("key.renamed", "仓储系统")
    assert "调度系统" in last.summary and "仓储系统" in last.summary


def test_who_keeps_keys(cast):
    now, key = timezone.now(), firm_with().key
    keys.rename(key=key, name="甲", now=now, actor=cast.enterprise)
    keys.rename(key=key, name="乙", now=now, actor=cast.administrator)
    keys.create(enterprise="express-a-hub", name="下属", now=now, actor=cast.enterprise)
    for act in (keys.revoke, keys.rotate):
        with pytest.raises(NotFound):
            act(key=key, now=now, actor=cast.other_enterprise)
        with pytest.raises(NotAllowed):
            act(key=key, now=now, actor=cast.duty_officer)
    with pytest.raises(Invalid):
        keys.create(enterprise=OTHER_FIRM, name="别家", now=now, actor=cast.enterprise)
    with pytest.raises(NotFound):
        keys.demand_signatures(enterprise=OTHER_FIRM, demanded=True, now=now, actor=cast.enterprise)


# What the database holds -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        "digest = repeat('0', 64)",
        "scopes = '{read}'",
        "is_test = true",
        "enterprise_id = (SELECT id FROM incidents_organization WHERE code = 'express-b')",
        "revoked_at = NULL",
        "revoked_at = now()",
        "revoked_at = created_at - interval '1 day'",
        "expires_at = NULL",
        "expires_at = expires_at + interval '1 day'",
        "expires_at = created_at",
        "replaces_id = id",
    ],
)
def test_the_database_holds_that_a_key_stays_what_it_is(change):
    key = firm_with(expires_at=timezone.now() + DAY).key
    if "revoked_at = created" not in change:
        keys.revoke(key=key, now=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE incidents_apikey SET {change} WHERE id = %s", [key.pk])


def test_a_key_has_one_successor():
    key = firm_with().key
    keys.rotate(key=key, now=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiKey.create(enterprise=key.enterprise, name="二", at=timezone.now(), replaces=key)


# The command -------------------------------------------------------------------------------------


def test_create_key_takes_scopes_an_end_and_the_mark_of_a_test(capsys):
    call_command("create_key", FIRM, "联调", "--scopes", "read, orders", "--expires", "30", "--test")
    out, err = capsys.readouterr()
    key = ApiKey.objects.get()
    assert opens(out.strip()) and key.is_test and key.scopes == ["read", "orders"]
    assert timedelta(days=29) < key.expires_at - key.created_at <= timedelta(days=30)
    assert "zmdsig_" in err and "测试密钥" in err
    call_command("create_key", FIRM, "二", "--expires", "2099-01-01T00:00:00+08:00")
    for wrong in (["--expires", "2099-01-01"], ["--expires", "soon"], ["--scopes", "all"]):
        with pytest.raises(CommandError):
            call_command("create_key", FIRM, "三", *wrong)
