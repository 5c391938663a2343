"""Warnings are found by what came in, too."""

import django.contrib.postgres.indexes
import django.db.models.expressions
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("alerts", "0031_drills")]

    operations = [
        migrations.RunSQL("SET statement_timeout = 0", "SET statement_timeout = 0"),
        RemoveIndexConcurrently(model_name="warning", name="warning_words"),
        AddIndexConcurrently(
            model_name="warning",
            index=django.contrib.postgres.indexes.GinIndex(
                django.db.models.expressions.RawSQL(
                    "array_to_tsvector(char_pairs(number || ' ' || title || ' ' || place || ' ' || risk || ' ' || may_follow || ' ' || measures_taken))",
                    [],
                ),
                name="warning_words",
            ),
        ),
        migrations.RunSQL("RESET statement_timeout", "RESET statement_timeout"),
    ]
