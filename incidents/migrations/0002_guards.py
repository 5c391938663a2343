"""What the database itself refuses: changes of the ledger, of reports, of a plan in force, and state
changes that the state machine does not know."""

from django.db import migrations

TREE = """
CREATE FUNCTION organization_subtree(roots bigint[]) RETURNS SETOF bigint LANGUAGE sql STABLE AS $$
    WITH RECURSIVE tree AS (
        SELECT id FROM incidents_organization WHERE id = ANY(roots)
        UNION
        SELECT child.id FROM incidents_organization child JOIN tree ON child.parent_id = tree.id
    ) SELECT id FROM tree
$$;
"""

APPEND_ONLY = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER ledger_is_append_only BEFORE UPDATE OR DELETE ON incidents_ledgerentry
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_is_never_emptied BEFORE TRUNCATE ON incidents_ledgerentry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER reports_are_never_edited BEFORE UPDATE OR DELETE ON incidents_report
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER reports_are_never_emptied BEFORE TRUNCATE ON incidents_report
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER upward_reports_are_never_edited BEFORE UPDATE OR DELETE ON incidents_upwardreport
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""

PLAN = """
CREATE FUNCTION refuse_unless_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND EXISTS (
        SELECT FROM incidents_planversion WHERE id = OLD.version_id AND status <> 'draft')
    OR TG_OP <> 'DELETE' AND EXISTS (
        SELECT FROM incidents_planversion WHERE id = NEW.version_id AND status <> 'draft') THEN
        RAISE EXCEPTION 'a plan version in force is read-only: edit a draft (8.4)'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE FUNCTION refuse_plan_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = 'draft' THEN
        IF TG_OP = 'UPDATE' AND NEW.status NOT IN ('draft', 'active') THEN
            RAISE EXCEPTION 'a draft can only be put into force (8.4)' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.status = 'active' AND NEW.status = 'superseded'
       AND to_jsonb(OLD) - 'status' = to_jsonb(NEW) - 'status' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a plan version in force is read-only: edit a draft (8.4)'
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER plan_in_force_is_read_only BEFORE UPDATE OR DELETE ON incidents_planversion
    FOR EACH ROW EXECUTE FUNCTION refuse_plan_change();
""" + "".join(
    f"""
CREATE TRIGGER plan_in_force_is_read_only BEFORE INSERT OR UPDATE OR DELETE ON incidents_{table}
    FOR EACH ROW EXECUTE FUNCTION refuse_unless_draft();
"""
    for table in ("clause", "eventclass", "criterion", "deadlinerule", "escalationstep")
)

TRANSITIONS = """
CREATE FUNCTION refuse_unknown_transition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status <> NEW.status AND NOT (OLD.status || '>' || NEW.status = ANY(TG_ARGV)) THEN
        RAISE EXCEPTION '% cannot go from % to %', TG_TABLE_NAME, OLD.status, NEW.status
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER incident_follows_its_machine BEFORE UPDATE OF status ON incidents_incident
    FOR EACH ROW EXECUTE FUNCTION refuse_unknown_transition(
        'reported>graded', 'reported>dismissed', 'graded>dismissed', 'reported>merged', 'graded>merged',
        'graded>responding', 'graded>ended', 'responding>ended', 'ended>closed', 'ended>graded',
        'closed>graded');
CREATE TRIGGER response_follows_its_machine BEFORE UPDATE OF status ON incidents_response
    FOR EACH ROW EXECUTE FUNCTION refuse_unknown_transition('proposed>active', 'active>ended');
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0001_initial")]

    operations = [
        migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in (TREE, APPEND_ONLY, PLAN, TRANSITIONS)
    ]
