"""The incidents of a drill are found without reading the others; made while the product goes on."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("incidents", "0035_drills")]

    operations = [
        AddIndexConcurrently(
            "incident",
            models.Index(
                condition=models.Q(("drill__isnull", False)), fields=["drill"], name="incident_drill"
            ),
        )
    ]
