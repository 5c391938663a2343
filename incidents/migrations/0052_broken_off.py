"""A drill that is broken off says why (§8.3)."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incidents", "0051_registers")]

    operations = [
        migrations.AddField(
            "drill",
            "why_ended",
            models.CharField(
                blank=True, db_default="", default="", max_length=300, verbose_name="提前结束的原因"
            ),
        ),
        AddConstraintNotValid(
            "drill",
            models.CheckConstraint(
                name="only_an_ended_drill_says_why",
                condition=models.Q(why_ended="") | models.Q(ended_at__isnull=False),
            ),
        ),
    ]
