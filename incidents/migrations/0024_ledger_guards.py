"""What is guarded row by row can't be emptied at a stroke either; a held meeting and a concluded team stand."""

from django.db import migrations

GUARDED = (
    "apikey",
    "callup",
    "clause",
    "criterion",
    "deadlinerule",
    "displaylink",
    "escalationstep",
    "evaluation",
    "evaluationinput",
    "eventclass",
    "expertadvice",
    "expertcall",
    "grouptemplate",
    "guide",
    "guidestep",
    "guidetick",
    "improvement",
    "incident",
    "investigation",
    "meeting",
    "meetingdecision",
    "notice",
    "noticeaddressee",
    "openedguide",
    "planversion",
    "recoveryitem",
    "response",
    "schemeversion",
    "supportrequest",
    "taskorder",
    "upwardreport",
    # beside the ledger itself, and guarded below
    "ledgerhead",
    "personalvalue",
    "attendance",
    "teammember",
)

NEVER_EMPTIED = "".join(
    f"""
CREATE TRIGGER {table}_is_never_emptied BEFORE TRUNCATE ON incidents_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
    for table in GUARDED
)

MEETINGS = """
CREATE TRIGGER meeting_held_stands BEFORE UPDATE ON incidents_meeting
    FOR EACH ROW WHEN (OLD.status <> 'convened') EXECUTE FUNCTION refuse_change();
CREATE TRIGGER meeting_is_never_taken_away BEFORE DELETE ON incidents_meeting
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER attendance_stands BEFORE UPDATE ON incidents_attendance
    FOR EACH ROW WHEN (OLD.presence <> '' OR (OLD.meeting_id, OLD.body_id) <> (NEW.meeting_id, NEW.body_id))
    EXECUTE FUNCTION refuse_change();
CREATE TRIGGER attendance_is_never_taken_away BEFORE DELETE ON incidents_attendance
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""

TEAMS = """
CREATE FUNCTION refuse_change_of_concluded_team() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    paper bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.investigation_id ELSE NEW.investigation_id END;
BEGIN
    IF EXISTS (SELECT FROM incidents_investigation WHERE id = paper AND concluded_at IS NOT NULL) THEN
        RAISE EXCEPTION 'the investigation is concluded: % of its team refused', TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER concluded_team_stands BEFORE INSERT OR UPDATE OR DELETE ON incidents_teammember
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_concluded_team();
"""

UNDO_TRUNCATE = "".join(f"DROP TRIGGER {table}_is_never_emptied ON incidents_{table};" for table in GUARDED)
UNDO_MEETINGS = """
DROP TRIGGER meeting_held_stands ON incidents_meeting;
DROP TRIGGER meeting_is_never_taken_away ON incidents_meeting;
DROP TRIGGER attendance_stands ON incidents_attendance;
DROP TRIGGER attendance_is_never_taken_away ON incidents_attendance;
"""
UNDO_TEAMS = """
DROP TRIGGER concluded_team_stands ON incidents_teammember;
DROP FUNCTION refuse_change_of_concluded_team();
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0023_sessions_and_people")]

    operations = [
        migrations.RunSQL(NEVER_EMPTIED, UNDO_TRUNCATE),
        migrations.RunSQL(MEETINGS, UNDO_MEETINGS),
        migrations.RunSQL(TEAMS, UNDO_TEAMS),
    ]
