"""A debt that a firm met while it was wrongly named in an incident is told apart: the office counts it, the firm does not see
it (alerts/models/tally.py). Each step commits by itself, so that nobody who files waits for the counting."""

from django.db import migrations, models

FUNCTIONS = """
CREATE OR REPLACE FUNCTION named_instead(debt alerts_deadline, enterprise bigint) RETURNS bigint
LANGUAGE sql STABLE AS $$
SELECT CASE WHEN debt.order_id IS NULL AND enterprise IS DISTINCT FROM debt.debtor_id AND EXISTS (
    SELECT FROM incidents_organization WHERE id = debt.debtor_id AND kind = 'ENTERPRISE')
    THEN coalesce(enterprise, 0) END
$$;

CREATE OR REPLACE FUNCTION add_to_debt_tally(debt alerts_deadline, change int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO alerts_debttally (office, rule, debtor, named, month, in_time, n)
    SELECT office_id, debt.rule_id, debt.debtor_id, named, city_month(debt.due_at),
        debt.met_at < debt.due_at + interval '1 second', change
    FROM (
        SELECT office_id, named_instead(debt, enterprise_id) AS named
        FROM incidents_incident WHERE id = debt.incident_id AND NOT is_drill
        UNION ALL
        SELECT office_id, NULL FROM alerts_warning WHERE id = debt.warning_id AND NOT is_drill
        UNION ALL
        SELECT office_id, NULL FROM alerts_undertaking WHERE id = debt.undertaking_id) subject;
END $$;

CREATE OR REPLACE FUNCTION tally_debt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.counted AND OLD.met_at IS NOT NULL THEN
        PERFORM add_to_debt_tally(OLD, -1);
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.counted AND NEW.met_at IS NOT NULL THEN
        PERFORM add_to_debt_tally(NEW, 1);
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION rename_in_debt_tally() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO alerts_debttally (office, rule, debtor, named, month, in_time, n)
    SELECT NEW.office_id, rule_id, debtor_id, named_instead(debt, change.enterprise), city_month(due_at),
        met_at < due_at + interval '1 second', change.n
    FROM alerts_deadline debt, (VALUES (OLD.enterprise_id, -1), (NEW.enterprise_id, 1)) change (enterprise, n)
    WHERE incident_id = NEW.id AND counted AND met_at IS NOT NULL;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER renamed_firm_is_tallied AFTER UPDATE ON incidents_incident
    FOR EACH ROW WHEN (NOT NEW.is_drill AND OLD.enterprise_id IS DISTINCT FROM NEW.enterprise_id)
    EXECUTE FUNCTION rename_in_debt_tally();
"""
ANEW = """
WITH gone AS (DELETE FROM alerts_debttally)
INSERT INTO alerts_debttally (office, rule, debtor, named, month, in_time, n)
SELECT coalesce(incident.office_id, warning.office_id, undertaking.office_id), rule_id, debtor_id,
    CASE WHEN incident.enterprise_id IS DISTINCT FROM debtor_id AND incident.id IS NOT NULL
        THEN named_instead(debt, incident.enterprise_id) END, city_month(due_at),
    met_at < due_at + interval '1 second', count(*)
FROM alerts_deadline debt
LEFT JOIN incidents_incident incident ON incident.id = debt.incident_id AND NOT incident.is_drill
LEFT JOIN alerts_warning warning ON warning.id = debt.warning_id AND NOT warning.is_drill
LEFT JOIN alerts_undertaking undertaking ON undertaking.id = debt.undertaking_id
WHERE counted AND met_at IS NOT NULL
    AND coalesce(incident.office_id, warning.office_id, undertaking.office_id) IS NOT NULL
GROUP BY 1, 2, 3, 4, 5, 6;
"""
UNDO = """
DROP TRIGGER renamed_firm_is_tallied ON incidents_incident;
DROP FUNCTION rename_in_debt_tally();
CREATE OR REPLACE FUNCTION add_to_debt_tally(debt alerts_deadline, change int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO alerts_debttally (office, rule, debtor, month, in_time, n)
    SELECT office_id, debt.rule_id, debt.debtor_id, city_month(debt.due_at),
        debt.met_at < debt.due_at + interval '1 second', change
    FROM (
        SELECT office_id FROM incidents_incident WHERE id = debt.incident_id AND NOT is_drill
        UNION ALL
        SELECT office_id FROM alerts_warning WHERE id = debt.warning_id AND NOT is_drill
        UNION ALL
        SELECT office_id FROM alerts_undertaking WHERE id = debt.undertaking_id) subject;
END $$;
DROP FUNCTION named_instead(alerts_deadline, bigint);
"""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("alerts", "0032_screens"), ("incidents", "0047_stats_cells")]

    operations = [
        migrations.AddField("debttally", "named", models.BigIntegerField(null=True)),
        migrations.RunSQL(FUNCTIONS, UNDO),
        migrations.RunSQL("SET statement_timeout = 0", migrations.RunSQL.noop),
        migrations.RunSQL(ANEW, migrations.RunSQL.noop),
        migrations.RunSQL("RESET statement_timeout", migrations.RunSQL.noop),
    ]
