"""What the database itself holds of call-ups and of what follows an incident: the steps, and what stands unchanged."""

from django.db import migrations

GUARDS = """
CREATE TRIGGER call_up_follows_its_machine BEFORE UPDATE OF status ON incidents_callup
    FOR EACH ROW EXECUTE FUNCTION refuse_unknown_transition(
        'requested>agreed', 'requested>refused', 'requested>withdrawn', 'agreed>withdrawn',
        'agreed>dispatched', 'dispatched>arrived', 'arrived>returned', 'returned>settled');
CREATE TRIGGER recovery_follows_its_machine BEFORE UPDATE OF status ON incidents_recoveryitem
    FOR EACH ROW EXECUTE FUNCTION refuse_unknown_transition('open>settled', 'open>not_due');

CREATE FUNCTION refuse_change_of_concluded() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(OLD) ->> TG_ARGV[0] IS NOT NULL THEN
        RAISE EXCEPTION '% is concluded: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
""" + "".join(
    f"""
CREATE TRIGGER concluded_stands BEFORE UPDATE OR DELETE ON incidents_{table}
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_concluded('{column}');
"""
    for table, column in (
        ("evaluation", "concluded_at"),
        ("investigation", "concluded_at"),
        ("evaluationinput", "answered_at"),
        ("improvement", "done_at"),
        ("recoveryitem", "settled_at"),
    )
)

APPEND_ONLY = "".join(
    f"""
CREATE TRIGGER {table}_is_append_only BEFORE UPDATE OR DELETE ON incidents_{table}
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER {table}_is_never_emptied BEFORE TRUNCATE ON incidents_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
    for table in ("callupstep", "commendation", "accountability")
)


class Migration(migrations.Migration):
    dependencies = [("incidents", "0012_call_ups_and_aftermath")]

    operations = [migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in (GUARDS, APPEND_ONLY)]
