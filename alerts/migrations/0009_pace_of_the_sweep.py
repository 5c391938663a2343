"""Fewer indexes to write for each fired step, each covered by another; dead rows of debts are cleared away early."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0008_warning_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(
            """ALTER TABLE alerts_deadline SET (autovacuum_vacuum_scale_factor = 0.01,
                autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0)""",
            """ALTER TABLE alerts_deadline RESET (autovacuum_vacuum_scale_factor,
                autovacuum_vacuum_threshold, autovacuum_vacuum_cost_delay)""",
        ),
        migrations.AlterField(
            model_name="firedstep",
            name="deadline",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="fired_steps",
                to="alerts.deadline",
            ),
        ),
        migrations.AlterField(
            model_name="notification",
            name="fired_step",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notifications",
                to="alerts.firedstep",
            ),
        ),
        migrations.AlterField(
            model_name="notification",
            name="person",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notifications",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
