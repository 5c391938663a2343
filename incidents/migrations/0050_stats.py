"""The moments of few incidents stand beside what these are counted by, so that no figure reads the incidents themselves."""

from django.db import migrations, models

NOTED = """
CREATE OR REPLACE FUNCTION note_moment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    proposed timestamptz;
    approved timestamptz;
    ordered timestamptz;
BEGIN
    IF TG_TABLE_NAME = 'incidents_taskorder' THEN
        ordered := NEW.issued_at;
    ELSE
        proposed := NEW.created_at;
        approved := CASE WHEN NEW.refused_reason = '' THEN NEW.decided_at END;
    END IF;
    INSERT INTO incidents_incidentmoment AS first (incident, received_at, {kept}proposed_at, approved_at, ordered_at)
    SELECT id, received_at, {known}proposed, approved, ordered
    FROM incidents_incident WHERE id = NEW.incident_id AND NOT is_drill
    ON CONFLICT (incident) DO UPDATE SET proposed_at = least(first.proposed_at, EXCLUDED.proposed_at),
        approved_at = least(first.approved_at, EXCLUDED.approved_at),
        ordered_at = least(first.ordered_at, EXCLUDED.ordered_at);
    RETURN NULL;
END $$;
"""
KEPT = "office, level, standing, event_class, origin, county, enterprise"
KNOWN = "{0}office_id, coalesce({0}level, {0}proposed_level), standing_of({0}status), {0}event_class_id, {0}origin, {0}county_id, {0}enterprise_id"
BESIDE = NOTED.format(kept=f"{KEPT}, ", known=f"{KNOWN.format('')}, ")
FOLLOWED = f"""
CREATE FUNCTION moment_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE incidents_incidentmoment SET (received_at, {KEPT}) = ROW (NEW.received_at, {KNOWN.format("NEW.")})
    WHERE incident = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER moment_follows_incident AFTER UPDATE ON incidents_incident
    FOR EACH ROW WHEN (NOT NEW.is_drill AND
        (OLD.received_at, {KNOWN.format("OLD.")}) IS DISTINCT FROM (NEW.received_at, {KNOWN.format("NEW.")}))
    EXECUTE FUNCTION moment_follows();
"""
FEW_SO_FAR = f"""
UPDATE incidents_incidentmoment moment SET ({KEPT}) = ROW ({KNOWN.format("incident.")})
FROM incidents_incident incident WHERE incident.id = moment.incident;
"""
UNDO = """
DROP TRIGGER moment_follows_incident ON incidents_incident;
DROP FUNCTION moment_follows();
""" + NOTED.format(kept="", known="")


class Migration(migrations.Migration):
    dependencies = [("incidents", "0049_what_stays")]

    operations = [
        *(
            migrations.AddField("incidentmoment", name, models.BigIntegerField(null=True))
            for name in ("office", "event_class", "county", "enterprise")
        ),
        migrations.AddField("incidentmoment", "level", models.SmallIntegerField(null=True)),
        migrations.AddField("incidentmoment", "origin", models.CharField(max_length=20, null=True)),
        migrations.AddField(
            "incidentmoment",
            "standing",
            models.CharField(
                choices=[("stands", "成立"), ("dismissed", "不成立"), ("merged", "已并入")],
                max_length=9,
                null=True,
            ),
        ),
        migrations.RunSQL(BESIDE + FOLLOWED, UNDO),
        migrations.RunSQL("SET LOCAL statement_timeout = 0", migrations.RunSQL.noop),
        migrations.RunSQL(FEW_SO_FAR, migrations.RunSQL.noop),
    ]
