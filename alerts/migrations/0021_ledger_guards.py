"""What is guarded row by row can't be emptied at a stroke either."""

from django.db import migrations

GUARDED = (
    "bulletinreceipt",
    "dutylogentry",
    "handover",
    "instructionaddressee",
    "instructionanswer",
    "noticereceipt",
    "shift",
    "warning",
    "webhookdelivery",
    "webhookevent",
)

NEVER_EMPTIED = "".join(
    f"""
CREATE TRIGGER {table}_is_never_emptied BEFORE TRUNCATE ON alerts_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
    for table in GUARDED
)
UNDO = "".join(f"DROP TRIGGER {table}_is_never_emptied ON alerts_{table};" for table in GUARDED)


class Migration(migrations.Migration):
    dependencies = [("alerts", "0020_changed_of_matters"), ("incidents", "0024_ledger_guards")]

    operations = [migrations.RunSQL(NEVER_EMPTIED, UNDO)]
