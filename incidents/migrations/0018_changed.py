"""Rows know the transaction that last wrote them, for lists that miss nothing (`incidents.changes`)."""

from django.db import migrations

from incidents.changes import NOTE_CHANGE, noting

TABLES = (
    "incidents_incident",
    "incidents_incident_counties_affected",
    "incidents_report",
    "incidents_oralclaim",
    "incidents_attachment",
    "incidents_ledgerentry",
    "incidents_response",
    "incidents_responsebody",
    "incidents_taskorder",
    "incidents_orderprogress",
    "incidents_supportrequest",
    "incidents_notice",
    "incidents_noticeaddressee",
    "incidents_attendance",
    "incidents_workinggroup",
    "incidents_workinggroup_members",
)
SHOWN_OF_A_BODY = ("code", "name", "short_name", "parent_id")


class Migration(migrations.Migration):
    dependencies = [("incidents", "0017_sandbox")]

    operations = [
        migrations.RunSQL(NOTE_CHANGE, "DROP FUNCTION note_change()"),
        *(migrations.RunSQL(*noting(table)) for table in TABLES),
        migrations.RunSQL(*noting("incidents_organization", of=SHOWN_OF_A_BODY)),
        migrations.RunSQL(*noting("incidents_post", of=("title",))),
    ]
