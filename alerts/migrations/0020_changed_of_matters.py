"""What a firm's other lists show knows the transaction that last wrote it, too (`incidents.changes`)."""

from django.db import migrations

from incidents.changes import noting

TABLES = (
    "alerts_instruction",
    "alerts_instructionaddressee",
    "alerts_instructionanswer",
    "alerts_shift",
    "alerts_shiftpattern",
    "alerts_patternsegment",
    "alerts_training",
    "alerts_channel",
    "alerts_attempt",
    "alerts_webhook",
    "alerts_webhookdelivery",
)

SEGMENT_GONE = """
CREATE FUNCTION note_segment_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE alerts_shiftpattern SET changed_xid = pg_current_xact_id() WHERE id = OLD.pattern_id;
    RETURN NULL;
END $$;
CREATE TRIGGER note_segment_gone AFTER DELETE ON alerts_patternsegment
    FOR EACH ROW EXECUTE FUNCTION note_segment_gone();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0019_webhooks"),
        ("incidents", "0020_changed_of_matters"),
    ]

    operations = [
        *(migrations.RunSQL(*noting(table)) for table in TABLES),
        migrations.RunSQL(
            SEGMENT_GONE,
            "DROP TRIGGER note_segment_gone ON alerts_patternsegment; DROP FUNCTION note_segment_gone()",
        ),
    ]
