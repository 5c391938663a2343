"""Rows know the transaction that last wrote them, for lists that miss nothing (`incidents.changes`)."""

from django.db import migrations

from incidents.changes import noting

TABLES = (
    "alerts_deadline",
    "alerts_warning",
    "alerts_warning_counties_affected",
    "alerts_bulletin",
    "alerts_bulletinreceipt",
    "alerts_noticereceipt",
)


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0016_sandbox"),
        ("incidents", "0018_changed"),
    ]

    operations = [migrations.RunSQL(*noting(table)) for table in TABLES]
