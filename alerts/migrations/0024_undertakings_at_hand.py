"""Indexes of what is to be made ready, built beside the running system; none is written for a debt of an incident."""

from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models
from django.db.models import Q

MATTERS = ("response", "order", "support", "chase", "bulletin")


def unique(name: str, *fields: str, where: str, columns: str, of: Q, **options):
    """As Django would add it, but concurrently."""
    constraint = models.UniqueConstraint(fields=fields, condition=of, name=name, **options)
    distinct = "" if options.get("nulls_distinct", True) else "NULLS NOT DISTINCT "
    return migrations.SeparateDatabaseAndState(
        database_operations=[
            migrations.RunSQL(
                f"CREATE UNIQUE INDEX CONCURRENTLY {name} ON alerts_deadline ({columns}) {distinct}WHERE {where}",
                f"DROP INDEX CONCURRENTLY {name}",
            )
        ],
        state_operations=[migrations.AddConstraint("deadline", constraint)],
    )


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("alerts", "0023_undertakings")]

    operations = [
        ValidateConstraint(model_name="deadline", name="debt_of_one_of_three"),
        AddIndexConcurrently(
            model_name="deadline",
            index=models.Index(
                condition=Q(next_step_at__isnull=False, undertaking__isnull=False),
                fields=["next_step_at"],
                name="deadline_next_undertaken",
            ),
        ),
        AddIndexConcurrently(
            model_name="deadline",
            index=models.Index(
                condition=Q(undertaking__isnull=False), fields=["undertaking"], name="deadline_undertaking"
            ),
        ),
        unique(
            "one_standing_debt_per_round",
            "undertaking",
            "round",
            columns="undertaking_id, round",
            where="relieved_at IS NULL AND undertaking_id IS NOT NULL AND voided_at IS NULL",
            of=Q(undertaking__isnull=False, voided_at=None, relieved_at=None),
        ),
        unique(
            "one_standing_debt_of_a_rule",
            *("incident", "warning", "rule", "debtor", *MATTERS, "round"),
            columns="incident_id, warning_id, rule_id, debtor_id, "
            + "".join(f"{name}_id, " for name in MATTERS)
            + "round",
            where="relieved_at IS NULL AND undertaking_id IS NULL AND voided_at IS NULL",
            of=Q(undertaking=None, voided_at=None, relieved_at=None),
            nulls_distinct=False,
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "DROP INDEX CONCURRENTLY one_standing_debt_per_rule", migrations.RunSQL.noop
                )
            ],
            state_operations=[migrations.RemoveConstraint("deadline", "one_standing_debt_per_rule")],
        ),
    ]
