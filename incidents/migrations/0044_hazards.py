"""What a firm has entered stays as it came: which file was filed as whose plan, which rule was stated, whose a hazard is."""

from django.db import migrations

KEPT = {
    "filedplan": "body_id number name version adopted_on file_id filed_at filed_by_id key_id",
    "safetyrule": "body_id name adopted_on file_id stated_at stated_by_id key_id",
    "hazard": "body_id number registered_at source ref",
    "finding": "inspection_id number serial",
}


def _row(which: str, columns: str) -> str:
    return ", ".join(f"{which}.{column}" for column in columns.split())


GUARD = "".join(
    f"""
CREATE TRIGGER {table}_stays_as_it_came BEFORE UPDATE ON incidents_{table} FOR EACH ROW
    WHEN (({_row("OLD", columns)}) IS DISTINCT FROM ({_row("NEW", columns)}))
    EXECUTE FUNCTION refuse_change();
"""
    for table, columns in KEPT.items()
)


class Migration(migrations.Migration):
    dependencies = [("incidents", "0043_drills")]

    operations = [
        migrations.RunSQL(
            GUARD, "".join(f"DROP TRIGGER {table}_stays_as_it_came ON incidents_{table};" for table in KEPT)
        )
    ]
