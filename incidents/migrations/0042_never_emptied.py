"""What a trigger guards row by row can't be emptied at a stroke: the tables of preparedness."""

from django.db import migrations

TABLES = (
    "filedplan",
    "finding",
    "hazard",
    "keyperiod",
    "resource",
    "resourcedraw",
    "rollanswer",
    "rollcall",
    "safetyrule",
)
GUARD = "".join(
    f"""
CREATE TRIGGER {table}_is_never_emptied BEFORE TRUNCATE ON incidents_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
    for table in TABLES
)


class Migration(migrations.Migration):
    dependencies = [("incidents", "0041_scale")]

    operations = [
        migrations.RunSQL(
            GUARD, "".join(f"DROP TRIGGER {table}_is_never_emptied ON incidents_{table};" for table in TABLES)
        )
    ]
