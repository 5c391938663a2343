"""How often the newer lists of the API ask the database: pinned, and the same for one row as for five."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alerts.models import Channel, Seat, Shift, Training
from alerts.services.roster import period_of
from incidents.models import Course, EvaluationInput, Improvement, Publicity, WorkforceStatement
from incidents.services.call_up import calling_up
from incidents.services.command import guiding, instructing, instruction_answering
from incidents.services.response import meetings
from tests.api.conftest import firm_of
from tests.api.test_gaps_matters import wanted
from tests.query_counts import pinned
from tests.responses.stage import act, graded

pytestmark = pytest.mark.django_db

LISTS = (
    "call-ups/",
    "instructions/",
    "evaluation-inputs/",
    "improvements/",
    "meetings/",
    "duty/shifts/",
    "duty/trainings/",
    "duty/patterns/",
    "training/courses/",
    "training/workforce/",
    "publicity/",
    "channels/",
)


def one_of_each(cast, incident, n: int):
    """Another row in every list of the firm."""
    now, firm = timezone.now(), cast.firm
    act(calling_up.request, cast.duty_officer, incident, wanted=wanted(firm.code))
    told = instructing.write(actor=cast.commander, words="排查", to=[firm.code], now=now)
    instruction_answering.answer(actor=cast.enterprise, instruction=told.number, words="已查", now=now)
    act(
        meetings.convene,
        cast.duty_officer,
        incident,
        kind="consultation",
        topic="会商",
        means="video",
        place="x",
        bodies=[firm.code, cast.member.organization.code],
    )
    asked = {"incident": incident, "serial": n, "body": firm, "due_at": now}
    answered = {"answered_at": now, "words": "意见"}
    EvaluationInput.objects.create(number=f"E{n}", question="?", asked_at=now, **asked, **answered)
    Improvement.objects.create(number=f"J{n}", measure="换", opened_at=now, **asked)
    starts = now + timedelta(hours=n)
    Shift.objects.create(
        organization=firm,
        seat=Seat.DUTY,
        person=cast.enterprise.person,
        period=period_of(starts, starts + timedelta(minutes=30)),
        drawn_up_at=now,
    )
    day = timezone.localdate(now)
    Training.objects.create(
        person=cast.enterprise.person, topic="值班", passed_on=day, valid_until=day, recorded_at=now
    )
    held = {"held_on": day, "recorded_at": now}
    Course.objects.create(
        body=firm, name="知识", kind="skill", hours=2, valid_until=day + timedelta(days=1), **held
    )
    figures = {"on_post": 3, "trained": 2, "passed": 1, "stated_at": now}
    WorkforceStatement.objects.create(body=firm, year=2000 + n, quarter=1, **figures)
    Publicity.objects.create(body=firm, kind="law", topic="条例", audience="员工", reached=n, **held)
    Channel.objects.create(organization=firm, name=f"群{n}", kind="wecom", sealed="x", created_at=now)


def test_lists_ask_as_often_for_one_row_as_for_five(firm, cast):
    incident, counts = graded(cast), {}
    firm.get("incidents/")
    for rows in (1, 5):
        while len(firm.get("call-ups/").json()["results"]) < rows:
            one_of_each(cast, incident, len(firm.get("call-ups/").json()["results"]) + 1)
        for path in LISTS:
            with CaptureQueriesContext(connection) as asked, pinned(f"api:GET {path}"):
                assert len(firm.get(path).json()["results"]) >= min(rows, 3), path
            assert counts.setdefault(path, len(asked)) == len(asked), path
        with pinned("api:GET duty/"):
            assert firm.get("duty/").json()["people"]
        for path in ("call-ups/", "instructions/"):
            number = firm.get(path).json()["results"][0]["number"]
            with pinned(f"api:GET {path}{{number}}/"):
                assert firm.get(f"{path}{number}/").status_code == 200


def test_a_guide_asks_as_often_for_one_step_as_for_five(firm, cast):
    for steps in (1, 5):
        hub = firm_of("express-a-hub")
        number = hub.files(enterprise="express-a-hub")
        said = [guiding.Step(f"第{n}步", "自拟", for_firm=True) for n in range(steps)]
        now = timezone.now()
        guiding.edit(
            actor=cast.office_director, event_class="fire", source="自拟", note="录入", steps=said, now=now
        )
        opened = guiding.open_guide(actor=cast.duty_officer, number=number, now=now)
        for step in opened.guide.steps.all():
            hub.post(f"incidents/{number}/guide-steps/{step.pk}/tick/")
        with pinned("api:GET incidents/{number}/guides/"):
            (guide,) = hub.get(f"incidents/{number}/guides/").json()["guides"]
        assert len([step for step in guide["steps"] if step["done_at"]]) == steps
