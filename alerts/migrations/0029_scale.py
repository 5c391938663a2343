"""Indexes for search and for lists that grow with the years, made while the tables are in use."""

import django.contrib.postgres.indexes
import django.db.models.expressions
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

SETTLED = """
CREATE STATISTICS deadline_settled (mcv) ON met_at, voided_at, waived_at, written_off_at, relieved_at FROM alerts_deadline;
ALTER STATISTICS deadline_settled SET STATISTICS 1000;
"""
"""How few are not settled: each of these columns is empty in many rows, all of them in hardly any: of some
millions so few that the usual sample meets none."""


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("alerts", "0028_stats"),
        ("incidents", "0041_scale"),
    ]

    operations = [
        migrations.RunSQL(
            "SET statement_timeout = 0", "SET statement_timeout = 0"
        ),  # a large table takes minutes
        AddIndexConcurrently(
            model_name="deadline",
            index=models.Index(fields=["due_at", "id"], name="deadline_due"),
        ),
        AddIndexConcurrently(
            model_name="deadline",
            index=models.Index(fields=["debtor", "due_at"], name="deadline_of_debtor"),
        ),
        AddIndexConcurrently(
            model_name="deadline",
            index=models.Index(
                condition=models.Q(
                    ("met_at", None),
                    ("relieved_at", None),
                    ("voided_at", None),
                    ("waived_at", None),
                    ("written_off_at", None),
                ),
                fields=["due_at"],
                name="deadline_answerable",
            ),
        ),
        AddIndexConcurrently(
            model_name="deadline",
            index=models.Index(
                condition=models.Q(("met_at__gt", models.F("due_at"))),
                fields=["due_at"],
                name="deadline_late",
            ),
        ),
        AddIndexConcurrently(
            model_name="deadline",
            index=models.Index(
                condition=models.Q(("waived_at__isnull", False)), fields=["due_at"], name="deadline_waived"
            ),
        ),
        AddIndexConcurrently(
            model_name="deadline",
            index=models.Index(
                condition=models.Q(("voided_at__isnull", False)), fields=["due_at"], name="deadline_void"
            ),
        ),
        AddIndexConcurrently(
            model_name="instruction",
            index=django.contrib.postgres.indexes.GinIndex(
                django.db.models.expressions.RawSQL(
                    "array_to_tsvector(char_pairs(number || ' ' || words))", []
                ),
                name="instruction_words",
            ),
        ),
        AddIndexConcurrently(
            model_name="situationbrief",
            index=django.contrib.postgres.indexes.GinIndex(
                django.db.models.expressions.RawSQL(
                    "array_to_tsvector(char_pairs(number || ' ' || document_no || ' ' || title || ' ' || place || ' ' || unit || ' ' || happened || ' ' || request))",
                    [],
                ),
                name="situationbrief_words",
            ),
        ),
        AddIndexConcurrently(
            model_name="warning",
            index=django.contrib.postgres.indexes.GinIndex(
                django.db.models.expressions.RawSQL(
                    "array_to_tsvector(char_pairs(number || ' ' || title))", []
                ),
                name="warning_words",
            ),
        ),
        migrations.RunSQL(SETTLED, "DROP STATISTICS deadline_settled"),
        migrations.RunSQL("RESET statement_timeout", "RESET statement_timeout"),
    ]
