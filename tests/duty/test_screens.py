"""The pages of duty through the client, for every role: seen, drawn up, refused in words; somebody else's is none."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from alerts.models import HandOver, Seat, Shift, ShiftPattern, Swap, Training
from incidents.services.roster import duty_hand_over
from tests import cast as people
from tests.duty.stage import at, shift
from tests.screens.stage import form_of, sign_in, text_of

pytestmark = pytest.mark.clause("5.2.3")


@pytest.fixture
def office(cast):
    return cast.duty_officer.organization


@pytest.fixture
def night(cast, other, clock):
    """Two shifts of the office, the first of them running and signed in; a leader; a gap the day after."""
    director = cast.office_director
    first = shift(director, cast.duty_officer, -1, 8, now=at(-1.5))
    second = shift(director, other, 8, 16, now=at(-1.5))
    shift(director, director, -1, 30, seat=Seat.LEADER, now=at(-1.5))
    duty_hand_over.sign_in(actor=cast.duty_officer, shift=first.pk, now=at(-1))
    return first, second


def roster_url(body):
    return reverse("duty-roster", args=[body.code])


def test_the_roster_says_who_is_on_and_marks_gaps_in_words(cast, other, night, office):
    words = text_of(sign_in(cast.office_director).get(roster_url(office)))
    assert "值班员甲 至 3月2日 16:00" in words and "下一班 值班员乙" in words
    assert "07:00–16:00 值班员甲 当班 已签到" in words
    assert "3 天内有空岗" in words and "空岗 00:00–24:00" in words and "补排" in words


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?view=month",
        "?from=2026-02-01",
        "?from=nonsense",
        "?from=2026-02-31",
        "?view=month&from=1999-01-01",
    ],
)
def test_weeks_and_months_and_odd_days(cast, night, office, query):
    assert sign_in(cast.duty_officer).get(roster_url(office) + query).status_code == 200


def test_a_month_is_the_whole_month_and_leads_to_its_neighbours(cast, night, office):
    page = sign_in(cast.duty_officer).get(roster_url(office) + "?view=month&from=2026-02-17")
    context = page.context
    assert (str(context["first"]), str(context["last"])) == ("2026-02-01", "2026-02-28")
    assert (str(context["previous"]), str(context["next"])) == ("2026-01-01", "2026-03-01")
    assert "春节" in text_of(page) and "调休上班" in text_of(page)


@pytest.mark.parametrize(
    ("role", "own", "offices"),
    [
        ("duty_officer", 200, 200),
        ("office_director", 200, 200),
        ("commander", 302, 200),
        ("auditor", 302, 200),
        ("member", 200, 404),
        ("county", 200, 404),
        ("enterprise", 200, 404),
        ("approver", 404, 404),
        ("administrator", 404, 404),
    ],
)
def test_who_sees_which_roster(cast, night, office, role, own, offices):
    actor = getattr(cast, role)
    client = sign_in(actor)
    home = client.get(reverse("duty"), follow=own == 200)
    assert home.status_code == own
    assert client.get(roster_url(office)).status_code == offices
    first, _ = night
    assert client.get(reverse("duty-shift", args=[first.pk])).status_code == offices
    assert client.get(reverse("duty-log")).status_code == offices
    assert client.get(reverse("duty-overview")).status_code == offices
    assert client.get(roster_url(cast.other_firm)).status_code == (200 if offices == 200 else 404)


def test_a_firm_finds_nothing_of_another(cast, night):
    theirs = shift(cast.other_enterprise, cast.other_enterprise, 24, 32)
    client = sign_in(cast.enterprise)
    code = cast.other_firm.code
    for name, args in [
        ("duty-roster", [code]), ("duty-new", [code]), ("duty-pattern", [code]), ("duty-training", [code]),
        ("duty-hand-overs", [code]), ("duty-shift", [theirs.pk]), ("duty-change", [theirs.pk]),
        ("duty-remove", [theirs.pk]), ("duty-end", [theirs.pk]), ("duty-swap", [theirs.pk]),
        ("duty-hand-over-write", [theirs.pk]), ("duty-swap-consent", [1]), ("duty-hand-over", [1]),
    ]:  # fmt: skip
        assert client.get(reverse(name, args=args)).status_code == 404, name
    assert client.post(reverse("duty-sign-in", args=[theirs.pk])).status_code == 404
    assert client.get(reverse("duty"), {"body": code}).status_code == 404


def test_a_shift_is_drawn_up_by_the_form_from_a_gap_and_a_refusal_keeps_what_was_typed(
    cast, other, night, office
):
    client = sign_in(cast.office_director)
    url = reverse("duty-new", args=[office.code])
    page = client.get(f"{url}?seat=1&starts_at=2026-03-03T00:00&ends_at=2026-03-03T08:00")
    assert 'value="2026-03-03T00:00"' in page.content.decode()
    typed = form_of(client, url) | {
        "seat": 1,
        "person": cast.duty_officer.person.pk,
        "starts_at": "2026-03-02T23:00",
        "ends_at": "2026-03-03T08:00",
    }
    refused = client.post(url, typed)
    assert refused.status_code == 422 and "已有人值班" in text_of(refused)
    assert 'value="2026-03-02T23:00"' in refused.content.decode()
    assert client.post(url, typed | {"starts_at": "2026-03-03T00:00"}).status_code == 302
    assert client.post(url, typed | {"starts_at": "2026-03-03T00:00"}).status_code == 302, (
        "sent twice, done once"
    )
    assert Shift.objects.filter(period__startswith=at(16)).count() == 1
    for odd in ({"person": "999999"}, {"person": "x"}, {"starts_at": "明天"}, {"ends_at": ""}, {"seat": "9"}):
        assert client.post(url, typed | {"token": "other"} | odd).status_code == 422


@pytest.mark.clause("8.2")
def test_an_untrained_person_is_refused_at_his_field_with_the_clause(cast, other, night, office):
    Training.objects.filter(person=other.person).delete()
    client = sign_in(cast.office_director)
    url = reverse("duty-new", args=[office.code])
    typed = form_of(client, url, seat=1, person=other.person.pk)
    answer = client.post(url, typed | {"starts_at": "2026-03-03T00:00", "ends_at": "2026-03-03T08:00"})
    assert answer.status_code == 422
    assert "8.2" in str(answer.context["form"].errors["person"])
    assert "（无有效培训，不能排班）" in text_of(answer)


def test_a_duty_officer_is_told_who_draws_up_the_roster(cast, night, office):
    client = sign_in(cast.duty_officer)
    first, second = night
    for url in (
        reverse("duty-new", args=[office.code]),
        reverse("duty-pattern", args=[office.code]),
        reverse("duty-change", args=[second.pk]),
    ):
        refused = client.get(url)
        assert refused.status_code == 403 and "应急办主任" in text_of(refused)
    assert client.get(reverse("duty-training", args=[office.code])).status_code == 200
    assert client.post(reverse("duty-training", args=[office.code])).status_code == 403


def test_a_shift_is_changed_removed_and_ended_by_its_forms(cast, other, night, office):
    first, second = night
    client = sign_in(cast.office_director)
    change = reverse("duty-change", args=[second.pk])
    assert (
        client.post(change, form_of(client, change, ends_at="2026-03-03T02:00", reason="调整")).status_code
        == 302
    )
    assert Shift.objects.get(pk=second.pk).ends_at == at(18)
    remove = reverse("duty-remove", args=[second.pk])
    assert client.post(remove, form_of(client, remove, reason="重排")).status_code == 302
    assert client.get(reverse("duty-remove", args=[first.pk])).status_code == 409
    end = reverse("duty-end", args=[first.pk])
    assert client.post(end, form_of(client, end, reason="")).status_code == 422
    assert client.post(end, form_of(client, end, reason="就医")).status_code == 302
    assert Shift.objects.get(pk=first.pk).ends_at == at(0)


def test_a_pattern_is_shown_before_it_is_laid(cast, other, night, office):
    client = sign_in(cast.office_director)
    url = reverse("duty-pattern", args=[office.code])
    pattern = ShiftPattern.objects.get(name__startswith="三班倒")
    typed = form_of(client, url) | {
        "pattern": pattern.pk,
        "seat": 1,
        "first": "2026-03-02",
        "last": "2026-03-04",
        "person_1": cast.duty_officer.person.pk,
        "person_2": other.person.pk,
    }
    before = Shift.objects.count()
    shown = client.post(url, typed | {"preview": "1"})
    words = text_of(shown)
    assert "跳过 ：已过" in words and "跳过 ：已有人值班" in words and "确认排 6 班" in words
    assert Shift.objects.count() == before
    for _ in range(2):
        laid = client.post(url, typed | {"confirm": "1"}, follow=True)
    assert "已排 6 班，跳过 3 班" in text_of(laid) and Shift.objects.count() == before + 6
    assert client.post(url, typed | {"last": "2025-01-01", "preview": "1"}).status_code == 422
    assert client.post(url, typed | {"person_1": "", "person_2": "", "preview": "1"}).status_code == 422


@pytest.mark.clause("8.2")
def test_training_is_recorded_and_withdrawn_by_its_forms(cast, office):
    with_none = people.appoint("new", office.code, "duty_officer", "新值班员")
    Training.objects.filter(person=with_none.person).delete()
    client = sign_in(cast.office_director)
    url = reverse("duty-training", args=[office.code])
    assert "不能：无有效培训" in text_of(client.get(url))
    today = timezone.localdate()
    typed = form_of(client, url) | {
        "person": with_none.person.pk,
        "topic": "岗前培训",
        "passed_on": today.isoformat(),
        "valid_until": (today + timedelta(days=365)).isoformat(),
    }
    assert client.post(url, typed).status_code == 302
    assert client.post(url, typed | {"token": "b", "valid_until": "2001-01-01"}).status_code == 422
    row = Training.objects.get(person=with_none.person)
    withdraw = reverse("duty-training-withdraw", args=[office.code, row.pk])
    assert client.post(withdraw, form_of(client, withdraw, reason="登记错人")).status_code == 302
    assert "不能：无有效培训" in text_of(client.get(url))


def test_a_swap_from_asking_to_consent(cast, other, night):
    _, second = night
    asker, asked = sign_in(other), sign_in(cast.duty_officer)
    url = reverse("duty-swap", args=[second.pk])
    assert (
        asker.post(url, form_of(asker, url, of=cast.duty_officer.person.pk, words="家事")).status_code == 302
    )
    assert "待答复" in text_of(asker.get(reverse("duty-mine")))
    mine = text_of(asked.get(reverse("duty-mine")))
    assert "等您答复的换班" in mine and "家事" in mine
    swap = Swap.objects.get()
    assert asker.get(reverse("duty-swap-consent", args=[swap.pk])).status_code == 404
    consent = reverse("duty-swap-consent", args=[swap.pk])
    assert asked.post(consent, form_of(asked, consent)).status_code == 302
    assert Shift.objects.get(pk=second.pk).person == cast.duty_officer.person
    assert asked.get(consent).status_code == 409


def test_hand_over_and_take_over_by_their_pages(cast, other, night, clock):
    first, second = night
    people.call_in(cast, now=clock(1), known_at=at(1), title="起火")
    clock(7.9)
    leaves, comes = sign_in(cast.duty_officer), sign_in(other)
    write = reverse("duty-hand-over-write", args=[first.pk])
    assert "起火" in text_of(leaves.get(write))
    assert leaves.post(write, form_of(leaves, write, words="注意积压")).status_code == 302
    record = HandOver.objects.get()
    url = reverse("duty-hand-over", args=[record.pk])
    desk = text_of(sign_in(cast.office_director).get(reverse("desk")))
    assert "未接班" in desk and "下次交接" in desk
    assert "阅读并签收" in text_of(comes.get(reverse("duty-mine")))
    refused = comes.post(reverse("duty-sign-in", args=[second.pk]), follow=True)
    assert "请阅读并签收" in text_of(refused)
    people.call_in(cast, now=clock(7.95), known_at=at(7.95), title="又一起", county="西平县")
    page = text_of(comes.get(url))
    assert "注意积压" in page and "起火" in page and "交班之后新出现" in page and "又一起" in page
    assert "签收接班" not in text_of(leaves.get(url)), "nobody takes over from himself"
    assert "只有排在这个岗位" in text_of(sign_in(cast.office_director).post(url, follow=True))
    assert "已签收接班" in text_of(comes.post(url, follow=True))
    assert Shift.objects.get(pk=second.pk).signed_in_at == at(7.95)
    assert "签收" in text_of(leaves.get(reverse("duty-hand-overs", args=[first.organization.code])))
    assert leaves.get(write).status_code == 409


def test_the_desk_names_who_is_on_shift_and_warns_of_gaps(cast, other, night):
    words = text_of(sign_in(cast.duty_officer).get(reverse("desk")))
    assert "当班 值班员甲" in words and "带班领导 应急办主任" in words
    assert "下次交接 3月2日 16:00 值班员乙" in words
    assert "将空岗 值班员 3月3日 00:00 起，后续未排" in words


def test_the_desk_without_a_roster_says_so(cast, clock):
    assert "还没有排班，消息送常设联系人" in text_of(sign_in(cast.duty_officer).get(reverse("desk")))


def test_the_overview_shows_every_body(cast, night):
    shift(cast.member, cast.member, 1, 9)
    words = text_of(sign_in(cast.commander).get(reverse("duty-overview")))
    assert str(cast.member.organization) in words and "常设联系人" in words and "将空岗" in words
    assert str(cast.other_firm) in words


@pytest.mark.parametrize("rows", [1, 20])
def test_the_roster_asks_as_often_for_one_shift_as_for_twenty(cast, night, office, rows):
    from tests.query_counts import pinned

    for n in range(rows):
        shift(cast.office_director, cast.duty_officer, 40 + 4 * n, 42 + 4 * n)
    client = sign_in(cast.office_director)
    client.get(roster_url(office))
    for name, url in (
        ("roster", roster_url(office) + "?view=month"),
        ("overview", reverse("duty-overview")),
        ("log", reverse("duty-log")),
    ):
        with pinned(f"screen:duty {name}"):
            assert client.get(url).status_code == 200


def test_huge_numbers_lead_nowhere(cast, night):
    client = sign_in(cast.office_director)
    assert client.get(f"/duty/shifts/{10**30}/").status_code == 404
    assert client.get(f"/duty/hand-overs/{10**30}/").status_code == 404
