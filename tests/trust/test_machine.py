"""What the state machine does not know, the database refuses too; what it knows, both allow."""

import re
from itertools import product

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django_fsm import TransitionNotAllowed

from incidents.models import Incident, Response, Status, SupportRequest, TaskOrder
from tests.cast import call_in


def pairs(model, field="status"):
    """Source and target of every transition declared on the model."""
    fsm = model._meta.get_field(field)
    return {(t.source, t.target) for t in fsm.get_all_transitions(model) if t.target and t.source != t.target}


def allowed_by_database(table, trigger):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = %s AND tgrelid = %s::regclass",
            [trigger, table],
        )
        return set(re.findall(r"'(\w+)>(\w+)'", cursor.fetchone()[0]))


@pytest.mark.django_db
@pytest.mark.clause("5.1")
@pytest.mark.parametrize(
    ("model", "trigger"),
    [
        (Incident, "incident_follows_its_machine"),
        (Response, "response_follows_its_machine"),
        (TaskOrder, "order_follows_its_machine"),
        (SupportRequest, "support_follows_its_machine"),
    ],
)
def test_trigger_and_state_machine_allow_the_same(model, trigger):
    assert allowed_by_database(model._meta.db_table, trigger) == pairs(model)


@pytest.mark.clause("5.1")
def test_going_round_the_machine_is_refused(cast):
    incident = call_in(cast)
    for source, target in product(["reported"], Status.values):
        if source == target or (source, target) in pairs(Incident):
            continue
        with pytest.raises(DatabaseError, match="cannot go from"), transaction.atomic():
            Incident.objects.filter(pk=incident.pk).update(status=target, level=4)


@pytest.mark.clause("5.1")
def test_illegal_transitions_raise(cast):
    incident = call_in(cast)
    with pytest.raises(TransitionNotAllowed):
        incident.respond()
    with pytest.raises(TransitionNotAllowed):
        incident.close(timezone.now())
    with pytest.raises(AttributeError):
        incident.status = Status.CLOSED
