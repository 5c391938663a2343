"""What a firm's other lists show knows the transaction that last wrote it, too (`incidents.changes`)."""

from django.db import migrations

from incidents.changes import noting, noting_more

TABLES = (
    "incidents_ownplan",
    "incidents_callup",
    "incidents_evaluationinput",
    "incidents_improvement",
    "incidents_meeting",
    "incidents_meetingdecision",
    "incidents_scheme",
    "incidents_schemeversion",
)
OF_A_POST = ("title", "person_id", "organization_id", "role", "is_active")
OF_A_BODY = ("code", "name", "short_name", "parent_id", "kind", "county_id", "is_active")
"""By its name and place, and by whether it keeps a desk."""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0019_acts_by_keys")]

    operations = [
        *(migrations.RunSQL(*noting(table)) for table in TABLES),
        migrations.RunSQL(*noting("incidents_user", of=("username", "name", "is_active"))),
        migrations.RunSQL(*noting_more("incidents_post", of=OF_A_POST, before=("title",))),
        migrations.RunSQL(
            "ALTER TABLE incidents_post ALTER COLUMN changed_xid SET DEFAULT pg_current_xact_id()",
            "ALTER TABLE incidents_post ALTER COLUMN changed_xid SET DEFAULT '3'",
        ),
        migrations.RunSQL(*noting_more("incidents_organization", of=OF_A_BODY, before=OF_A_BODY[:4])),
    ]
