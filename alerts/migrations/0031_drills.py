"""No warning information begins in a drill that does not run."""

from django.db import migrations

GUARD = """
CREATE TRIGGER warning_of_a_running_drill BEFORE INSERT ON alerts_warning
    FOR EACH ROW WHEN (NEW.drill_id IS NOT NULL) EXECUTE FUNCTION refuse_unless_drill_runs();
"""


class Migration(migrations.Migration):
    dependencies = [("alerts", "0030_never_emptied"), ("incidents", "0043_drills")]

    operations = [migrations.RunSQL(GUARD, "DROP TRIGGER warning_of_a_running_drill ON alerts_warning")]
