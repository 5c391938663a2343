"""What is held of a common incident is held of those merged into it too."""

from django.db import migrations

WHY_NOT = """
CREATE OR REPLACE FUNCTION why_not_erased(subject bigint) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN EXISTS (
            SELECT FROM incidents_incident its JOIN incidents_legalhold held
              ON held.incident_id IN (its.id, its.merged_into_id) AND held.released_at IS NULL
            WHERE its.id = subject)
            THEN 'under a legal hold'
        WHEN EXISTS (
            SELECT FROM incidents_incident its LEFT JOIN incidents_incident common ON common.id = its.merged_into_id
            WHERE its.id = subject
              AND CASE WHEN its.status = 'merged' THEN common.status ELSE its.status END
                  NOT IN ('closed', 'dismissed'))
            THEN 'of an incident that is not over'
    END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0028_filing_indexes")]

    operations = [migrations.RunSQL(WHY_NOT, migrations.RunSQL.noop)]
