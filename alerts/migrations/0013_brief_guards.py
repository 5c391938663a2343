"""What the database itself refuses about briefs: any change once sent, and of a receipt once recorded; state changes
that the state machine does not know."""

from django.db import migrations

GUARDS = """
CREATE TRIGGER brief_sent_is_never_edited BEFORE UPDATE OR DELETE ON alerts_situationbrief
    FOR EACH ROW WHEN (OLD.status IN ('sent', 'abandoned')) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER brief_signed_is_never_edited BEFORE UPDATE ON alerts_situationbrief
    FOR EACH ROW WHEN (OLD.status = 'signed_off' AND NEW.status IN ('signed_off', 'sent')
        AND (OLD.title, OLD.source, OLD.occurred, OLD.place, OLD.unit, OLD.happened, OLD.casualties, OLD.area,
             OLD.development, OLD.doing, OLD.standing, OLD.orders, OLD.request, OLD.signed_at, OLD.signed_by_id)
            IS DISTINCT FROM
            (NEW.title, NEW.source, NEW.occurred, NEW.place, NEW.unit, NEW.happened, NEW.casualties, NEW.area,
             NEW.development, NEW.doing, NEW.standing, NEW.orders, NEW.request, NEW.signed_at, NEW.signed_by_id))
    EXECUTE FUNCTION refuse_change();
CREATE TRIGGER brief_follows_its_machine BEFORE UPDATE OF status ON alerts_situationbrief
    FOR EACH ROW EXECUTE FUNCTION refuse_unknown_transition(
        'draft>signed_off', 'signed_off>draft', 'signed_off>sent', 'draft>abandoned', 'signed_off>abandoned');
CREATE TRIGGER brief_is_never_emptied BEFORE TRUNCATE ON alerts_situationbrief
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER addressee_stays_signed BEFORE UPDATE ON alerts_addressee
    FOR EACH ROW WHEN (OLD.signed_for_at IS NOT NULL
        OR (OLD.brief_id, OLD.body_id, OLD.how) IS DISTINCT FROM (NEW.brief_id, NEW.body_id, NEW.how))
    EXECUTE FUNCTION refuse_change();
CREATE TRIGGER addressee_is_never_taken_back BEFORE DELETE ON alerts_addressee
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER addressees_are_never_emptied BEFORE TRUNCATE ON alerts_addressee
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER wording_is_append_only BEFORE UPDATE OR DELETE ON incidents_figurewording
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER wordings_are_never_emptied BEFORE TRUNCATE ON incidents_figurewording
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("alerts", "0012_briefs"), ("incidents", "0009_wordings_and_brief_numbers")]

    operations = [migrations.RunSQL(GUARDS, migrations.RunSQL.noop)]
