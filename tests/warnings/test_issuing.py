"""指挥部 issues, adjusts and lifts (§4.4): seven contents, whose word it is, T4, R8, who is told and has read it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from alerts.models import Notification, State
from incidents import ledger
from incidents.models import Incident, LedgerEntry, Organization
from incidents.refusals import Invalid, NotAllowed, NotFound, WrongState
from incidents.services.transaction import use_case
from incidents.services.warning import (
    warning_acknowledging,
    warning_assessing,
    warning_becoming,
    warning_issuing,
)
from incidents.services.warning.warning_bulletin import Word
from tests import cast as people
from tests.warnings.conftest import T0, again, debts, states

pytestmark = pytest.mark.django_db


@pytest.fixture
def proposed(cast, clock):
    warning = people.warn(cast)
    warning_assessing.propose(actor=cast.duty_officer, number=warning.number, level=3, reason="雨量", now=T0)
    return warning


def issue(cast, warning, *, actor=None, now=None, **more):
    contents = people.bulletin() | more.pop("contents", {})
    return warning_issuing.issue(
        actor=actor or cast.commander,
        number=warning.number,
        contents=contents,
        now=now or timezone.now(),
        **more,
    )


@pytest.mark.clause("4.4")
def test_each_of_the_seven_contents_that_is_missing_is_named_with_its_clause(cast, proposed):
    with pytest.raises(Invalid) as refused:
        issue(cast, proposed, contents=dict.fromkeys(people.bulletin(), ""))
    assert {error.pointer.strip("/") for error in refused.value.errors} == set(people.bulletin())
    assert {error.clause for error in refused.value.errors} == {"4.4"}
    assert again(proposed).status == "proposed" and not proposed.bulletins.exists()


@pytest.mark.clause("4.4")
@pytest.mark.parametrize("role", ["duty_officer", "office_director"])
def test_only_headquarters_issues(cast, proposed, role):
    with pytest.raises(NotAllowed):
        issue(cast, proposed, actor=getattr(cast, role))


@pytest.mark.clause("4.4")
def test_what_was_not_proposed_is_not_issued(cast, clock):
    with pytest.raises(WrongState):
        issue(cast, people.warn(cast))


@pytest.mark.clause("4.4")
def test_it_goes_to_departments_counties_and_the_firms_in_them(cast, proposed):
    bulletin = issue(cast, proposed)
    told = {receipt.organization for receipt in bulletin.receipts.select_related("organization")}
    assert {body.kind for body in told} == {"MEMBER", "COUNTY", "ENTERPRISE"}
    assert cast.firm in told and cast.county.organization in told and cast.member.organization in told
    assert not any(body.county and body.county.short_name == "上蔡县" for body in told), "not affected"
    news = Notification.objects.filter(warning=proposed, title__startswith="发布黄色预警（Ⅲ级，较重）")
    assert {cast.enterprise.person, cast.member.person, cast.duty_officer.person} <= {n.person for n in news}
    assert proposed.open_items.get().settled_at, "the departments have been told by it"


def test_without_counties_it_goes_to_the_whole_city_or_to_whom_was_chosen(cast, clock):
    whole = people.issue(cast, warning=people.warn(cast, counties_affected=[]))
    kinds = Organization.Kind
    assert whole.bulletins.get().receipts.filter(organization__kind=kinds.COUNTY).count() == 13
    chosen = people.issue(cast, addressees=[people.FIRM])
    assert [receipt.organization.code for receipt in chosen.bulletins.get().receipts.all()] == [people.FIRM]


@pytest.mark.clause("4.4")
def test_a_telephoned_decision_needs_its_words_and_opens_t4(cast, proposed):
    with pytest.raises(Invalid) as refused:
        issue(cast, proposed, phone=Word(" "))
    assert refused.value.errors[0].pointer == "/phone_words"
    issue(cast, proposed, phone=Word("同意发布黄色预警"))
    (t4,) = debts(proposed, "T4")
    assert t4.due_at == T0 + timedelta(hours=24) and t4.debtor.kind == "HEADQUARTERS"
    assert t4.desk == cast.duty_officer.organization, "the office keeps the desk of headquarters"
    document = {"actor": cast.duty_officer, "number": proposed.number, "now": T0}
    with pytest.raises(Invalid):
        warning_issuing.record_document(**document, document_no="")
    warning_issuing.record_document(**document, document_no="驻邮应〔2026〕1号")
    assert states(proposed, "T4") == [State.MET]
    with pytest.raises(WrongState):
        warning_issuing.record_document(**document, document_no="驻邮应〔2026〕2号")


@pytest.mark.clause("4.4")
def test_the_office_writes_down_whose_word_it_was(cast, proposed):
    with pytest.raises(Invalid) as refused:
        issue(cast, proposed, actor=cast.duty_officer, phone=Word("同意"))
    assert refused.value.errors[0].pointer == "/on_word_of"
    with pytest.raises(Invalid):
        issue(cast, proposed, actor=cast.duty_officer, phone=Word("同意", cast.approver.post.pk))
    bulletin = issue(cast, proposed, actor=cast.duty_officer, phone=Word("同意", cast.deputy.post.pk))
    assert (bulletin.issued_by, bulletin.recorded_by) == (cast.deputy.post, cast.duty_officer.post)


def test_a_document_number_given_at_once_opens_no_t4(cast, proposed):
    bulletin = issue(cast, proposed, phone=Word("同意"), document_no="驻邮应〔2026〕1号")
    assert debts(proposed, "T4") == [] and bulletin.document.document_no == "驻邮应〔2026〕1号"


@pytest.mark.clause("4.4")
def test_raising_and_lowering_make_new_versions_and_keep_the_old(cast, clock):
    warning = people.issue(cast)
    adjust = {"actor": cast.commander, "number": warning.number, "now": clock.after(1)}
    with pytest.raises(Invalid) as refused:
        warning_issuing.adjust(**adjust, level=3, reason="不变")
    assert refused.value.clause == "4.4"
    with pytest.raises(Invalid):
        warning_issuing.adjust(**adjust, level=2, reason="")
    raised = warning_issuing.adjust(**adjust, level=2, reason="雨量加大", contents={"area": "全市"})
    lowered = warning_issuing.adjust(**adjust, level=4, reason="减弱")
    assert [(b.version, b.kind, b.level, b.area) for b in warning.bulletins.order_by("version")] == [
        (1, "issue", 3, people.bulletin()["area"]),
        (2, "raise", 2, "全市"),
        (3, "lower", 4, "全市"),
    ]
    assert raised.receipts.count() == lowered.receipts.count() > 0
    assert again(warning).level == 4 and again(warning).status == "issued"


@pytest.mark.clause("4.3")
@pytest.mark.parametrize(("level", "opened"), [(1, 1), (2, 1), (3, 0), (4, 0)])
def test_a_severe_warning_tells_the_province_at_once(cast, clock, level, opened):
    warning = people.issue(cast, level=level)
    assert len(debts(warning, "R8")) == opened
    if opened:
        assert debts(warning, "R8")[0].due_at == T0 + timedelta(minutes=15)


@pytest.mark.clause("4.3")
def test_raising_to_two_opens_r8_but_not_a_second_while_one_is_open(cast, clock):
    warning = people.issue(cast)
    adjust = {"actor": cast.commander, "number": warning.number, "reason": "加大"}
    warning_issuing.adjust(**adjust, level=2, now=T0)
    warning_issuing.adjust(**adjust, level=1, now=T0)
    assert len(debts(warning, "R8")) == 1
    warning_issuing.adjust(**adjust, level=3, now=T0)
    assert len(debts(warning, "R8")) == 1, "lowering tells nobody"


@pytest.mark.clause("4.4")
def test_lifting_voids_what_is_not_due(cast, clock):
    warning = people.issue(cast)
    clock.after(1)
    lift = {"actor": cast.commander, "number": warning.number, "now": timezone.now()}
    with pytest.raises(Invalid):
        warning_issuing.lift(**lift, reason="")
    with pytest.raises(NotAllowed):
        warning_issuing.lift(**lift | {"actor": cast.office_director}, reason="雨停")
    bulletin = warning_issuing.lift(**lift, reason="雨停", phone=Word("解除"))
    assert states(warning, "W3") == [State.VOID]
    assert states(warning, "T4") == [State.OPEN], "the document of the lifting still follows"
    assert bulletin.kind == "lift" and again(warning).status == "lifted"
    with pytest.raises(WrongState):
        warning_issuing.adjust(**lift, level=2, reason="又来了")


def test_a_decision_on_stale_facts_is_asked_again(cast, clock):
    warning = people.issue(cast)
    seen = ledger.last_seq(warning.chain)
    decide = {"number": warning.number, "reason": "加大", "now": T0}
    warning_issuing.adjust(actor=cast.commander, level=2, **decide, seen=seen)
    with pytest.raises(WrongState) as refused:
        warning_issuing.lift(actor=cast.deputy, **decide, seen=seen)
    assert refused.value.code == "moved_on" and "提高级别" in refused.value.meanwhile[0]


@pytest.mark.clause("4.3")
class TestAcknowledging:
    def acknowledge(self, actor, warning):
        return warning_acknowledging.acknowledge(actor=actor, number=warning.number, now=timezone.now())

    def test_once_and_again_for_each_new_version(self, cast, clock):
        warning = people.issue(cast)
        self.acknowledge(cast.enterprise, warning)
        with pytest.raises(WrongState):
            self.acknowledge(cast.enterprise, warning)
        assert (
            warning.bulletins.get().receipts.get(organization=cast.firm).acknowledged_by
            == cast.enterprise.post
        )
        warning_issuing.adjust(
            actor=cast.commander, number=warning.number, level=2, reason="加大", now=timezone.now()
        )
        self.acknowledge(cast.enterprise, warning)
        assert not LedgerEntry.objects.filter(
            chain=warning.chain, action="warning.acknowledged", for_firm=True
        )

    def test_a_parent_enterprise_answers_for_its_own(self, cast, clock):
        warning = people.issue(cast, addressees=["express-a-hub", people.OTHER_FIRM])
        assert [body.code for body in self.acknowledge(cast.enterprise, warning)] == ["express-a-hub"]
        assert warning.bulletins.get().receipts.filter(acknowledged_at=None).count() == 1

    def test_who_was_not_told_has_nothing_to_acknowledge(self, cast, clock):
        warning = people.issue(cast, addressees=[people.FIRM])
        for actor in (cast.other_enterprise, cast.member):
            with pytest.raises(NotFound):
                self.acknowledge(actor, warning)
        with pytest.raises(NotAllowed):
            self.acknowledge(cast.duty_officer, warning)


@pytest.mark.clause("4.3")
class TestBecomingAnIncident:
    def become(self, cast, warning, **more):
        facts = people.facts(event_class="flood", origin="outside_natural", title="分拨中心进水")
        return warning_becoming.become_incident(
            actor=cast.duty_officer,
            number=warning.number,
            informant="ENTERPRISE",
            facts=facts | more,
            contents={"development": "水深 30 厘米"},
            now=timezone.now(),
        )

    def test_they_are_linked_both_ways_and_its_story_comes_along(self, cast, clock):
        warning = people.issue(cast)
        clock.after(1)
        incident = self.become(cast, warning)
        assert again(warning).incident == incident and incident.warnings.get() == warning
        assert again(warning).status == "issued", "the warning goes on until it is lifted"
        told = list(LedgerEntry.objects.filter(incident=incident).values_list("summary", flat=True))
        assert any(f"由预警 {warning.number}" in words for words in told)
        assert any("发布黄色预警" in words for words in told)
        warning_issuing.lift(
            actor=cast.commander, number=warning.number, reason="转入响应", now=timezone.now()
        )
        assert LedgerEntry.objects.filter(incident=incident, action="warning.lifted").exists()
        assert list(ledger.verify()) == []

    def test_once_only_and_a_refused_intake_leaves_no_trace(self, cast, clock):
        warning = people.issue(cast)
        with pytest.raises(Invalid):
            self.become(cast, warning, county="没有的县")
        assert again(warning).incident is None and not Incident.objects.exists()
        self.become(cast, warning)
        with pytest.raises(WrongState):
            self.become(cast, warning)

    @pytest.mark.clause("5.4.5")
    def test_ending_the_response_lifts_the_warning_that_led_to_it(self, cast, clock):
        warning = people.issue(cast)
        incident = self.become(cast, warning)
        lift = use_case(warning_issuing.lift_with_response)
        lift(incident, actor=cast.commander, reason="Ⅲ级响应结束", now=T0)
        assert again(warning).status == "lifted" and State.OPEN not in states(warning, "W3")
