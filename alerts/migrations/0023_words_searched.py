"""What is sought in words is found by an index, made while the tables are in use."""

import django.contrib.postgres.indexes
import django.db.models.expressions
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("alerts", "0001_squashed_0022_filing_indexes"),
        ("incidents", "0029_words_searched"),
    ]

    operations = [
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
    ]
