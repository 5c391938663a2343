"""Indexes for search and for lists that grow with the years, made while the tables are in use."""

import django.contrib.postgres.indexes
import django.db.models.expressions
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("incidents", "0040_stats_indexes"),
    ]

    operations = [
        migrations.RunSQL(
            "SET statement_timeout = 0", "SET statement_timeout = 0"
        ),  # a large table takes minutes
        AddIndexConcurrently(
            model_name="callup",
            index=django.contrib.postgres.indexes.GinIndex(
                django.db.models.expressions.RawSQL(
                    "array_to_tsvector(char_pairs(number || ' ' || what))", []
                ),
                name="callup_words",
            ),
        ),
        AddIndexConcurrently(
            model_name="incident",
            index=models.Index(
                condition=models.Q(("status__in", ["reported", "graded", "responding", "ended"])),
                fields=["status"],
                name="incident_not_closed",
            ),
        ),
        AddIndexConcurrently(
            model_name="incident",
            index=models.Index(fields=["received_at"], name="incident_received"),
        ),
        AddIndexConcurrently(
            model_name="notice",
            index=django.contrib.postgres.indexes.GinIndex(
                django.db.models.expressions.RawSQL(
                    "array_to_tsvector(char_pairs(number || ' ' || title || ' ' || words))", []
                ),
                name="notice_words",
            ),
        ),
        AddIndexConcurrently(
            model_name="publicrelease",
            index=django.contrib.postgres.indexes.GinIndex(
                django.db.models.expressions.RawSQL(
                    "array_to_tsvector(char_pairs(number || ' ' || title || ' ' || words))", []
                ),
                name="publicrelease_words",
            ),
        ),
        AddIndexConcurrently(
            model_name="report",
            index=django.contrib.postgres.indexes.GinIndex(
                django.db.models.expressions.RawSQL(
                    "array_to_tsvector(char_pairs(number || ' ' || place || ' ' || unit || ' ' || impact || ' ' || development || ' ' || measures))",
                    [],
                ),
                name="report_words",
            ),
        ),
        AddIndexConcurrently(
            model_name="taskorder",
            index=django.contrib.postgres.indexes.GinIndex(
                django.db.models.expressions.RawSQL(
                    "array_to_tsvector(char_pairs(number || ' ' || task || ' ' || requirements || ' ' || execution_report))",
                    [],
                ),
                name="taskorder_words",
            ),
        ),
        RemoveIndexConcurrently(
            model_name="incident",
            name="incident_under_way",
        ),
        migrations.RunSQL("RESET statement_timeout", "RESET statement_timeout"),
    ]
