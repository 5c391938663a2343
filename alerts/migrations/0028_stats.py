"""The figures on punctuality, kept by a trigger in the transaction that settles a debt (alerts/models/tally.py)."""

from django.db import migrations, models

FUNCTIONS = """
CREATE FUNCTION tally_debt() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_office bigint;
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.counted AND OLD.met_at IS NOT NULL THEN
        IF OLD.incident_id IS NOT NULL THEN
            SELECT office_id INTO of_office FROM incidents_incident WHERE id = OLD.incident_id AND NOT is_drill;
        ELSIF OLD.warning_id IS NOT NULL THEN
            SELECT office_id INTO of_office FROM alerts_warning WHERE id = OLD.warning_id AND NOT is_drill;
        ELSE
            SELECT office_id INTO of_office FROM alerts_undertaking WHERE id = OLD.undertaking_id;
        END IF;
        IF of_office IS NOT NULL THEN
            INSERT INTO alerts_debttally (office, rule, debtor, month, in_time, n)
            VALUES (of_office, OLD.rule_id, OLD.debtor_id, city_month(OLD.due_at),
                OLD.met_at < OLD.due_at + interval '1 second', -1);
        END IF;
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.counted AND NEW.met_at IS NOT NULL THEN
        IF NEW.incident_id IS NOT NULL THEN
            SELECT office_id INTO of_office FROM incidents_incident WHERE id = NEW.incident_id AND NOT is_drill;
        ELSIF NEW.warning_id IS NOT NULL THEN
            SELECT office_id INTO of_office FROM alerts_warning WHERE id = NEW.warning_id AND NOT is_drill;
        ELSE
            SELECT office_id INTO of_office FROM alerts_undertaking WHERE id = NEW.undertaking_id;
        END IF;
        IF of_office IS NOT NULL THEN
            INSERT INTO alerts_debttally (office, rule, debtor, month, in_time, n)
            VALUES (of_office, NEW.rule_id, NEW.debtor_id, city_month(NEW.due_at),
                NEW.met_at < NEW.due_at + interval '1 second', 1);
        END IF;
    END IF;
    RETURN NULL;
END $$;
"""
TRIGGERS = """
CREATE TRIGGER met_debt_is_tallied AFTER INSERT ON alerts_deadline
    FOR EACH ROW WHEN (NEW.met_at IS NOT NULL AND NEW.counted) EXECUTE FUNCTION tally_debt();
CREATE TRIGGER gone_debt_is_tallied AFTER DELETE ON alerts_deadline
    FOR EACH ROW WHEN (OLD.met_at IS NOT NULL AND OLD.counted) EXECUTE FUNCTION tally_debt();
CREATE TRIGGER settled_debt_is_tallied AFTER UPDATE ON alerts_deadline
    FOR EACH ROW WHEN (
        (NEW.met_at IS NOT NULL OR OLD.met_at IS NOT NULL)
        AND (OLD.met_at, OLD.due_at, OLD.counted, OLD.rule_id, OLD.debtor_id, OLD.incident_id, OLD.warning_id, OLD.undertaking_id)
        IS DISTINCT FROM (NEW.met_at, NEW.due_at, NEW.counted, NEW.rule_id, NEW.debtor_id, NEW.incident_id, NEW.warning_id, NEW.undertaking_id))
    EXECUTE FUNCTION tally_debt();
"""
UP_TO_NOW = """
INSERT INTO alerts_debttally (office, rule, debtor, month, in_time, n)
SELECT subject.office_id, rule_id, debtor_id, city_month(due_at), met_at < due_at + interval '1 second', count(*)
FROM alerts_deadline debt
JOIN LATERAL (
    SELECT office_id FROM incidents_incident WHERE id = debt.incident_id AND NOT is_drill
    UNION ALL
    SELECT office_id FROM alerts_warning WHERE id = debt.warning_id AND NOT is_drill
    UNION ALL
    SELECT office_id FROM alerts_undertaking WHERE id = debt.undertaking_id) subject ON true
WHERE counted AND met_at IS NOT NULL GROUP BY 1, 2, 3, 4, 5;
"""
UNDO = """
DROP TRIGGER met_debt_is_tallied ON alerts_deadline;
DROP TRIGGER gone_debt_is_tallied ON alerts_deadline;
DROP TRIGGER settled_debt_is_tallied ON alerts_deadline;
DROP FUNCTION tally_debt();
"""


class Migration(migrations.Migration):
    dependencies = [("alerts", "0027_drill_indexes"), ("incidents", "0039_stats")]

    operations = [
        migrations.CreateModel(
            name="DebtTally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("office", models.BigIntegerField()),
                ("rule", models.BigIntegerField()),
                ("debtor", models.BigIntegerField()),
                ("month", models.DateField()),
                ("in_time", models.BooleanField()),
                ("n", models.IntegerField()),
            ],
        ),
        migrations.RunSQL(FUNCTIONS + TRIGGERS, UNDO),
        migrations.RunSQL(UP_TO_NOW, migrations.RunSQL.noop),
    ]
