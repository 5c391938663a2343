"""A city has one emergency office, which is never out of use: whatever is filed comes to it (§2.2.1, 2.2.3). And who takes part
in a drill can't be emptied away (§8.3)."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

NEVER_EMPTIED = """
CREATE TRIGGER participants_are_never_emptied BEFORE TRUNCATE ON incidents_drillparticipant
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    lint_ignored = {"require-concurrent-index-creation": "organisations: 40 rows"}

    dependencies = [("incidents", "0001_squashed_0048_revised")]

    operations = [
        AddConstraintNotValid(
            "organization",
            models.CheckConstraint(
                name="office_stays",
                condition=~models.Q(kind="OFFICE") | models.Q(is_active=True),
                violation_error_message="应急办不能停用：本市的报告都由它受理。（§2.2.3）",
            ),
        ),
        migrations.AddConstraint(
            "organization",
            models.UniqueConstraint(
                fields=["parent"],
                condition=models.Q(kind="OFFICE"),
                name="one_office_under_a_headquarters",
                violation_error_message="这个指挥部已有应急办：一个指挥部只设一个。（§2.2.1）",
            ),
        ),
        migrations.RunSQL(
            NEVER_EMPTIED, "DROP TRIGGER participants_are_never_emptied ON incidents_drillparticipant"
        ),
    ]
