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
from incidents.services.demo_city import demo

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick_hashes(settings):
    """Fifteen people's passwords at each loading, hashed as slowly as in production, were most of it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def test_the_demo_tells_of_every_role_of_two_firms_keys_and_of_every_step_of_the_way(settings, tmp_path):
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
    first_keys = [ApiKey.objects.get(digest=ApiKey.digest_of(key["key"])) for key in told["keys"]]

    now, incidents = timezone.now(), list(Incident.objects.all())
    assert {Status.REPORTED, Status.GRADED, Status.RESPONDING, Status.CLOSED} == {i.status for i in incidents}
    states = {debt.state(now) for incident in incidents for debt in incident.deadlines.all()}
    assert {State.OPEN, State.MET, State.BREACHED} <= states, "something overdue, something due"
    assert list(ledger.verify()) == []

    again = demo.load(now=timezone.now())
    assert Incident.objects.count() == len(incidents), "nothing is told twice"
    passwords = [
        {user["username"]: user["password"] for user in users} for users in (told["users"], again.users)
    ]
    assert passwords[0].keys() == passwords[1].keys()
    assert all(passwords[0][username] != passwords[1][username] for username in passwords[0])
    for key in first_keys:
        key.refresh_from_db()
        assert key.revoked_at, "a key that was shown before no longer opens anything"


@pytest.mark.parametrize("hour", [0, 7, 8, 16, 23])
@pytest.mark.clause("5.2.3")
def test_the_demo_has_somebody_on_duty_at_any_hour(hour, monkeypatch):
    """All of it is told before and after midnight; at the other hours only what comes before the incidents."""
    if hour not in (0, 23):
        monkeypatch.setattr(demo.Story, "tell", lambda story: None)
        monkeypatch.setattr(demo.demo_plan, "tell", lambda actors, now: None)
    with time_machine.travel(datetime(2026, 3, 2, hour, 30, tzinfo=ZoneInfo("Asia/Shanghai")), tick=False):
        now = timezone.now()
        demo.load(now=now)
        office = Organization.objects.get(kind="OFFICE")
        on = roster.on_duty(office, now)
        assert on.duty.signed_in_at and on.leader and on.next_shift and on.waiting is None
        assert [gap.seat for gap in on.gaps] == [Seat.DUTY], "one that lies days ahead is flagged"
        firm = roster.on_duty(Organization.objects.get(code="express-a"), now)
        assert firm.duty and firm.gaps == []


def test_production_refuses_the_demo(settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError):
        call_command("load_demo")
