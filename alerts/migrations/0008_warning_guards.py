"""What the database itself refuses about warnings: changes of what was issued, told and filed, and state changes that
the state machine does not know."""

from django.db import migrations

NEVER_CHANGED = ("bulletin", "bulletindocument", "warningnotice", "warningupwardreport", "dailyreport")
READ_ONCE = ("bulletinreceipt", "noticereceipt")

GUARDS = (
    "".join(
        f"""
CREATE TRIGGER {table}_is_append_only BEFORE UPDATE OR DELETE ON alerts_{table}
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER {table}_is_never_emptied BEFORE TRUNCATE ON alerts_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
        for table in NEVER_CHANGED
    )
    + "".join(
        f"""
CREATE TRIGGER {table}_stays_acknowledged BEFORE UPDATE ON alerts_{table}
    FOR EACH ROW WHEN (OLD.acknowledged_at IS NOT NULL) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER {table}_is_never_taken_back BEFORE DELETE ON alerts_{table}
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
        for table in READ_ONCE
    )
    + """
CREATE TRIGGER warning_follows_its_machine BEFORE UPDATE OF status ON alerts_warning
    FOR EACH ROW EXECUTE FUNCTION refuse_unknown_transition(
        'candidate>received', 'candidate>set_aside', 'received>proposed', 'received>dismissed',
        'proposed>dismissed', 'proposed>issued', 'issued>lifted');
"""
)


class Migration(migrations.Migration):
    dependencies = [("alerts", "0007_warnings"), ("incidents", "0002_guards")]

    operations = [migrations.RunSQL(GUARDS, migrations.RunSQL.noop)]
