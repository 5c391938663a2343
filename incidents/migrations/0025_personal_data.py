"""Personal data can be erased, and nothing else about these rows can: only to the mark (or to nothing, beside the
ledger), only of an incident that is over and under no hold (domain §6)."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

RULES = """
CREATE FUNCTION why_not_erased(subject bigint) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN EXISTS (SELECT FROM incidents_legalhold WHERE incident_id = subject AND released_at IS NULL)
            THEN 'under a legal hold'
        WHEN EXISTS (
            SELECT FROM incidents_incident its LEFT JOIN incidents_incident common ON common.id = its.merged_into_id
            WHERE its.id = subject
              AND CASE WHEN its.status = 'merged' THEN common.status ELSE its.status END
                  NOT IN ('closed', 'dismissed'))
            THEN 'of an incident that is not over'
    END
$$;

CREATE FUNCTION only_erases(before jsonb, after jsonb, columns text[]) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT before - columns = after - columns AND before <> after AND NOT EXISTS (
        SELECT FROM unnest(columns) AS name
        WHERE after ->> name IS DISTINCT FROM before ->> name
          AND (after ->> name NOT IN ('已按期限删除', '已依申请删除') OR before ->> name = ''))
$$;

CREATE FUNCTION refuse_early_erasure(subject bigint, kept text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    why text := why_not_erased(subject);
BEGIN
    IF why IS NOT NULL THEN
        RAISE EXCEPTION 'personal data of % is %: erasure refused', kept, why
            USING ERRCODE = 'restrict_violation';
    END IF;
END $$;

CREATE FUNCTION refuse_change_but_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND only_erases(to_jsonb(OLD), to_jsonb(NEW), TG_ARGV) THEN
        PERFORM refuse_early_erasure(NEW.incident_id, TG_TABLE_NAME);
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;

CREATE OR REPLACE FUNCTION refuse_change_of_concluded() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(OLD) ->> TG_ARGV[0] IS NOT NULL THEN
        IF TG_OP = 'UPDATE' AND TG_NARGS > 1 AND only_erases(to_jsonb(OLD), to_jsonb(NEW), TG_ARGV[1:]) THEN
            PERFORM refuse_early_erasure(NEW.incident_id, TG_TABLE_NAME);
            RETURN NEW;
        END IF;
        RAISE EXCEPTION '% is concluded: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE FUNCTION refuse_to_erase_early() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF only_erases(to_jsonb(OLD), to_jsonb(NEW), TG_ARGV) THEN
        PERFORM refuse_early_erasure(NEW.incident_id, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION refuse_change_of_personal_value() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.value IS NOT NULL AND NEW.value IS NULL AND NEW.erased_at IS NOT NULL
       AND (NEW.id, NEW.entry_id, NEW.name, NEW.salt) = (OLD.id, OLD.entry_id, OLD.name, OLD.salt) THEN
        PERFORM refuse_early_erasure(
            (SELECT incident_id FROM incidents_ledgerentry WHERE id = NEW.entry_id), TG_TABLE_NAME);
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is only ever erased: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
"""

TRIGGERS = """
CREATE TRIGGER personal_values_are_only_erased BEFORE UPDATE OR DELETE ON incidents_personalvalue
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_personal_value();
CREATE TRIGGER personal_values_are_never_emptied BEFORE TRUNCATE ON incidents_personalvalue
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE OR REPLACE TRIGGER reports_are_never_edited BEFORE UPDATE OR DELETE ON incidents_report
    FOR EACH ROW EXECUTE FUNCTION refuse_change_but_erasure('superior_told_who');
CREATE OR REPLACE TRIGGER commendation_is_append_only BEFORE UPDATE OR DELETE ON incidents_commendation
    FOR EACH ROW EXECUTE FUNCTION refuse_change_but_erasure('person_name');
CREATE OR REPLACE TRIGGER accountability_is_append_only BEFORE UPDATE OR DELETE ON incidents_accountability
    FOR EACH ROW EXECUTE FUNCTION refuse_change_but_erasure('person_name');
CREATE OR REPLACE TRIGGER concluded_stands BEFORE UPDATE OR DELETE ON incidents_recoveryitem
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_concluded('settled_at', 'payee_name');
CREATE TRIGGER recovery_is_not_erased_early BEFORE UPDATE OF payee_name ON incidents_recoveryitem
    FOR EACH ROW EXECUTE FUNCTION refuse_to_erase_early('payee_name');
CREATE TRIGGER call_up_is_not_erased_early BEFORE UPDATE OF owner_name, owner_phone ON incidents_callup
    FOR EACH ROW EXECUTE FUNCTION refuse_to_erase_early('owner_name', 'owner_phone');

CREATE FUNCTION refuse_change_of_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.released_at IS NULL AND NEW.released_at IS NOT NULL
       AND (NEW.id, NEW.incident_id, NEW.reason, NEW.placed_at, NEW.placed_by_id)
         = (OLD.id, OLD.incident_id, OLD.reason, OLD.placed_at, OLD.placed_by_id) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a hold is only ever released: % refused', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER hold_is_only_released BEFORE UPDATE OR DELETE ON incidents_legalhold
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_hold();
CREATE TRIGGER holds_are_never_emptied BEFORE TRUNCATE ON incidents_legalhold
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

OPEN_ITEMS = """
UPDATE incidents_openitem item SET words = '已告知（何人见报告）'
FROM incidents_report report
WHERE report.incident_id = item.incident_id AND item.kind = 'SUPERIOR_UNIT'
  AND report.superior_told_who <> '' AND item.words = '已告知' || report.superior_told_who;
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0024_ledger_guards")]

    operations = [
        migrations.RunSQL(OPEN_ITEMS, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="LegalHold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(max_length=300, verbose_name="保全理由")),
                ("placed_at", models.DateTimeField(verbose_name="保全时间")),
                ("released_at", models.DateTimeField(null=True, verbose_name="解除时间")),
                ("release_reason", models.CharField(blank=True, max_length=300, verbose_name="解除理由")),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="legal_holds",
                        to="incidents.incident",
                    ),
                ),
                (
                    "placed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.post",
                        verbose_name="保全岗位",
                    ),
                ),
                (
                    "released_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.post",
                    ),
                ),
            ],
            options={
                "verbose_name": "保全",
                "ordering": ["incident", "placed_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(released_at=None), fields=("incident",), name="held_once_at_a_time"
                    ),
                    models.CheckConstraint(
                        condition=Q(released_at=None, released_by=None, release_reason="")
                        | Q(released_at__isnull=False, released_by__isnull=False) & ~Q(release_reason=""),
                        name="hold_released_with_a_reason",
                    ),
                ],
            },
        ),
        migrations.RunSQL(RULES, migrations.RunSQL.noop),
        migrations.RunSQL(TRIGGERS, migrations.RunSQL.noop),
    ]
