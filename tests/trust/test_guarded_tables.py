"""What a trigger guards row by row can't be emptied at a stroke, nor changed after the fact (domain §6, §6.4)."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from incidents.models import Investigation, Level, Meeting, TeamMember
from incidents.services.response import grading, meetings
from tests.cast import call_in

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.4")]

WITHOUT_A_TRUNCATE_TRIGGER = """
SELECT DISTINCT guarded.tgrelid::regclass::text
FROM pg_trigger guarded JOIN pg_proc refusing ON refusing.oid = guarded.tgfoid
WHERE NOT guarded.tgisinternal AND guarded.tgtype & 1 > 0 AND refusing.prosrc LIKE '%RAISE EXCEPTION%'
    AND NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = guarded.tgrelid AND tgtype & 32 > 0 AND tgenabled = 'O')
ORDER BY 1
"""


def refused(sql: str, *values):
    with pytest.raises(DatabaseError, match="refused"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(sql, values)


def test_no_guarded_table_can_be_emptied():
    with connection.cursor() as cursor:
        cursor.execute(WITHOUT_A_TRUNCATE_TRIGGER)
        found = [name for (name,) in cursor.fetchall()]
    assert found == [], " ".join(found)
    for table in (
        "meetingdecision",
        "expertadvice",
        "schemeversion",
        "notice",
        "evaluation",
        "personalvalue",
    ):
        refused(f"TRUNCATE incidents_{table} CASCADE")


def test_a_held_meeting_stands_with_who_came_and_what_was_said(cast):
    incident, now = call_in(cast), timezone.now()
    grading.grade(
        actor=cast.office_director, number=incident.number, level=Level.III, reason="影响较大", now=now
    )
    body = cast.member.organization
    row = meetings.convene(
        actor=cast.office_director,
        number=incident.number,
        kind=Meeting.Kind.CONSULTATION,
        topic="会商处置",
        means="telephone",
        place="应急办",
        starts_at=now,
        bodies=[body.code],
        now=now,
    )
    refused("UPDATE incidents_attendance SET body_id = body_id + 1 WHERE meeting_id = %s", row.pk)
    meetings.record(
        actor=cast.office_director,
        meeting=row.number,
        chair="主任",
        words="会商情况",
        attendance={body.code: ("present", "联络员")},
        now=now,
    )
    refused("UPDATE incidents_meeting SET words = '改写' WHERE id = %s", row.pk)
    refused("DELETE FROM incidents_meeting WHERE id = %s", row.pk)
    refused("UPDATE incidents_attendance SET presence = 'absent' WHERE meeting_id = %s", row.pk)
    refused("DELETE FROM incidents_attendance WHERE meeting_id = %s", row.pk)


def test_the_team_of_a_concluded_investigation_stands(cast):
    paper = Investigation.objects.create(incident=call_in(cast))
    TeamMember.objects.create(investigation=paper, name="甲", body="市局", is_head=True)
    TeamMember.objects.filter(investigation=paper).update(name="乙")
    Investigation.objects.filter(pk=paper.pk).update(
        concluded_at=timezone.now(), by=cast.commander.post, findings="x", responsibility="x", outcome="x"
    )
    refused("UPDATE incidents_teammember SET name = '丙' WHERE investigation_id = %s", paper.pk)
    refused("DELETE FROM incidents_teammember WHERE investigation_id = %s", paper.pk)
    refused(
        "INSERT INTO incidents_teammember (investigation_id, name, body, is_head) VALUES (%s, '丁', '市局', false)",
        paper.pk,
    )
