"""Requests for support (§2.2.2(5), 5.5): from the firm upward; whoever it lies with owes an answer (S1)."""

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from incidents.models import Level, SupportRequest
from incidents.querysets import visible_incidents, visible_requests
from incidents.refusals import Invalid, NotAllowed, NotFound, WrongState
from incidents.services.command import supporting
from tests.responses.stage import act, fresh, graded, on


@pytest.fixture
def asked(cast):
    incident = graded(cast, Level.IV)
    return act(supporting.raise_support, cast.enterprise, incident, needs="两台吊车", place="分拨中心")


def owed(request):
    now = timezone.now()
    rows = request.deadlines.select_related("debtor").order_by("pk")
    return [(row.debtor.kind, str(row.state(now))) for row in rows]


@pytest.mark.clause("5.5")
def test_it_climbs_from_the_firm_to_the_province_and_each_owes_an_answer(cast, asked):
    assert owed(asked) == [("OFFICE", "open")]
    on(supporting.forward, cast.duty_officer, asked)
    assert owed(asked) == [("OFFICE", "met"), ("HEADQUARTERS", "open")]
    assert asked.deadlines.last().desk == asked.incident.office
    with pytest.raises(NotAllowed) as refusal:
        on(supporting.answer, cast.office_director, asked, answer="granted", words="派")
    assert refusal.value.clause == "5.5"
    with pytest.raises(NotFound):
        on(supporting.answer, cast.approver, asked, answer="granted", words="派")
    with pytest.raises(Invalid):
        on(supporting.forward, cast.commander, asked, to="OFFICE")
    on(supporting.forward, cast.commander, asked, to="CITY_GOVERNMENT")
    assert visible_incidents([cast.approver]).get() == asked.incident
    on(supporting.forward, cast.approver, asked)
    assert owed(asked)[-1] == ("PROVINCE", "open")
    with pytest.raises(WrongState):
        on(supporting.forward, cast.duty_officer, asked)
    with pytest.raises(Invalid) as refusal:
        on(supporting.answer, cast.duty_officer, asked, answer="granted", words="来两台")
    assert refusal.value.errors[0].pointer == "/person"
    words = {"answer": "granted", "words": "来两台", "person": "省应急办值班长"}
    on(supporting.answer, cast.duty_officer, asked, **words)
    assert {state for _, state in owed(asked)} == {"met"}
    on(supporting.fulfil, cast.enterprise, asked, outcome="两台吊车到位")
    assert fresh(asked).status == SupportRequest.Status.FULFILLED


@pytest.mark.clause("5.5")
def test_the_office_itself_may_answer_in_words(cast, asked):
    with pytest.raises(Invalid) as refusal:
        on(supporting.answer, cast.duty_officer, asked, answer="maybe", words="")
    assert {error.pointer for error in refusal.value.errors} == {"/answer", "/words"}
    on(supporting.answer, cast.duty_officer, asked, answer="refused", words="无可用吊车")
    for service, more in (
        (supporting.forward, {}),
        (supporting.answer, {"answer": "granted", "words": "x"}),
        (supporting.fulfil, {"outcome": "x"}),
    ):
        with pytest.raises(WrongState):
            on(service, cast.duty_officer, asked, **more)


@pytest.mark.clause("2.2.2")
def test_headquarters_asks_the_city_government(cast):
    incident = graded(cast)
    request = act(supporting.raise_support, cast.commander, incident, needs="消防增援")
    assert owed(request) == [("CITY_GOVERNMENT", "open")]
    assert list(visible_requests([cast.enterprise])) == []
    with pytest.raises(Invalid):
        act(supporting.raise_support, cast.commander, incident, needs=" ")


@pytest.mark.clause("5.5")
def test_another_firm_sees_none_of_it(cast, asked):
    with pytest.raises(NotFound):
        act(supporting.raise_support, cast.other_enterprise, asked.incident, needs="x")
    with pytest.raises(NotFound):
        on(supporting.fulfil, cast.other_enterprise, asked, outcome="x")


@pytest.mark.clause("5.5")
def test_the_database_knows_the_way(cast, asked):
    rows = SupportRequest.objects.filter(pk=asked.pk)
    for status in ("fulfilled", "granted"):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(status=status)
