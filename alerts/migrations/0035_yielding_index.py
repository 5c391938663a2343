"""An index finds the few debts that yield (`Deadline.yields`)."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("alerts", "0034_yielding")]

    operations = [
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
