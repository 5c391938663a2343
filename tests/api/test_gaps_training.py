"""A firm's training and publicity over the API (§8.1, 8.2)."""

from datetime import datetime

import pytest
import time_machine
from django.utils import timezone

from alerts.models import Training
from incidents.models import Course, Publicity, Role, WorkforceStatement
from incidents.services.training import course_attendance, courses
from tests.api.conftest import errors, firm_of, problem
from tests.api.reader import Reader
from tests.api.test_sync_matters import every_step_is_news
from tests.cast import FIRM, OTHER_FIRM, appoint

NOW = datetime.fromisoformat("2026-03-02T08:00:00+08:00")


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


COURSE = {"name": "应急知识", "kind": "knowledge", "held_on": "2026-02-01", "hours": 4.5, "teacher": "安全员"}


@pytest.mark.clause("8.2")
def test_a_course_and_who_passed_it(clock, cast, firm, other):
    appoint("second", FIRM, Role.ENTERPRISE, "备班员")
    Training.objects.filter(person__username="second").delete()
    for change, found in (
        ({"name": " "}, {"/name": "required"}),
        ({"kind": "x"}, {"/kind": "not_a_choice"}),
        ({"hours": 0}, {"/hours": "range"}),
        ({"hours": 1.55}, {"/hours": "too_many_decimals"}),
        ({"valid_until": "2026-01-01"}, {"/valid_until": "range"}),
        ({"body": OTHER_FIRM}, {"/body": "not_found"}),
    ):
        assert errors(firm.post("training/courses/", COURSE | change)) == found
    made = firm.post("training/courses/", COURSE, idempotency="c")
    assert made.status_code == 201 and made.json()["valid_until"] == "2027-01-31"
    path = f"training/courses/{made.json()['id']}/"
    assert made["Location"].endswith(path)
    said = [
        {"person": "second", "result": "passed"},
        {"name": "赵工人", "result": "failed"},
        {"name": "钱工人"},
    ]
    for wrong, found in (
        ({}, {"/attended": "required"}),
        ({"attended": [{}]}, {"/attended/0": "one_of_two"}),
        ({"attended": [{"person": "other"}]}, {"/attended/0/person": "not_its_person"}),
        ({"attended": said, "body": OTHER_FIRM}, {"/person": "not_its_person"}),
    ):
        answer = firm.post(f"{path}results/", wrong)
        assert answer.status_code == 422 and (errors(answer) == found or wrong.get("body"))
    told = firm.post(f"{path}results/", {"attended": said})
    assert told.status_code == 200, told.content.decode()
    assert [(a["person"], a["name"], a["result"]) for a in told.json()["attended"]] == [
        ("second", "备班员", "passed"),
        (None, "赵工人", "failed"),
        (None, "钱工人", None),
    ]
    assert firm.get(path).json() == told.json()
    trainings = firm.get("duty/trainings/").json()["results"]
    (training,) = (row for row in trainings if row["person"] == "second")
    assert training["valid_until"] == "2027-01-31"
    problem(firm.post(f"duty/trainings/{training['id']}/withdraw/", {"reason": "误"}), 409, "of_a_course")
    problem(other.get(path), 404, "not_found")
    problem(other.post(f"{path}results/", {"attended": said}), 404, "not_found")
    later = firm.post("training/courses/", COURSE | {"held_on": "2026-12-01"}).json()["id"]
    problem(firm.post(f"training/courses/{later}/results/", {"attended": said[:1]}), 409, "not_yet_held")
    assert firm.get("training/courses/?body=express-a-hub").json()["results"] == []
    assert len(firm.get("training/courses/").json()["results"]) == 2


@pytest.mark.clause("8.2", "8.1")
def test_workers_on_post_and_publicity(clock, cast, firm, other):
    said = {"year": 2026, "quarter": 1, "on_post": 30, "trained": 28, "passed": 27, "note": "含临时工"}
    for change, found in (
        ({"trained": 31}, {"/trained": "more_than_on_post"}),
        ({"passed": 29}, {"/passed": "more_than_trained"}),
        ({"quarter": 2}, {"/quarter": "in_future"}),
        ({"quarter": 0}, {"/quarter": "out_of_range"}),
        ({"on_post": -1}, {"/on_post": "negative"}),
        ({"year": 1999}, {"/year": "out_of_range"}),
    ):
        assert errors(firm.post("training/workforce/", said | change)) == found
    made = firm.post("training/workforce/", said)
    assert made.status_code == 201 and made.json()["passed"] == 27
    again = firm.post("training/workforce/", said | {"passed": 28})
    assert again.json()["id"] == made.json()["id"], "stated again, it is corrected"
    firm.post("training/workforce/", said | {"body": "express-a-hub"})
    assert len(firm.get("training/workforce/").json()["results"]) == 2
    assert len(firm.get("training/workforce/?body=express-a-hub").json()["results"]) == 1
    assert other.get("training/workforce/").json()["results"] == []

    done = {"held_on": "2026-02-01", "kind": "law", "topic": "条例", "audience": "员工", "reached": 60}
    assert errors(firm.post("publicity/", done | {"topic": ""})) == {"/topic": "required"}
    assert errors(firm.post("publicity/", done | {"held_on": "2026-12-01"})) == {"/held_on": "in_future"}
    assert firm.post("publicity/", done | {"place": "网点", "materials": "海报"}).status_code == 201
    assert [row["topic"] for row in firm.get("publicity/").json()["results"]] == ["条例"]
    assert other.get("publicity/").json()["results"] == []
    problem(firm_of(FIRM, is_test=True).post("publicity/", done), 403, "not_in_drill")


def test_sync_tells_of_courses_statements_and_publicity(ours, committed):
    cast, now, day = committed, timezone.now(), timezone.localdate()
    held = {"held_on": day, "recorded_at": now, "body": cast.firm}
    course = {"name": "知识", "kind": "skill", "hours": 2, "valid_until": day.replace(year=day.year + 1)}
    offices = courses.keep(actor=cast.duty_officer, now=now, held_on=day, **course)
    every_step_is_news(
        Reader(ours.get, "training/courses/"),
        lambda: Course.objects.create(**course, **held),
        lambda: Course.objects.filter(body=cast.firm).update(place="会议室"),
        lambda: course_attendance.attend(
            actor=cast.duty_officer, course=offices.pk, names="赵工人", body=FIRM, now=now
        ),
    )
    figures = {"on_post": 3, "trained": 2, "passed": 1, "stated_at": now, "year": 2026, "quarter": 1}
    every_step_is_news(
        Reader(ours.get, "training/workforce/"),
        lambda: WorkforceStatement.objects.create(body=cast.firm, **figures),
        lambda: WorkforceStatement.objects.update(passed=2),
    )
    every_step_is_news(
        Reader(ours.get, "publicity/"),
        lambda: Publicity.objects.create(kind="law", topic="条例", audience="员工", reached=1, **held),
        lambda: Publicity.objects.update(reached=2),
    )


@pytest.mark.clause("8.2")
def test_a_firms_training_plan(clock, cast, firm, other):
    said = {"year": 2026, "month": 2, "name": "防汛", "kind": "skill", "audience": "员工", "people": 40}
    for change, found in (
        ({"month": 13}, {"/month": "too_large"}),
        ({"month": 0}, {"/month": "out_of_range"}),
        ({"year": 1999}, {"/year": "out_of_range"}),
        ({"people": 0}, {"/people": "not_a_count"}),
        ({"name": " "}, {"/name": "required"}),
        ({"body": OTHER_FIRM}, {"/body": "not_found"}),
    ):
        assert errors(firm.post("training/plan/", said | change)) == found, change
    made = firm.post("training/plan/", said, idempotency="p")
    assert (
        made.status_code == 201 and firm.post("training/plan/", said, idempotency="p").json() == made.json()
    )
    assert errors(firm.post("training/plan/", said)) == {"/name": "already_there"}
    path = f"training/plan/{made.json()['id']}/"
    course = firm.post("training/courses/", COURSE).json()["id"]
    assert other.get("training/plan/").json()["results"] == []
    for tail, body in (("carry-out/", {"course": course}), ("drop/", {"reason": "并入"})):
        assert other.post(path + tail, body).status_code == 404
    assert errors(firm.post(f"{path}carry-out/", {})) == {"/course": "required"}
    assert errors(firm.post(f"{path}carry-out/", {"course": 10**12})) == {"/course": "not_found"}
    assert firm.post(f"{path}carry-out/", {"course": course}).json()["course"] == course
    problem(firm.post(f"{path}drop/", {"reason": "并入"}), 409, "held")
    assert firm.post(f"{path}carry-out/", {"course": None}).json()["course"] is None
    before = firm.get("training/plan/").json()
    assert errors(firm.post(f"{path}drop/", {"reason": ""})) == {"/reason": "required"}
    assert firm.post(f"{path}drop/", {"reason": "并入九月"}).json()["cancelled_at"]
    problem(firm.post(f"{path}drop/", {}), 409, "cancelled")
    (dropped,) = firm.get(f"training/plan/?sync={before['sync']}").json()["results"]
    assert dropped["id"] == made.json()["id"]
