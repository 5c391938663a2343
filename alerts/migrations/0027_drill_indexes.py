"""The warnings and messages of a drill are found without reading the others; made while the product goes on."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("alerts", "0026_drills")]

    operations = [
        AddIndexConcurrently(
            "notification",
            models.Index(
                condition=models.Q(("drill__isnull", False)), fields=["drill"], name="message_about_drill"
            ),
        ),
        AddIndexConcurrently(
            "warning",
            models.Index(
                condition=models.Q(("drill__isnull", False)), fields=["drill"], name="warning_drill"
            ),
        ),
    ]
