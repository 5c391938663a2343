"""A version of the plan begins as a draft, is never deleted, and takes effect after those before it; its rows wait for
whoever decides on it (§8.4)."""

from django.db import migrations

ROWS = """
CREATE OR REPLACE FUNCTION refuse_unless_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- who decides on the version holds its row: wait, then see what has become of it
    PERFORM FROM incidents_planversion WHERE id IN (OLD.version_id, NEW.version_id) FOR SHARE;
    IF EXISTS (SELECT FROM incidents_planversion
               WHERE id IN (OLD.version_id, NEW.version_id) AND status <> 'draft') THEN
        RAISE EXCEPTION 'a plan version in force is read-only: edit a draft (8.4)'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
"""

VERSIONS = """
CREATE OR REPLACE FUNCTION refuse_plan_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    step text := OLD.status || '>' || NEW.status;
    may_change text[];
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a plan version is read-only and never deleted: a draft is given up (8.4)'
            USING ERRCODE = 'restrict_violation';
    END IF;
    may_change := CASE
        WHEN step IN ('submitted>draft', 'approved>active', 'active>superseded') THEN ARRAY['status']
        WHEN step = 'submitted>approved' THEN ARRAY['status', 'document_no', 'activated_at', 'note']
        WHEN step IN ('draft>withdrawn', 'approved>withdrawn') THEN ARRAY['status', 'withdrawn_why']
        WHEN step IN ('draft>draft', 'draft>submitted', 'draft>approved')
            OR step = 'draft>active' AND OLD.based_on_id IS NULL
            THEN ARRAY['status', 'title', 'document_no', 'activated_at', 'note', 'withdrawn_why']
    END;
    IF may_change IS NULL OR to_jsonb(OLD) - may_change <> to_jsonb(NEW) - may_change THEN
        RAISE EXCEPTION 'a plan version in force is read-only: edit a draft (8.4)'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF step IN ('draft>approved', 'submitted>approved') AND (NEW.activated_at IS NULL OR EXISTS (
        SELECT FROM incidents_planversion WHERE status IN ('approved', 'active', 'superseded')
            AND based_on_id IS NOT NULL AND activated_at > NEW.activated_at)) THEN
        RAISE EXCEPTION 'a plan version takes effect after those before it (8.4)'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION refuse_unless_begun_as_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status <> 'draft' THEN
        RAISE EXCEPTION 'a plan version begins as a draft (8.4)' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER plan_begins_as_draft BEFORE INSERT ON incidents_planversion
    FOR EACH ROW EXECUTE FUNCTION refuse_unless_begun_as_draft();
"""

NEVER_EMPTIED = "".join(
    f"""
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON incidents_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
    for table in (
        "planversion",
        "clause",
        "eventclass",
        "criterion",
        "grouptemplate",
        "deadlinerule",
        "escalationstep",
    )
)


class Migration(migrations.Migration):
    dependencies = [("incidents", "0047_stats_cells")]

    operations = [migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in (ROWS, VERSIONS, NEVER_EMPTIED)]
