"""A key period's last day may move, each time with a reason that stays (§4.1)."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

GUARDS = """
CREATE TRIGGER key_period_move_stands BEFORE UPDATE OR DELETE ON incidents_keyperiodmove
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER key_period_moves_stay BEFORE TRUNCATE ON incidents_keyperiodmove
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE FUNCTION refuse_end_that_was_not_said() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM incidents_keyperiodmove said
        WHERE said.period_id = NEW.id AND said.former = OLD.ends_on AND said.ends_on = NEW.ends_on) THEN
        RAISE EXCEPTION 'the last day of a key period moves by a KeyPeriodMove alone (4.1)'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER key_period_stays_as_declared ON incidents_keyperiod;
CREATE TRIGGER key_period_stays_as_declared
    BEFORE UPDATE OF number, office_id, kind, name, starts_on, due_by, note, declared_at, declared_by_id
    ON incidents_keyperiod FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER key_period_end_is_said BEFORE UPDATE OF ends_on ON incidents_keyperiod
    FOR EACH ROW WHEN (OLD.ends_on <> NEW.ends_on) EXECUTE FUNCTION refuse_end_that_was_not_said();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0045_resources"),
    ]

    operations = [
        migrations.CreateModel(
            name="KeyPeriodMove",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("former", models.DateField(verbose_name="原止日")),
                ("ends_on", models.DateField(verbose_name="改为")),
                ("reason", models.CharField(max_length=300, verbose_name="理由")),
                ("moved_at", models.DateTimeField(verbose_name="更改时间")),
                (
                    "moved_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.post",
                        verbose_name="更改岗位",
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moves",
                        to="incidents.keyperiod",
                        verbose_name="重点时期",
                    ),
                ),
            ],
            options={
                "verbose_name": "重点时期止日更改",
                "verbose_name_plural": "重点时期止日更改",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=~Q(ends_on=F("former")) & ~Q(reason=""), name="key_period_move_moves"
                    )
                ],
            },
        ),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
