"""A warning's page follows what happens; its debts count and are acted upon wherever an incident's are."""

import pytest
from django.urls import reverse

from alerts.models import Warning
from alerts.services.warning_audiences import audiences_for_warnings
from incidents import ledger
from incidents.audiences import audiences_of
from incidents.models import LedgerHead
from incidents.services.warning import warning_assessing, warning_intake, warning_reporting
from tests import cast as people
from tests.screens.stage import form_of, sign_in, text_of
from tests.trust.test_ledger import forge
from tests.warnings.conftest import T0, State, debts, states
from tests.warnings.test_receiving import report

pytestmark = pytest.mark.django_db


@pytest.mark.clause("4.3")
def test_an_event_reaches_exactly_those_who_may_see_the_warning(cast, clock):
    elsewhere = {"counties_affected": ["上蔡县"]}
    told = people.warn(cast, **elsewhere)
    warning_reporting.tell(
        actor=cast.duty_officer,
        number=told.number,
        to=[people.member_code(), "express-b-hub"],
        words="注意",
        now=T0,
    )
    aside = {"risk": "大风", "counties_affected": ["驿城区"]}
    made = [
        told,
        people.warn(cast, **elsewhere),
        people.warn(cast, actor=cast.enterprise),
        people.issue(cast),
        people.issue(cast, warning=people.warn(cast, counties_affected=[]), addressees=["express-a-hub"]),
        people.issue(cast, warning=people.warn(cast, **elsewhere), addressees=[people.county_code()]),
        warning_intake.candidate(office=cast.duty_officer.organization, facts=aside, now=T0),
    ]
    told_of = dict(audiences_for_warnings([warning.pk for warning in made]))
    assert set(told_of) == {warning.number for warning in made}
    seen_by_somebody = set()
    for who, actor in vars(cast).items():
        sees = set(Warning.objects.visible_to([actor]).values_list("number", flat=True))
        assert {number for number, words in told_of.items() if words & audiences_of([actor])} == sees, who
        seen_by_somebody |= {who} if sees else set()
    assert {"member", "county", "enterprise", "other_enterprise", "auditor"} <= seen_by_somebody


def test_the_page_asks_again_and_hears_only_of_what_is_new(cast, clock):
    warning = people.issue(cast)
    for role in ("duty_officer", "enterprise"):
        client = sign_in(getattr(cast, role))
        page = client.get(f"/warnings/{warning.number}/")
        assert f'data-live="warning:{warning.number}"' in page.content.decode()
        live, rev = f"/warnings/{warning.number}/live/", page.context["board"].revision
        assert client.get(live, {"rev": rev}).status_code == 204
        report(cast, warning, "PROVINCE")
        again = client.get(live, {"rev": rev})
        assert again.status_code == 200 and "<html" not in again.content.decode()
    assert sign_in(cast.member).get("/warnings/ZMD-W-2026-0009/live/").status_code == 404


@pytest.mark.clause("6.4")
def test_its_debts_are_waived_acknowledged_and_written_off_on_its_page(cast, clock):
    warning = people.warn(cast)
    page = f"/warnings/{warning.number}/"
    w2 = debts(warning, "W2")
    director = sign_in(cast.office_director)
    waive = reverse("debt-act", args=[w2[0].pk, "debt.waive"])
    assert f'href="{waive}"' in director.get(page).content.decode()
    assert waive not in sign_in(cast.duty_officer).get(page).content.decode(), "the director's alone"
    answer = director.post(waive, form_of(director, waive, reason="已当面报告"))
    assert answer.url == page
    clock.after(minutes=62)
    desk = sign_in(cast.duty_officer)
    acknowledge = reverse("debt-act", args=[w2[1].pk, "debt.acknowledge"])
    assert f'href="{acknowledge}"' in desk.get(page).content.decode()
    desk.post(acknowledge, form_of(desk, acknowledge))
    words = text_of(desk.get(page))
    assert "知悉" in words and acknowledge not in desk.get(page).content.decode()
    write_off = reverse("debt-act", args=[w2[1].pk, "debt.write_off"])
    director.post(write_off, form_of(director, write_off, reason="无法补报"))
    assert sorted(states(warning, "W2")) == sorted([State.WAIVED, State.BREACHED])


def test_what_is_overdue_counts_in_the_pulse_and_a_change_moves_its_mark(cast, clock):
    warning = people.warn(cast)
    clock.after(2)
    client = sign_in(cast.duty_officer)
    pulse = client.get(reverse("pulse")).json()
    assert pulse["overdue"] == 2, "W2 to each"
    people.issue(cast, warning=warning)
    firm = sign_in(cast.enterprise)
    before = firm.get(reverse("pulse")).json()["mark"]
    assert firm.get(reverse("pulse"), {"mark": before}).status_code == 204
    warning_assessing.verify(
        actor=cast.duty_officer, number=warning.number, with_whom="市气象局", how="电话", now=clock.after(2.1)
    )
    assert firm.get(reverse("pulse"), {"mark": before}).status_code == 200


def test_the_counties_of_a_warning_filter_its_debts(cast, clock):
    here = people.warn(cast, counties_affected=["驿城区", "西平县"])
    there = people.warn(cast, counties_affected=["上蔡县"])
    page = text_of(sign_in(cast.duty_officer).get("/deadlines/?county=xiping"))
    assert page.count(here.number) == 2 and there.number not in page


@pytest.mark.clause("6.4")
def test_a_warning_whose_whole_chain_is_gone_is_found(cast, clock):
    warning = people.warn(cast)
    assert list(ledger.verify(warnings=Warning.objects.all())) == []
    forge("DELETE FROM incidents_personalvalue")
    forge("DELETE FROM incidents_ledgerentry WHERE chain = %s", warning.chain)
    LedgerHead.objects.filter(chain=warning.chain).delete()
    (fault,) = ledger.verify(warnings=Warning.objects.all())
    assert (fault.chain, fault.what) == (warning.chain, f"预警 {warning.number} 没有台账")
