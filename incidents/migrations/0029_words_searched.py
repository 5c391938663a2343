"""What is sought in words is found by an index, made while the tables are in use."""

import django.contrib.postgres.indexes
import django.db.models.expressions
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("incidents", "0001_squashed_0028_filing_indexes"),
    ]

    operations = [
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
    ]
