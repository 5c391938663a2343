"""What the database itself refuses of duty, and the patterns that a new installation begins with."""

from datetime import time, timedelta

from django.db import migrations

GUARDS = """
CREATE FUNCTION keep_signed_shift() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.signed_in_at IS NULL THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' OR (NEW.organization_id, NEW.seat, NEW.person_id, NEW.signed_in_at, lower(NEW.period))
        IS DISTINCT FROM (OLD.organization_id, OLD.seat, OLD.person_id, OLD.signed_in_at, lower(OLD.period))
    OR upper(NEW.period) > upper(OLD.period) THEN
        RAISE EXCEPTION 'a shift that was signed in can only be ended early'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signed_shift_is_kept BEFORE UPDATE OR DELETE ON alerts_shift
    FOR EACH ROW EXECUTE FUNCTION keep_signed_shift();

CREATE FUNCTION keep_signed_hand_over() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.signed_at IS NOT NULL THEN
        RAISE EXCEPTION 'a signed hand-over is never changed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER signed_hand_over_is_kept BEFORE UPDATE OR DELETE ON alerts_handover
    FOR EACH ROW EXECUTE FUNCTION keep_signed_hand_over();

CREATE TRIGGER duty_notes_are_never_edited BEFORE UPDATE OR DELETE ON alerts_dutylogentry
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""

PATTERNS = [
    ("三班倒（00–08、08–16、16–24）", "八小时一班", [("all", 0, 8), ("all", 8, 8), ("all", 16, 8)]),
    ("白班、夜班（08–20、20–08）", "十二小时一班", [("all", 8, 12), ("all", 20, 12)]),
    ("24 小时班（08–次日 08）", "一人一天", [("all", 8, 24)]),
    (
        "工作日 24 小时班，节假日分白班夜班",
        "休息日和节假日一天两班",
        [("work", 8, 24), ("rest", 8, 12), ("rest", 20, 12)],
    ),
    ("只值夜班和节假日", "工作日白天由机关在岗人员值守", [("work", 18, 14), ("rest", 8, 24)]),
]


def add_patterns(apps, schema_editor):
    patterns, segments = (apps.get_model("alerts", name) for name in ("ShiftPattern", "PatternSegment"))
    for order, (name, note, parts) in enumerate(PATTERNS, 1):
        pattern = patterns.objects.create(name=name, note=note, order=order)
        for days, hour, hours in parts:
            segments.objects.create(
                pattern=pattern, days=days, starts=time(hour), length=timedelta(hours=hours)
            )


class Migration(migrations.Migration):
    dependencies = [("alerts", "0004_duty"), ("incidents", "0002_guards")]

    operations = [
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
        migrations.RunPython(add_patterns, migrations.RunPython.noop),
    ]
