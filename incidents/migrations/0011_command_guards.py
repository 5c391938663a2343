"""What the database itself refuses: changes of a decided scheme, of what was said or decided, of a plan in force."""

from django.db import migrations

GROUPS_OF_THE_PLAN = """
CREATE TRIGGER plan_in_force_is_read_only BEFORE INSERT OR UPDATE OR DELETE ON incidents_grouptemplate
    FOR EACH ROW EXECUTE FUNCTION refuse_unless_draft();
"""

SCHEMES = """
CREATE FUNCTION refuse_change_of_scheme() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.status = 'draft' AND NEW.status <> 'draft'
       AND (OLD.scheme_id, OLD.version, OLD.origin, OLD.assessment, OLD.measures, OLD.resources, OLD.drafted_at)
         = (NEW.scheme_id, NEW.version, NEW.origin, NEW.assessment, NEW.measures, NEW.resources, NEW.drafted_at)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a version of a scheme is never changed, only decided: draft another (2.2.2)'
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER scheme_versions_are_only_decided BEFORE UPDATE OR DELETE ON incidents_schemeversion
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_scheme();
"""

APPEND_ONLY = "".join(
    f"""
CREATE TRIGGER {table}_is_append_only BEFORE UPDATE OR DELETE ON incidents_{table}
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
    for table in ("meetingdecision", "expertcall", "expertadvice")
)

MEETINGS = """
CREATE TRIGGER meeting_follows_its_machine BEFORE UPDATE OF status ON incidents_meeting
    FOR EACH ROW EXECUTE FUNCTION refuse_unknown_transition('convened>held', 'convened>cancelled');
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0010_command_of_a_response")]

    operations = [
        migrations.RunSQL(sql, migrations.RunSQL.noop)
        for sql in (GROUPS_OF_THE_PLAN, SCHEMES, APPEND_ONLY, MEETINGS)
    ]
