"""What is only played yields to what has happened (`Deadline.yields`): each debt says so."""

from django.db import migrations, models

# Only what still climbs: a drill's few open debts, not the table.
SAY_SO = """
UPDATE alerts_deadline SET yields = true WHERE next_step_at IS NOT NULL AND (
    incident_id IN (SELECT id FROM incidents_incident WHERE is_drill)
    OR warning_id IN (SELECT id FROM alerts_warning WHERE is_drill));
"""


class Migration(migrations.Migration):
    dependencies = [("alerts", "0001_squashed_0033_stats_named")]

    operations = [
        migrations.AddField(
            "deadline", "yields", models.BooleanField(db_default=False, default=False, verbose_name="让行")
        ),
        migrations.RunSQL(SAY_SO, migrations.RunSQL.noop),
    ]
