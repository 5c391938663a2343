"""Who directs a drill and so knows its script; who came; nothing begins in a drill that does not run, and once it has begun
its card and who takes part stand."""

from django.db import migrations, models

GUARDS = """
CREATE FUNCTION refuse_unless_drill_runs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM incidents_drill WHERE id = NEW.drill_id AND status = 'running' FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'drill %: it does not run, nothing happens in it', NEW.drill_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER incident_of_a_running_drill BEFORE INSERT ON incidents_incident
    FOR EACH ROW WHEN (NEW.drill_id IS NOT NULL) EXECUTE FUNCTION refuse_unless_drill_runs();

CREATE TRIGGER drill_card_stands BEFORE UPDATE ON incidents_drill
    FOR EACH ROW WHEN (OLD.started_at IS NOT NULL
        AND (OLD.number, OLD.title, OLD.kind, OLD.contents, OLD.scenario, OLD.organizer_id, OLD.office_id,
             COALESCE(OLD.ended_at, NEW.ended_at))
            IS DISTINCT FROM
            (NEW.number, NEW.title, NEW.kind, NEW.contents, NEW.scenario, NEW.organizer_id, NEW.office_id,
             NEW.ended_at))
    EXECUTE FUNCTION refuse_change();

CREATE FUNCTION refuse_other_participants() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    part incidents_drillparticipant;
BEGIN
    IF TG_OP = 'DELETE' THEN part := OLD; ELSE part := NEW; END IF;
    PERFORM 1 FROM incidents_drill WHERE id = part.drill_id AND started_at IS NOT NULL;
    IF FOUND THEN
        RAISE EXCEPTION 'drill %: who takes part stands once it has begun', part.drill_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN part;
END $$;
CREATE TRIGGER participants_stand BEFORE INSERT OR DELETE ON incidents_drillparticipant
    FOR EACH ROW EXECUTE FUNCTION refuse_other_participants();
"""
KNOWN = """
INSERT INTO incidents_drill_directors (drill_id, post_id) SELECT id, created_by_id FROM incidents_drill;
UPDATE incidents_drillparticipant SET entered_at = started_at FROM incidents_drill drill
    WHERE drill.id = drill_id AND started_at IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0042_never_emptied")]

    operations = [
        migrations.AddField(
            model_name="drill",
            name="directors",
            field=models.ManyToManyField(
                related_name="drills_directed", to="incidents.post", verbose_name="导演"
            ),
        ),
        migrations.AddField(
            model_name="drillparticipant",
            name="entered_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="进入时间"),
        ),
        migrations.AlterField(
            model_name="drill",
            name="started_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=models.PROTECT,
                related_name="+",
                to="incidents.post",
                verbose_name="开始人",
            ),
        ),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
