"""零报告 and 点名 by a firm's own system (§4.1)."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from incidents.models import RollAnswer, ZeroReport
from incidents.services.debt import undertakings
from incidents.services.register import key_periods, period_bodies
from tests.api.stage import Stage

pytestmark = pytest.mark.clause("4.1")


def test_a_system_says_daily_that_nothing_happened_and_answers_the_roll(cast, firm, other):
    stage = Stage(cast, firm)
    call = stage.path_of_roll("")["number"]
    (period,) = firm.get("key-periods/").json()["results"]
    assert (
        period["bodies"] == [firm.key.enterprise.code] and other.get("key-periods/").json()["results"] == []
    )
    path = f"key-periods/{period['number']}/reports/"
    said = firm.post(path, {"is_quiet": True}, idempotency="a")
    assert said.status_code == 201 and not said.json()["is_late"]
    assert firm.post(path, {"is_quiet": True}, idempotency="a").json() == said.json()
    assert ZeroReport.objects.get().key == firm.key
    for body, pointer in (
        ({}, "/is_quiet"),
        ({"is_quiet": False}, "/words"),
        ({"is_quiet": True, "day": "1999-01-01"}, "/day"),
        ({"is_quiet": True, "day": "2099-01-01"}, "/day"),
        ({"is_quiet": "yes"}, "/is_quiet"),
        ({"is_quiet": False, "words": "a\0"}, "unstorable_text"),
        ({"is_quiet": False, "words": "长" * 2001}, "/words"),
        ({"is_quiet": True, "day": "0001-01-01"}, "/day"),
        ({"is_quiet": True, "day": "9999-12-31"}, "/day"),
        ({"is_quiet": True, "body": "b" * 41}, "/body"),
        ({"is_quiet": True, "body": other.key.enterprise.code}, "/body"),
        ({"is_quiet": True, "post": 10**30}, ""),
        ({"is_quiet": True, "told_at": "2026-01-01T00:00:00+08:00"}, "/told_at"),
        ({"is_quiet": None}, "/is_quiet"),
        ([], ""),
    ):
        refused = firm.post(path, body)
        assert refused.status_code in (400, 403, 422), body
        assert pointer in refused.content.decode()
    assert firm.post(path, {"is_quiet": False, "words": "积压"}).status_code == 201
    assert [row["words"] for row in firm.get(path).json()["results"]] == ["积压", ""]
    before = firm.get("roll-calls/").json()
    assert before["results"][0]["answers"][0]["answered_at"] is None
    assert other.post(f"roll-calls/{call}/answer/", {}).status_code == 404
    assert other.get(path).status_code == 404
    for number in ("a%00b", "%F0%9F%98%80" * 50, "..%2F"):
        assert firm.get(f"key-periods/{number}/reports/").status_code in (400, 404)
        assert firm.post(f"roll-calls/{number}/answer/", {}).status_code in (400, 404)
    answer = {"person": "张三", "place": "值班室", "state": "well"}
    assert firm.post(f"roll-calls/{call}/answer/", {"person": "张三"}).status_code == 422
    answered = firm.post(f"roll-calls/{call}/answer/", answer)
    assert answered.status_code == 200 and answered.json()["answers"][0]["state"] == "well"
    assert firm.post(f"roll-calls/{call}/answer/", answer).status_code == 409
    assert RollAnswer.objects.get().key == firm.key
    news = firm.get(f"roll-calls/?sync={before['sync']}").json()["results"]
    assert [row["number"] for row in news] == [call]
    before = firm.get("key-periods/").json()
    longer = date.fromisoformat(period["ends_on"]) + timedelta(days=2)
    move = {"ends_on": longer, "reason": "后移", "now": timezone.now()}
    key_periods.move_end(actor=cast.office_director, number=period["number"], **move)
    (moved,) = firm.get(f"key-periods/?sync={before['sync']}").json()["results"]
    assert moved["ends_on"] == longer.isoformat()
    before = firm.get("key-periods/").json()
    add = {"add": [other.key.enterprise.code], "leave": [firm.key.enterprise.code], "reason": "换"}
    change = {"number": period["number"], "now": timezone.now()}
    period_bodies.change_bodies(actor=cast.office_director, **change, **add)
    (changed,) = firm.get(f"key-periods/?sync={before['sync']}").json()["results"]
    assert changed["bodies"] == [], "it reports no more"
    assert other.get("key-periods/").json()["results"][0]["bodies"] == add["add"]
    owed = {row["rule"]: row for row in firm.get("deadlines/").json()["results"]}
    assert owed["Q7"]["state"] == "met" and owed["Q7"]["title"] == "旺季 点名"
    assert owed["Q6"]["undertaking"].startswith("ZMD-Q-") and undertakings.SERIES == "Q"
