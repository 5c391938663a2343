"""Which drill a warning and a message are of; how fast a debt runs."""

import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

GUARDS = """
CREATE OR REPLACE TRIGGER drill_stays_drill BEFORE UPDATE ON alerts_warning
    FOR EACH ROW WHEN (OLD.is_drill <> NEW.is_drill OR OLD.drill_id IS DISTINCT FROM NEW.drill_id)
    EXECUTE FUNCTION refuse_change_of_drill();
"""


class Migration(migrations.Migration):
    lint_ignored = {
        "adding-foreign-key-constraint": "the columns are new: no row has anything in them to check"
    }
    dependencies = [("alerts", "0025_training"), ("incidents", "0036_drill_index")]

    operations = [
        migrations.AddField(
            model_name="deadline",
            name="pace",
            field=models.PositiveSmallIntegerField(db_default=1, default=1, verbose_name="速度"),
        ),
        migrations.AddField(
            model_name="notification",
            name="drill",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notifications",
                to="incidents.drill",
                verbose_name="演练",
            ),
        ),
        migrations.AddField(
            model_name="warning",
            name="drill",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="%(class)ss",
                to="incidents.drill",
                verbose_name="所属演练",
            ),
        ),
        AddConstraintNotValid(
            "warning",
            models.CheckConstraint(
                condition=models.Q(("drill", None), ("is_drill", True), _connector="OR"),
                name="warning_of_a_drill_is_marked",
            ),
        ),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
