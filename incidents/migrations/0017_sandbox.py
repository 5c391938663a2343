"""The mark of a drill, set once; and orders that only a drill may give without a commander's post.

The column has a constant default: on a big table it is added at once, without rewriting a row.
"""

import django.db.models.deletion
from django.db import migrations, models

GUARDS = """
CREATE FUNCTION refuse_change_of_drill() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% %: is_drill is set once', TG_TABLE_NAME, OLD.number USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER drill_stays_drill BEFORE UPDATE ON incidents_incident
    FOR EACH ROW WHEN (OLD.is_drill <> NEW.is_drill) EXECUTE FUNCTION refuse_change_of_drill();

CREATE FUNCTION refuse_order_of_nobody() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT (SELECT is_drill FROM incidents_incident WHERE id = NEW.incident_id) THEN
        RAISE EXCEPTION 'order %: no post has issued it', NEW.number USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER order_has_its_post BEFORE INSERT OR UPDATE ON incidents_taskorder
    FOR EACH ROW WHEN (NEW.issued_by_id IS NULL) EXECUTE FUNCTION refuse_order_of_nobody();
"""
BACK = """
DROP TRIGGER order_has_its_post ON incidents_taskorder;
DROP FUNCTION refuse_order_of_nobody;
DROP TRIGGER drill_stays_drill ON incidents_incident;
DROP FUNCTION refuse_change_of_drill;
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0016_key_rotation_and_signing")]

    operations = [
        migrations.AddField(
            "incident",
            "is_drill",
            models.BooleanField("演练", db_default=False, default=False, editable=False),
        ),
        migrations.AlterField("numberseries", "prefix", models.CharField(max_length=16)),
        migrations.AlterField(
            "taskorder",
            "issued_by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="incidents.post",
                verbose_name="下达岗位",
            ),
        ),
        migrations.RunSQL(GUARDS, BACK),
    ]
