"""The mark of a drill on warning information, set once; and bulletins that only a drill may issue without a post."""

import django.db.models.deletion
from django.db import migrations, models

GUARDS = """
CREATE TRIGGER drill_stays_drill BEFORE UPDATE ON alerts_warning
    FOR EACH ROW WHEN (OLD.is_drill <> NEW.is_drill) EXECUTE FUNCTION refuse_change_of_drill();

CREATE FUNCTION refuse_bulletin_of_nobody() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT (SELECT is_drill FROM alerts_warning WHERE id = NEW.warning_id) THEN
        RAISE EXCEPTION 'bulletin %: no post has issued it', NEW.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER bulletin_has_its_posts BEFORE INSERT ON alerts_bulletin
    FOR EACH ROW WHEN (NEW.issued_by_id IS NULL OR NEW.recorded_by_id IS NULL)
    EXECUTE FUNCTION refuse_bulletin_of_nobody();
"""
BACK = """
DROP TRIGGER bulletin_has_its_posts ON alerts_bulletin;
DROP FUNCTION refuse_bulletin_of_nobody;
DROP TRIGGER drill_stays_drill ON alerts_warning;
"""


def post(words: str) -> models.ForeignKey:
    return models.ForeignKey(
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="incidents.post",
        verbose_name=words,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0015_messages_about_matters"),
        ("incidents", "0017_sandbox"),
    ]

    operations = [
        migrations.AddField(
            "warning",
            "is_drill",
            models.BooleanField("演练", db_default=False, default=False, editable=False),
        ),
        migrations.AlterField("bulletin", "issued_by", post("签发")),
        migrations.AlterField("bulletin", "recorded_by", post("录入")),
        migrations.RunSQL(GUARDS, BACK),
    ]
