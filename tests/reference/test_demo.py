"""The demo is told through the real services, so it must hold what they hold."""

import json
import stat
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from alerts.models import Seat, State
from alerts.services import roster
from incidents import ledger
from incidents.models import ApiKey, Incident, Organization, Role, Status, User
from incidents.services import demo

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick_hashes(settings):
    """Fifteen people's passwords at each loading, hashed as slowly as in production, were most of it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def test_the_demo_tells_of_every_role_and_of_two_firms_keys(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    call_command("load_demo", "--url", "http://127.0.0.1:8000")
    path = tmp_path / "demo.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    told = json.loads(path.read_text(encoding="utf-8"))
    assert told["url"] == "http://127.0.0.1:8000"
    assert {user["role"] for user in told["users"]} == set(Role.values)
    for user in told["users"]:
        assert User.objects.get(username=user["username"]).check_password(user["password"])
    assert len({key["enterprise"] for key in told["keys"]}) == 2
    assert all(ApiKey.objects.filter(digest=ApiKey.digest_of(key["key"])).exists() for key in told["keys"])


def test_the_demo_shows_something_overdue_something_due_and_every_step_of_the_way():
    now = timezone.now()
    demo.load(now=now)
    incidents = Incident.objects.all()
    assert {Status.REPORTED, Status.GRADED, Status.RESPONDING, Status.CLOSED} == {i.status for i in incidents}
    states = {debt.state(now) for incident in incidents for debt in incident.deadlines.all()}
    assert {State.OPEN, State.MET, State.BREACHED} <= states
    assert list(ledger.verify()) == []


@pytest.mark.parametrize("hour", [0, 7, 8, 16, 23])
@pytest.mark.clause("5.2.3")
def test_the_demo_has_somebody_on_duty_at_any_hour(hour):
    with time_machine.travel(datetime(2026, 3, 2, hour, 30, tzinfo=ZoneInfo("Asia/Shanghai")), tick=False):
        now = timezone.now()
        demo.load(now=now)
        office = Organization.objects.get(kind="OFFICE")
        on = roster.on_duty(office, now)
        assert on.duty.signed_in_at and on.leader and on.next_shift and on.waiting is None
        assert [gap.seat for gap in on.gaps] == [Seat.DUTY], "one that lies days ahead is flagged"
        firm = roster.on_duty(Organization.objects.get(code="express-a"), now)
        assert firm.duty and firm.gaps == []


def test_loading_again_renews_the_passwords_and_tells_nothing_twice():
    first = demo.load(now=timezone.now())
    count = Incident.objects.count()
    again = demo.load(now=timezone.now())
    assert Incident.objects.count() == count
    assert {u["username"] for u in first.users} == {u["username"] for u in again.users}
    assert first.users[0]["password"] != again.users[0]["password"]
    old = ApiKey.objects.get(digest=ApiKey.digest_of(first.keys[0]["key"]))
    assert old.revoked_at, "a key that was shown before no longer opens anything"


def test_production_refuses_the_demo(settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError):
        call_command("load_demo")
