"""Three doors, one service: what comes in by phone, form or API starts the clocks of §5.2.1."""

from datetime import timedelta

import pytest
from django.utils import timezone

from alerts.models import Notification, State
from incidents.models import Level, OpenItem, Report
from incidents.querysets import visible_timeline
from incidents.refusals import Invalid, NotAllowed, NotFound
from incidents.services.report import contents, figures, firm_clock, intake
from tests import cast as people
from tests.cast import ORDINARY, call_in, facts, file_in, report, written

pytestmark = pytest.mark.clause("5.2.1")


def codes(refusal):
    return {(error.pointer, error.code) for error in refusal.value.errors}


def file_with(cast, stated, kind="WRITTEN", **more):
    return intake.open_incident(
        actor=cast.enterprise,
        kind=kind,
        arrival=intake.Arrival("FORM"),
        facts=facts(**more),
        contents=stated,
        now=timezone.now(),
    )


@pytest.mark.parametrize("name", contents.WRITTEN_CONTENTS)
def test_a_written_report_names_every_content_that_is_left_blank(cast, name):
    stated = written()
    stated.pop(name, None)
    more = {"event_class": ""} if name == "event_class" else {}
    with pytest.raises(Invalid) as refusal:
        file_with(cast, stated, **more)
    beside = name in ("occurred_at", "place", "event_class")
    assert (f"/{name}" if beside else f"/report/{name}", "required") in codes(refusal)
    assert all(error.clause for error in refusal.value.errors)


def test_unknown_yet_is_an_explicit_answer(cast):
    stated = written(unknown=["deaths", "development"])
    del stated["deaths"], stated["development"]
    _, filed = file_with(cast, stated)
    assert filed.unknown == ["deaths", "development"]
    with pytest.raises(Invalid) as refusal:
        file_with(cast, written(unknown=["deaths"]))
    assert codes(refusal) == {("/report/deaths", "both_given_and_unknown")}


@pytest.mark.parametrize(
    "origin, words",
    [
        pytest.param("inside", "行业内", marks=pytest.mark.clause("3.1.2")),
        *(
            pytest.param(f"outside_{cause}", words, marks=pytest.mark.clause("3.1.1"))
            for cause, words in {
                "natural": "自然灾害",
                "accident": "事故灾难",
                "health": "公共卫生",
                "security": "社会安全",
            }.items()
        ),
    ],
)
def test_the_origin_is_one_of_the_plans_two_kinds(cast, origin, words):
    incident, _ = file_with(cast, written(), origin=origin)
    assert words in incident.get_origin_display()
    with pytest.raises(Invalid) as refusal:
        file_with(cast, written(), origin="elsewhere")
    assert ("/origin", "required") in codes(refusal)


@pytest.mark.parametrize("name", ["known_at", "county", "event_class", "unit"])
def test_some_things_cannot_be_unknown(cast, name):
    with pytest.raises(Invalid) as refusal:
        file_with(cast, written(unknown=[name]))
    assert ("/report/unknown", "cannot_be_unknown") in codes(refusal)


def test_null_says_does_not_apply_or_not_yet(cast):
    incident, filed = file_with(
        cast, written(records_leaked=None, network_scope=None, superior_unit_told=None)
    )
    assert filed.records_leaked is None
    item = incident.open_items.get(kind=OpenItem.Kind.SUPERIOR_UNIT)
    assert item.settled_at is None, "not told yet stays an open item"
    now = timezone.now()
    report(cast, incident, "FOLLOW_UP", superior_unit_told={"who": "省公司值班室", "at": now})
    item.refresh_from_db()
    assert item.settled_at and "已告知" in item.words and "省公司值班室" not in item.words


def test_a_brief_needs_time_place_unit_class_and_what_happened(cast):
    with pytest.raises(Invalid) as refusal:
        file_with(cast, {"unknown": []}, kind="BRIEF", event_class="")
    assert {pointer for pointer, _ in codes(refusal)} == {
        "/occurred_at",
        "/place",
        "/report/unit",
        "/event_class",
        "/report/impact",
    }


def test_a_firm_cannot_log_its_own_telephone_call(cast):
    with pytest.raises(Invalid) as refusal:
        file_with(cast, {"unknown": []}, kind="ORAL")
    assert ("/report/kind", "oral_by_phone_only") in codes(refusal)


def test_nobody_sets_when_a_form_arrived(cast):
    now = timezone.now()
    incident, filed = intake.open_incident(
        actor=cast.enterprise,
        kind="WRITTEN",
        arrival=intake.Arrival("FORM", arrived_at=now - timedelta(hours=3)),
        facts=facts(known_at=now),
        contents=written(),
        now=now,
    )
    assert filed.arrived_at == incident.received_at == now


def test_every_report_gets_a_number_and_a_receipt(cast):
    incident = file_in(cast)
    again = report(cast, incident, "FOLLOW_UP")
    assert incident.number == f"ZMD-{timezone.localtime().year}-0001"
    assert again.number == f"{incident.number}-R2"
    assert again.received_at


def test_a_late_typed_fax_is_marked(cast):
    incident = call_in(cast)
    later = timezone.now() + timedelta(minutes=30)
    fax = report(
        cast,
        incident,
        "WRITTEN",
        actor=cast.duty_officer,
        channel="FAX",
        now=later,
        arrived_at=later - timedelta(minutes=20),
    )
    assert fax.typed_later and fax.received_at == later
    assert incident.deadlines.get(rule__code="R4").met_at == fax.arrived_at


@pytest.mark.parametrize("known", [timedelta(minutes=3), timedelta(days=-30_000), timedelta(days=40_000)])
def test_impossible_times_are_refused_by_name(cast, known):
    with pytest.raises(Invalid) as refusal:
        file_with(cast, written(), known_at=timezone.now() + known)
    assert "/known_at" in {pointer for pointer, _ in codes(refusal)}


def test_two_minutes_of_skew_are_forgiven(cast):
    incident, _ = file_with(cast, written(), known_at=timezone.now() + timedelta(seconds=100))
    assert incident.known_at == incident.received_at


def test_while_no_firm_is_named_its_clocks_wait(cast):
    """The first word comes from the police; the firm's clock starts when the office told it, which is logged."""
    now = timezone.now()
    incident, _ = intake.open_incident(
        actor=cast.duty_officer,
        kind="ORAL",
        arrival=intake.Arrival("PHONE", informant=Report.Informant.POLICE),
        facts=facts(firm="", known_at=None) | {"known_at": None, "enterprise": ""},
        contents={"impact": "有人堵门"},
        now=now,
    )
    assert set(incident.deadlines.values_list("rule__code", flat=True)) == {"R10", "R11"}
    told = now + timedelta(minutes=7)
    firm_clock.name_firm(
        actor=cast.duty_officer, number=incident.number, enterprise=people.FIRM, known_at=told, now=told
    )
    oral, brief = (incident.deadlines.get(rule__code=code) for code in ("R3", "R4"))
    assert oral.due_at == (told + timedelta(minutes=60)).replace(microsecond=0)
    assert brief.debtor == cast.firm
    assert incident.timeline.filter(action="incident.firm_named", for_firm=True).exists()


def test_police_figures_do_not_meet_the_firms_debts(cast):
    incident = file_in(cast, kind="BRIEF")
    intake.file_report(
        actor=cast.duty_officer,
        number=incident.number,
        kind="ORAL",
        arrival=intake.Arrival("PHONE", informant=Report.Informant.POLICE),
        contents={"deaths": 3},
        now=timezone.now(),
    )
    incident.refresh_from_db(fields=["proposed_level"])
    assert incident.proposed_level == Level.III
    assert incident.deadlines.get(rule__code="R1").state(timezone.now()) == State.OPEN


def test_the_wrong_firm_never_owed_anything(cast):
    incident = call_in(cast)
    with pytest.raises(NotAllowed):
        firm_clock.name_firm(
            actor=cast.duty_officer,
            number=incident.number,
            enterprise=people.OTHER_FIRM,
            known_at=timezone.now(),
            now=timezone.now(),
        )
    firm_clock.name_firm(
        actor=cast.office_director,
        number=incident.number,
        enterprise=people.OTHER_FIRM,
        known_at=timezone.now(),
        now=timezone.now(),
        reason="登记时听错",
    )
    now = timezone.now()
    states = {d.debtor.code: d.state(now) for d in incident.deadlines.filter(rule__code="R4")}
    assert states == {people.FIRM: State.VOID, people.OTHER_FIRM: State.OPEN}
    read = visible_timeline(incident, [cast.other_enterprise])
    assert read.order_by("seq").first().action == "incident.firm_named", "not what the first firm had told"


def test_a_superior_unit_files_for_its_subsidiary_and_both_are_named(cast):
    incident, filed = intake.open_incident(
        actor=cast.enterprise,
        kind="WRITTEN",
        arrival=intake.Arrival("FORM"),
        facts=facts(firm="express-a-hub"),
        contents=written(),
        now=timezone.now(),
    )
    assert (filed.reporter.code, incident.enterprise.code) == (people.FIRM, "express-a-hub")
    with pytest.raises(Invalid):
        file_with(cast, written(), firm="express-b-hub")


def test_another_firms_incident_does_not_exist(cast):
    incident = file_in(cast)
    with pytest.raises(NotFound):
        report(cast, incident, "FOLLOW_UP", actor=cast.other_enterprise)


def test_a_correction_supersedes_and_both_stay(cast):
    incident = file_in(cast, figures={"deaths": 4})
    corrected = intake.file_report(
        actor=cast.enterprise,
        number=incident.number,
        kind="WRITTEN",
        arrival=intake.Arrival("FORM"),
        contents=written(deaths=0),
        supersedes=f"{incident.number}-R1",
        now=timezone.now(),
    )
    assert corrected.supersedes.number == f"{incident.number}-R1"
    assert incident.reports.count() == 2
    incident.refresh_from_db(fields=["proposed_level", "debt_level"])
    assert (incident.proposed_level, incident.debt_level) == (Level.IV, Level.III), (
        "a fall waits for the grading"
    )
    with pytest.raises(Invalid):
        intake.file_report(
            actor=cast.enterprise,
            number=incident.number,
            kind="WRITTEN",
            arrival=intake.Arrival("FORM"),
            contents=written(),
            supersedes=f"{incident.number}-R1",
            now=timezone.now(),
        )


def test_the_desk_and_the_firm_hear_of_it(cast):
    incident = file_in(cast)
    assert Notification.objects.filter(incident=incident, person=cast.duty_officer.person).exists()
    call_in(cast, figures=ORDINARY)
    assert Notification.objects.filter(person=cast.enterprise.person).exists()


def test_a_claim_to_have_telephoned_can_be_refused(cast):
    now = timezone.now()
    incident = file_in(cast, oral_at=now - timedelta(minutes=1), now=now)
    number = incident.reports.get().number
    firm_clock.confirm_oral(
        actor=cast.duty_officer,
        number=incident.number,
        report_number=number,
        refused_reason="无此来电",
        now=now,
    )
    assert incident.deadlines.get(rule__code="R3").met_at is None


@pytest.mark.clause("3.2")
def test_a_firm_and_its_superior_unit_are_one_source_and_the_police_another(cast):
    incident, _ = intake.open_incident(
        actor=cast.duty_officer,
        kind="ORAL",
        arrival=intake.Arrival("PHONE"),
        facts=facts(firm="express-a-hub"),
        contents={"deaths": 2, "missing": 1},
        now=timezone.now(),
    )
    report(cast, incident, "FOLLOW_UP", deaths=1, missing=0)
    intake.file_report(
        actor=cast.duty_officer,
        number=incident.number,
        kind="ORAL",
        arrival=intake.Arrival("PHONE", informant=Report.Informant.POLICE),
        contents={"deaths": 2},
        now=timezone.now(),
    )
    told = figures.latest_figures(list(incident.reports.all()))
    assert [(f.source, f.value) for f in told if f.measure == "deaths"] == [("企业", 1), ("公安", 2)]
    assert set(figures.conflicts(told)) == {"deaths"}
