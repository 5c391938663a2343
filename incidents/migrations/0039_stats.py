"""The figures on incidents, kept by triggers in the transaction that changes them (incidents/models/tally.py)."""

from django.db import migrations, models

FUNCTIONS = """
CREATE FUNCTION city_month(at timestamptz) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN date_trunc('month', at AT TIME ZONE 'Asia/Shanghai')::date;

CREATE FUNCTION standing_of(status text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN status IN ('dismissed', 'merged') THEN status ELSE 'stands' END;

CREATE FUNCTION minutes_waited(since timestamptz, until timestamptz) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN until IS NOT NULL
    THEN greatest(0, least(43200, floor(extract(epoch FROM until - since) / 60)))::int END;

CREATE FUNCTION tally_incident() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO incidents_incidentmove
            (office, month, level, standing, event_class, origin, county, enterprise, waited, n)
        VALUES (OLD.office_id, city_month(OLD.received_at), coalesce(OLD.level, OLD.proposed_level),
            standing_of(OLD.status), OLD.event_class_id, OLD.origin, OLD.county_id, OLD.enterprise_id,
            minutes_waited(OLD.received_at, OLD.graded_at), -1);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO incidents_incidentmove
            (office, month, level, standing, event_class, origin, county, enterprise, waited, n)
        VALUES (NEW.office_id, city_month(NEW.received_at), coalesce(NEW.level, NEW.proposed_level),
            standing_of(NEW.status), NEW.event_class_id, NEW.origin, NEW.county_id, NEW.enterprise_id,
            minutes_waited(NEW.received_at, NEW.graded_at), 1);
    END IF;
    RETURN NULL;
END $$;
"""
TRIGGERS = """
CREATE TRIGGER incident_is_tallied AFTER INSERT ON incidents_incident
    FOR EACH ROW WHEN (NOT NEW.is_drill) EXECUTE FUNCTION tally_incident();
CREATE TRIGGER gone_incident_is_tallied AFTER DELETE ON incidents_incident
    FOR EACH ROW WHEN (NOT OLD.is_drill) EXECUTE FUNCTION tally_incident();
CREATE TRIGGER changed_incident_is_tallied AFTER UPDATE ON incidents_incident
    FOR EACH ROW WHEN (NOT NEW.is_drill AND
        (OLD.office_id, OLD.received_at, OLD.graded_at, coalesce(OLD.level, OLD.proposed_level), standing_of(OLD.status),
            OLD.event_class_id, OLD.origin, OLD.county_id, OLD.enterprise_id)
        IS DISTINCT FROM
        (NEW.office_id, NEW.received_at, NEW.graded_at, coalesce(NEW.level, NEW.proposed_level), standing_of(NEW.status),
            NEW.event_class_id, NEW.origin, NEW.county_id, NEW.enterprise_id))
    EXECUTE FUNCTION tally_incident();
"""
MOMENTS = """
CREATE FUNCTION note_moment() RETURNS trigger LANGUAGE plpgsql AS $$
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
    INSERT INTO incidents_incidentmoment AS first (incident, received_at, proposed_at, approved_at, ordered_at)
    SELECT id, received_at, proposed, approved, ordered
    FROM incidents_incident WHERE id = NEW.incident_id AND NOT is_drill
    ON CONFLICT (incident) DO UPDATE SET proposed_at = least(first.proposed_at, EXCLUDED.proposed_at),
        approved_at = least(first.approved_at, EXCLUDED.approved_at),
        ordered_at = least(first.ordered_at, EXCLUDED.ordered_at);
    RETURN NULL;
END $$;
CREATE TRIGGER response_is_a_moment AFTER INSERT OR UPDATE ON incidents_response
    FOR EACH ROW WHEN (NEW.level = 3) EXECUTE FUNCTION note_moment();
CREATE TRIGGER order_is_a_moment AFTER INSERT ON incidents_taskorder
    FOR EACH ROW EXECUTE FUNCTION note_moment();
"""
UP_TO_NOW = """
INSERT INTO incidents_incidentmoment (incident, received_at, proposed_at, approved_at, ordered_at)
SELECT incident.id, received_at, min(proposed), min(approved), min(ordered)
FROM incidents_incident incident JOIN (
    SELECT incident_id, created_at AS proposed, CASE WHEN refused_reason = '' THEN decided_at END AS approved,
        NULL::timestamptz AS ordered
    FROM incidents_response WHERE level = 3
    UNION ALL
    SELECT incident_id, NULL, NULL, issued_at FROM incidents_taskorder) moment ON moment.incident_id = incident.id
WHERE NOT is_drill GROUP BY incident.id;
INSERT INTO incidents_incidentmove
    (office, month, level, standing, event_class, origin, county, enterprise, waited, n)
SELECT office_id, city_month(received_at), coalesce(level, proposed_level), standing_of(status), event_class_id, origin,
    county_id, enterprise_id, minutes_waited(received_at, graded_at), 1
FROM incidents_incident WHERE NOT is_drill;
"""
UNDO = """
DROP TRIGGER response_is_a_moment ON incidents_response;
DROP TRIGGER order_is_a_moment ON incidents_taskorder;
DROP FUNCTION note_moment();
DROP TRIGGER incident_is_tallied ON incidents_incident;
DROP TRIGGER gone_incident_is_tallied ON incidents_incident;
DROP TRIGGER changed_incident_is_tallied ON incidents_incident;
DROP FUNCTION tally_incident();
DROP FUNCTION city_month(timestamptz);
DROP FUNCTION standing_of(text);
DROP FUNCTION minutes_waited(timestamptz, timestamptz);
"""

STANDING = [("stands", "成立"), ("dismissed", "不成立"), ("merged", "已并入")]
KIND = [
    ("all", "合计"),
    ("class", "事件类别"),
    ("county", "县区"),
    ("firm", "企业"),
    ("origin", "起因源头"),
    ("waited", "接报至定级（分钟）"),
]


def counted() -> list:
    key = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")
    return [
        ("id", key),
        ("office", models.BigIntegerField()),
        ("month", models.DateField()),
        ("level", models.SmallIntegerField()),
        ("standing", models.CharField(choices=STANDING, max_length=9)),
        ("n", models.IntegerField()),
    ]


class Migration(migrations.Migration):
    dependencies = [("incidents", "0038_revisions")]

    operations = [
        migrations.CreateModel(
            name="IncidentMove",
            fields=[
                *counted(),
                ("event_class", models.BigIntegerField()),
                ("origin", models.CharField(max_length=20)),
                ("county", models.BigIntegerField()),
                ("enterprise", models.BigIntegerField(null=True)),
                ("waited", models.IntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="IncidentTally",
            fields=[
                *counted(),
                ("kind", models.CharField(choices=KIND, max_length=6)),
                ("key", models.CharField(max_length=20)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("office", "month", "kind", "key", "level", "standing"), name="one_sum_per_key"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="IncidentMoment",
            fields=[
                ("incident", models.BigIntegerField(primary_key=True, serialize=False)),
                ("received_at", models.DateTimeField()),
                ("proposed_at", models.DateTimeField(null=True)),
                ("approved_at", models.DateTimeField(null=True)),
                ("ordered_at", models.DateTimeField(null=True)),
            ],
            options={"indexes": [models.Index(fields=["received_at"], name="moment_by_receipt")]},
        ),
        migrations.RunSQL(FUNCTIONS + TRIGGERS + MOMENTS, UNDO),
        migrations.RunSQL(UP_TO_NOW, migrations.RunSQL.noop),
    ]
