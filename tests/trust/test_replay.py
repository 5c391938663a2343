"""回放 shows what the page showed, marks itself, offers no act, and says what it can't know (domain §6).

That every moment of every worked example is replayed as it was, `tests/scenarios` shows step by step.
"""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from incidents.models import Level
from incidents.services.closure import replaying
from incidents.services.command import ordering
from incidents.services.notice import reporting_up
from incidents.services.report import firm_clock, intake
from incidents.services.response import grading, responding
from tests.cast import call_in, report

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.4")]


def signed_in(actor) -> Client:
    client = Client()
    client.force_login(actor.person)
    return client


@pytest.fixture
def story(cast):
    """Called in, graded, a task given and signed for, a report typed in later than it came; one step every ten minutes.
    What the live page said after each step stands beside it."""
    start = timezone.now().replace(microsecond=0) - timedelta(hours=2)
    seen = []
    with time_machine.travel(start, tick=False) as clock:
        incident = call_in(cast)
        number, page = incident.number, reverse("incident", args=[incident.number])
        desk = signed_in(cast.duty_officer)

        def order():
            return incident.orders.get().number

        steps = [
            lambda now: None,
            lambda now: grading.grade(
                actor=cast.office_director, number=number, level=Level.III, now=now, reason="按现场情况"
            ),
            lambda now: reporting_up.propose_response(
                actor=cast.office_director, number=number, words="建议启动Ⅲ级响应", now=now
            ),
            lambda now: ordering.issue(
                actor=cast.commander,
                number=number,
                to=cast.member.organization.code,
                task="调派警力维护秩序",
                done_by=now + timedelta(hours=1),
                now=now,
            ),
            lambda now: ordering.acknowledge(actor=cast.member, order=order(), now=now),
            lambda now: report(
                cast,
                incident,
                "WRITTEN",
                actor=cast.duty_officer,
                channel="FAX",
                arrived_at=now - timedelta(minutes=25),
                now=now,
            ),
        ]
        for step in steps:
            now = timezone.now()
            step(now)
            seen.append((now, desk.get(page).content.decode()))
            clock.shift(timedelta(minutes=10))
    return incident, seen


def debts_of(html: str) -> set[tuple[str, ...]]:
    """Rule, and what its clock says."""
    found = re.findall(
        r'class="debt-first"><b class="num">(\w+)</b> <span class="debt-name">(.*?)</span>.*?countdown-words">(.*?)<',
        html,
        re.DOTALL,
    )
    return set(found)


def path_of(html: str) -> str:
    return re.search(r'class="state-path".*?</ol>', html, re.DOTALL)[0]


def level_of(html: str) -> str:
    return re.search(r'class="incident-title">.*?(<span class="level.*?</span>)', html, re.DOTALL)[1]


def test_each_moment_says_what_the_page_said_then(story, cast):
    incident, seen = story
    client, url = signed_in(cast.auditor), reverse("incident-replay", args=[incident.number])
    for at, live in seen:
        answer = client.get(url, {"at": at.isoformat()})
        html = answer.content.decode()
        assert debts_of(html) == debts_of(live) and debts_of(live)
        assert path_of(html) == path_of(live) and level_of(html) == level_of(live)
        then = answer.context["then"]
        for words in ("待签收", "已签收"):
            assert (words in {order.status_words for order in then.orders}) == (
                words in re.sub(r"<details.*?</details>", "", live, flags=re.DOTALL)
            ), (at, words)
    assert [len(client.get(url, {"at": at.isoformat()}).context["then"].reports) for at, _ in seen] == [
        1
    ] * 5 + [2]


def test_between_two_steps_the_clocks_go_on(story, cast):
    incident, seen = story
    client, url = signed_in(cast.duty_officer), reverse("incident-replay", args=[incident.number])
    at = seen[0][0] + timedelta(minutes=4)
    then = client.get(url, {"at": at.isoformat()}).context["then"]
    assert then.at == at and then.status == "reported"
    later = client.get(url, {"at": (seen[-1][0] + timedelta(days=1)).isoformat()}).context["then"]
    assert later.seq == replaying.stops_of(incident)[-1].seq
    before = client.get(url, {"at": "2001-01-01T00:00"}).context["then"]
    assert before.seq == replaying.stops_of(incident)[0].seq, "there is nothing before it began"


def test_it_can_not_be_taken_for_the_present_and_offers_no_act(story, cast):
    incident, _ = story
    url = reverse("incident-replay", args=[incident.number])
    for actor in (cast.duty_officer, cast.commander, cast.auditor):
        html = signed_in(actor).get(url, {"seq": 3}).content.decode()
        main = html[html.index("<main") : html.index("</main>")]
        assert "不是现在" in main and "回到现在" in main and 'class="is-replay"' in html
        assert not re.search(r"data-act[\s>=]", main) and 'method="post"' not in main
        assert "data-due" not in main, "no clock runs on"
        assert "data-live" not in main and "hx-get" not in main, "and nothing renews it"
    for actor in (cast.enterprise, cast.member, cast.approver):
        assert signed_in(actor).get(url).status_code == 404


def test_one_can_go_from_step_to_step_and_is_told_of_a_wrong_address(story, cast):
    incident, seen = story
    client, url = signed_in(cast.duty_officer), reverse("incident-replay", args=[incident.number])
    first = client.get(url, {"seq": 1})
    assert (
        first.context["before"] is None
        and f'href="?seq={first.context["after"].seq}"' in first.content.decode()
    )
    last = client.get(url)
    assert last.context["after"] is None and len(last.context["stops"]) == len(seen)
    for query, words in (
        ({"seq": "x"}, "台账行号应为数字"),
        ({"at": "gestern"}, "时间应写作"),
        ({"at": "9999-01-01T00:00"}, "时间应写作"),
        ({"at": "2099-01-01T00:00"}, "还没有到"),
    ):
        answer = client.get(url, query)
        assert answer.status_code == 200 and words in answer.content.decode()
        assert answer.context["then"].seq == last.context["then"].seq


def test_what_the_office_logged_later_ran_since_the_firm_started_it(cast):
    incident = call_in(cast)
    now = timezone.now()
    grading.grade(actor=cast.office_director, number=incident.number, level=Level.IV, reason="核实", now=now)
    began = incident.received_at
    responding.start_four(
        actor=cast.duty_officer, number=incident.number, measures="自行处置", at=began, now=now
    )
    then = replaying.stood(incident, replaying.stops_of(incident)[-1])
    assert [row.started_at for row in then.responses] == [began]


def test_what_can_not_be_known_any_more_is_said(cast):
    start = timezone.now() - timedelta(hours=1)
    incident, _ = intake.open_incident(
        actor=cast.duty_officer,
        kind="ORAL",
        arrival=intake.Arrival("PHONE", None, "PUBLIC", intake.Call("路人", "110")),
        facts={
            "title": "路边快件起火",
            "event_class": "fire",
            "origin": "inside",
            "county": "驿城区",
            "enterprise": None,
            "known_at": None,
        },
        contents={"deaths": 0},
        now=start,
    )
    firm_clock.name_firm(
        actor=cast.duty_officer,
        number=incident.number,
        enterprise=cast.firm.code,
        known_at=start + timedelta(minutes=10),
        now=start + timedelta(minutes=20),
    )
    client, url = signed_in(cast.auditor), reverse("incident-replay", args=[incident.number])
    before = client.get(url, {"seq": 1})
    assert "此前的登记没有留存" in before.content.decode() and before.context["then"].enterprise is None
    after = client.get(url)
    assert after.context["then"].enterprise == cast.firm and after.context["then"].unknown == []
