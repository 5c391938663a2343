"""The list behind each figure, and drills apart: by time of receipt."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("incidents", "0039_stats")]

    operations = [
        AddIndexConcurrently("incident", models.Index(fields=["received_at"], name="incident_received")),
        AddIndexConcurrently(
            "incident",
            models.Index(fields=["received_at"], name="incident_drilled", condition=models.Q(is_drill=True)),
        ),
    ]
