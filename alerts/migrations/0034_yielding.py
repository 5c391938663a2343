"""What is only played yields to what has happened (`Deadline.yields`): each debt says so, and an index finds them."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

# Only what still climbs: a drill's few open debts, not the table.
SAY_SO = """
UPDATE alerts_deadline SET yields = true WHERE next_step_at IS NOT NULL AND (
    incident_id IN (SELECT id FROM incidents_incident WHERE is_drill)
    OR warning_id IN (SELECT id FROM alerts_warning WHERE is_drill));
"""


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("alerts", "0001_squashed_0033_stats_named")]

    operations = [
        migrations.AddField(
            "deadline", "yields", models.BooleanField(db_default=False, default=False, verbose_name="让行")
        ),
        migrations.RunSQL(SAY_SO, migrations.RunSQL.noop),
        migrations.RunSQL("SET statement_timeout = 0", migrations.RunSQL.noop),
        AddIndexConcurrently(
            "deadline",
            models.Index(
                condition=models.Q(("next_step_at__isnull", False), ("yields", True)),
                fields=["next_step_at"],
                name="deadline_next_yielding",
            ),
        ),
        migrations.RunSQL("RESET statement_timeout", migrations.RunSQL.noop),
    ]
