"""`Idempotency-Key`: same key and body give the first answer again and one effect, whatever comes between."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import OperationalError, connection
from django.utils import timezone

from incidents.api import idempotency
from incidents.api import incidents as views
from incidents.models import IdempotentAnswer, Incident, Report
from tests.api.conftest import filing, firm_of, problem, report
from tests.cast import FIRM


def count() -> int:
    return Incident.objects.count()


@pytest.mark.django_db
def test_the_same_request_gets_the_first_answer_and_has_one_effect(firm):
    body = filing()
    first = firm.post("incidents/", body, idempotency="k-1")
    again = firm.post("incidents", dict(reversed(body.items())), idempotency="k-1")
    assert first.status_code == again.status_code == 201 and count() == 1
    assert first.json() == again.json() and first["Location"] == again["Location"]
    assert "Idempotent-Replayed" not in first and again["Idempotent-Replayed"] == "true"
    assert first["Location"] == again["Location"]


@pytest.mark.django_db
def test_the_same_key_with_another_body_is_refused(firm):
    firm.post("incidents/", filing(), idempotency="k-1")
    problem(firm.post("incidents/", filing(title="另一起"), idempotency="k-1"), 422, "idempotency_key_reused")
    assert count() == 1


@pytest.mark.django_db
def test_a_key_is_its_callers_and_its_paths_own(firm, other):
    for who in (firm, other):
        assert who.post("incidents/", filing(), idempotency="k-1").status_code == 201
    number = firm.get("incidents/").json()["results"][0]["number"]
    assert firm.post(f"incidents/{number}/reports/", report(), idempotency="k-1").status_code == 201
    assert count() == 2 and Report.objects.count() == 3


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "x" * 201, "中文", "a\tb"])
def test_a_key_that_is_none_is_refused(firm, key):
    answer = firm.post("incidents/", filing(), idempotency=key.encode().decode("latin-1"))
    problem(answer, 400, "idempotency_key_invalid")
    assert count() == 0


@pytest.mark.django_db
def test_refusals_are_kept_too_but_leave_no_work(firm):
    wrong = filing(county="郑州市")
    for body, raw, status in ((wrong, None, 422), (None, b"{", 400)):
        first = firm.post("incidents/", body, raw=raw, idempotency=f"k-{status}")
        again = firm.post("incidents/", body, raw=raw, idempotency=f"k-{status}")
        assert first.status_code == again.status_code == status and first.json() == again.json()
        assert again["Idempotent-Replayed"] == "true"
        assert again["Content-Type"] == "application/problem+json"
    problem(firm.post("incidents/", raw=b"[", idempotency="k-400"), 422, "idempotency_key_reused")


@pytest.mark.django_db
def test_a_kept_409_answers_again_even_when_it_would_now_be_allowed(firm, cast):
    from incidents.services.response import grading

    number = firm.files()
    path, body = f"incidents/{number}/response/start/", {"measures": "启动企业预案"}
    problem(firm.post(path, body, idempotency="early"), 409, "wrong_state")
    grading.grade(actor=cast.office_director, number=number, level=4, now=timezone.now())
    problem(firm.post(path, body, idempotency="early"), 409, "wrong_state")
    assert firm.post(path, body, idempotency="in time").status_code == 200
    again = firm.post(path, body, idempotency="in time")
    assert again.status_code == 200 and again["Idempotent-Replayed"] == "true"


@pytest.mark.django_db
def test_401_404_and_500_are_not_kept(firm, other, monkeypatch):
    number = other.files()
    firm.post(f"incidents/{number}/reports/", report(), idempotency="k")
    with monkeypatch.context() as broken:
        broken.setattr(views, "owed", lambda *_: 1 / 0)  # after all the work was done
        problem(firm.post("incidents/", filing(), idempotency="k"), 500, "internal_error")
    assert count() == 1 and IdempotentAnswer.objects.count() == 0
    answer = firm.post("incidents/", filing(), idempotency="k")
    assert answer.status_code == 201 and "Idempotent-Replayed" not in answer


@pytest.mark.django_db
def test_a_lost_database_is_503_as_without_a_key(firm, monkeypatch):
    def lose(*_):
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as broken:
        broken.setattr(views, "owed", lose)
        broken.setattr(idempotency, "_undo_work", lose)
        problem(firm.post("incidents/", filing(), idempotency="k"), 503, "busy")
    assert firm.post("incidents/", filing(), idempotency="k").status_code == 201


@pytest.mark.django_db
def test_what_is_no_longer_given_again_is_deleted(firm):
    body = filing()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        firm.post("incidents/", body, idempotency="k")
        form = IdempotentAnswer(caller="user:1", method="POST", path="/incidents/new/", key="t", status=303)
        form.created_at = timezone.now()
        form.save()
        clock.shift(timedelta(hours=23))
        assert IdempotentAnswer.forget(now=timezone.now()) == 0
        clock.shift(timedelta(hours=1))
        assert IdempotentAnswer.forget(now=timezone.now()) == 1
        clock.shift(timedelta(days=30))
        assert IdempotentAnswer.forget(now=timezone.now()) == 1


@pytest.mark.django_db
def test_an_answer_is_kept_for_a_day(firm):
    body = filing()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        first = firm.post("incidents/", body, idempotency="k").json()
        clock.shift(timedelta(hours=23, minutes=59))
        assert firm.post("incidents/", body, idempotency="k").json() == first
        clock.shift(timedelta(minutes=1))
        later = firm.post("incidents/", body, idempotency="k")
    assert later.status_code == 201 and later.json()["number"] != first["number"]


# With connections of their own, on a cloned database ---------------------------------------------


def in_thread(work) -> threading.Thread:
    def run():
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_while_the_first_is_running_the_second_is_told_so(cloned_database, monkeypatch):
    firm, body, answers = firm_of(FIRM), filing(), []
    working, go_on = threading.Event(), threading.Event()
    really = views.owed

    def slowly(*arguments):
        working.set()
        assert go_on.wait(60)
        return really(*arguments)

    monkeypatch.setattr(views, "owed", slowly)
    first = in_thread(lambda: answers.append(firm.post("incidents/", body, idempotency="k")))
    assert working.wait(60)
    problem(firm.post("incidents/", body, idempotency="k"), 409, "idempotency_in_progress")
    go_on.set()
    first.join(10)
    again = firm.post("incidents/", body, idempotency="k")
    assert answers[0].status_code == again.status_code == 201 and answers[0].json() == again.json()
    assert again["Idempotent-Replayed"] == "true" and count() == 1


def test_ten_at_once_have_one_effect(cloned_database):
    firm, body, answers = firm_of(FIRM), filing(), []
    start = threading.Barrier(10)

    def send():
        start.wait(60)
        answers.append(firm.post("incidents/", body, idempotency="k"))

    for thread in [in_thread(send) for _ in range(10)]:
        thread.join(20)
    assert count() == 1 and len(answers) == 10
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert firm.post("incidents/", body, idempotency="k")["Idempotent-Replayed"] == "true"
