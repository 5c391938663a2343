"""The figures for who filters or sees a part, made of what was counted so far (incidents/models/tally.py)."""

from django.db import migrations, models

UP_TO_NOW = """
INSERT INTO incidents_incidentcell
    (office, month, level, standing, event_class, origin, county, enterprise, waited, n)
SELECT office, month, level, standing, event_class, origin, county, enterprise, waited, sum(n) FROM (
    SELECT office_id AS office, city_month(received_at) AS month, coalesce(level, proposed_level) AS level,
        standing_of(status) AS standing, event_class_id AS event_class, origin, county_id AS county,
        enterprise_id AS enterprise, minutes_waited(received_at, graded_at) AS waited, 1 AS n
    FROM incidents_incident WHERE NOT is_drill
    UNION ALL
    SELECT office, month, level, standing, event_class, origin, county, enterprise, waited, -n
    FROM incidents_incidentmove) folded
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9 HAVING sum(n) <> 0;
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0046_standing")]

    operations = [
        migrations.CreateModel(
            name="IncidentCell",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("office", models.BigIntegerField()),
                ("month", models.DateField()),
                ("level", models.SmallIntegerField()),
                (
                    "standing",
                    models.CharField(
                        choices=[("stands", "成立"), ("dismissed", "不成立"), ("merged", "已并入")],
                        max_length=9,
                    ),
                ),
                ("n", models.IntegerField()),
                ("event_class", models.BigIntegerField()),
                ("origin", models.CharField(max_length=20)),
                ("county", models.BigIntegerField()),
                ("enterprise", models.BigIntegerField(null=True)),
                ("waited", models.IntegerField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["month"], name="cell_by_month"),
                    models.Index(fields=["event_class", "month"], name="cell_by_event_class"),
                    models.Index(fields=["county", "month"], name="cell_by_county"),
                    models.Index(fields=["enterprise", "month"], name="cell_by_enterprise"),
                ],
            },
        ),
        migrations.RunSQL("SET LOCAL statement_timeout = 0", migrations.RunSQL.noop),
        migrations.RunSQL(UP_TO_NOW, migrations.RunSQL.noop),
    ]
