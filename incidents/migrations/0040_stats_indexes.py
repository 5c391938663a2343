"""Drills apart, by time of receipt. The list behind each figure goes by `incident_received` (0041)."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("incidents", "0039_stats")]

    operations = [
        AddIndexConcurrently(
            "incident",
            models.Index(fields=["received_at"], name="incident_drilled", condition=models.Q(is_drill=True)),
        ),
    ]
