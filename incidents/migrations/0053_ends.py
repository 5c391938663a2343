"""Each end of an incident that flares up again has its own evaluation and investigation (§6.2, 6.3)."""

import django.db.models.deletion
from django.db import migrations, models

FEW = "one row of an incident that has ended: the table is small"


def _of_each_end(model: str) -> list:
    return [
        migrations.AlterField(
            model,
            "incident",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name=f"{model}s",
                to="incidents.incident",
            ),
        ),
        migrations.AddConstraint(
            model,
            models.UniqueConstraint(
                condition=models.Q(concluded_at=None), fields=("incident",), name=f"one_{model}_in_hand"
            ),
        ),
    ]


class Migration(migrations.Migration):
    lint_ignored = {
        "require-concurrent-index-creation": FEW,
        "ban-drop-constraint": "made anew in the same transaction: " + FEW,
        "adding-foreign-key-constraint": FEW,
        "constraint-missing-not-valid": FEW,
    }

    dependencies = [("incidents", "0052_broken_off")]

    operations = [*_of_each_end("evaluation"), *_of_each_end("investigation")]
