"""What a trigger guards row by row can't be emptied at a stroke: undertakings."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("alerts", "0029_scale")]

    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER undertaking_is_never_emptied BEFORE TRUNCATE ON alerts_undertaking"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();",
            "DROP TRIGGER undertaking_is_never_emptied ON alerts_undertaking;",
        )
    ]
