"""A training knows the course that it was passed on (§8.2)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0024_undertakings_at_hand"),
        ("incidents", "0033_training"),
    ]

    lint_ignored = {
        "adding-foreign-key-constraint": "trainings: a few hundred rows, and none of them points anywhere yet",
        "require-concurrent-index-creation": "likewise",
    }

    operations = [
        migrations.AddField(
            model_name="training",
            name="attendance",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="trainings",
                to="incidents.courseattendance",
                verbose_name="参训记录",
            ),
        ),
    ]
