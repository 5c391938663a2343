"""Members and counties follow up in their own word (§5.4.2(2)); it settles their own debt and nobody else's."""

from datetime import timedelta

import pytest
from django.utils import timezone

from alerts.models import State
from incidents.models import Report
from incidents.refusals import Invalid, NotFound
from incidents.services.report import figures, intake
from tests.cast import report
from tests.responses.stage import act, fresh, graded, started


@pytest.fixture
def incident(cast):
    return started(cast, bodies={cast.member.organization.code: timedelta(hours=1)})


def owed_by(incident, body):
    now = timezone.now()
    rows = incident.deadlines.filter(rule__code="R5", debtor=body).order_by("round")
    return [row.state(now) for row in rows]


@pytest.mark.clause("5.4.2")
def test_a_members_follow_up_settles_its_own_debt_and_its_figures_are_kept_apart(cast, incident):
    member = cast.member.organization
    said = report(cast, incident, "FOLLOW_UP", actor=cast.member, deaths=5)
    assert (said.reporter, said.informant) == (member, Report.Informant.MEMBER)
    assert owed_by(incident, member) == [State.MET, State.OPEN]
    assert owed_by(incident, cast.firm) == [State.OPEN]
    told = figures.latest_figures(list(incident.reports.all()))
    assert {figure.source: figure.value for figure in told} == {"企业": 4, str(member): 5}


@pytest.mark.clause("5.4.2")
def test_it_only_follows_up_and_does_not_say_when_the_firm_knew(cast, incident):
    for kind in ("BRIEF", "WRITTEN", "FINAL", "ORAL"):
        with pytest.raises(Invalid) as refusal:
            report(cast, incident, kind, actor=cast.member)
        assert "/kind" in {error.pointer for error in refusal.value.errors}
    with pytest.raises(Invalid):
        act(
            intake.file_report,
            cast.member,
            incident,
            kind="FOLLOW_UP",
            arrival=intake.Arrival("FORM"),
            contents={"development": "x"},
            known_at=timezone.now() - timedelta(hours=1),
        )


@pytest.mark.clause("5.4.2")
def test_a_county_reports_on_its_incident_and_corrects_only_itself(cast, incident):
    first = report(cast, incident, "FOLLOW_UP", actor=cast.county, deaths=5)
    arguments = {
        "kind": "FOLLOW_UP",
        "arrival": intake.Arrival("FORM"),
        "contents": {"deaths": 4},
    }
    with pytest.raises(Invalid):
        act(intake.file_report, cast.member, incident, supersedes=first.number, **arguments)
    act(intake.file_report, cast.county, incident, supersedes=first.number, **arguments)
    assert fresh(incident).proposed_level == 3


@pytest.mark.clause("5.4.2")
def test_what_does_not_concern_it_does_not_exist(cast):
    with pytest.raises(NotFound):
        report(cast, graded(cast), "FOLLOW_UP", actor=cast.member)


@pytest.mark.clause("5.4.2")
def test_the_office_notes_a_members_word_on_the_telephone(cast, incident):
    arrival = {"channel": "PHONE", "informant": "MEMBER"}
    words = {"kind": "FOLLOW_UP", "contents": {"development": "正在搜救"}}
    with pytest.raises(Invalid) as refusal:
        act(intake.file_report, cast.duty_officer, incident, arrival=intake.Arrival(**arrival), **words)
    assert refusal.value.errors[0].pointer == "/body"
    named = intake.Arrival(**arrival, body=cast.member.organization.code)
    act(intake.file_report, cast.duty_officer, incident, arrival=named, **words)
    assert owed_by(incident, cast.member.organization) == [State.MET, State.OPEN]
