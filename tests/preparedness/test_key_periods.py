"""Key periods (旺季、汛期、重大活动, §4.1): zero reports every day, roll-calls, and silence that shows."""

from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from alerts.models import Deadline, Notification, Undertaking
from alerts.services import escalation
from incidents import ledger
from incidents.models import Contact, LedgerEntry, RollAnswer, ZeroReport
from incidents.refusals import Invalid, NotAllowed, NotFound, WrongState
from incidents.services.register import hazards, key_periods, period_bodies, roll_calls, zero_reports
from incidents.web.register.key_period_table import Table

pytestmark = pytest.mark.clause("4.1")
FIRST, LAST = date(2026, 11, 9), date(2026, 11, 12)
DAY = timedelta(days=1)


def on(day: date, hour: int, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


@pytest.fixture
def clock():
    with time_machine.travel(on(FIRST, 8), tick=False) as traveller:
        yield lambda moment: traveller.move_to(moment) or moment


@pytest.fixture
def period(cast, clock):
    return declare(cast)


def declare(cast, **changes):
    said = {
        "kind": "peak",
        "name": "2026年旺季",
        "starts_on": FIRST,
        "ends_on": LAST,
        "bodies": [cast.firm.code, cast.other_firm.code, cast.county.organization.code],
        "now": on(FIRST, 8),
    }
    return key_periods.declare(actor=cast.duty_officer, **said | changes)


def quiet(actor, period, now, **said):
    said = {"is_quiet": True} | said
    return zero_reports.report(actor=actor, number=period.number, now=now, **said)


def shown(cast, period, now) -> dict[str, list[str]]:
    bodies = list(period.bodies.order_by("pk"))
    return {line.body.code: [cell.state for cell in line.cells] for line in Table(period, bodies, now).lines}


def client_of(actor) -> Client:
    client = Client()
    client.force_login(actor.person)
    return client


def send(client, url, **said):
    """Fills in the form as it was shown, and what is said over it."""
    form = client.get(url).context["form"]
    data = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    data = {name: value for name, value in data.items() if value is not None} | said
    return client.post(url, data)


def test_each_body_owes_one_report_a_day_and_silence_reads_off_the_clock(cast, period, clock):
    firm, other = cast.firm.code, cast.other_firm.code
    told = set(
        Notification.objects.filter(matter=f"key-period/{period.number}").values_list(
            "person__username", flat=True
        )
    )
    assert told == {"firm", "other", "county"} and period.number == "ZMD-K-2026-0001"
    quiet(cast.enterprise, period, on(FIRST, 17))
    now = clock(on(FIRST, 17) + timedelta(seconds=1))
    assert shown(cast, period, now) == {
        firm: ["quiet"],
        other: ["silent"],
        cast.county.organization.code: ["silent"],
    }
    escalation.sweep(now=now)
    debts = Deadline.objects.filter(rule__code="Q6", debtor=cast.other_firm).order_by("due_at")
    assert [str(debt.state(now)) for debt in debts] == ["breached", "open"]
    assert set(
        Notification.objects.filter(deadline=debts[0], kind="breach").values_list(
            "person__username", flat=True
        )
    ) >= {"other", "duty"}
    assert Notification.objects.filter(
        deadline=debts[0], text__contains="应于 11月9日 17:00 前报送零报告（内部时限）"
    )
    # three days on, nobody having swept: silent all the same, and what is said late says so
    now = clock(on(FIRST + 3 * DAY, 9))
    assert shown(cast, period, now)[other] == ["silent"] * 3 + ["waiting"]
    late = quiet(cast.other_enterprise, period, now, day=FIRST + DAY)
    assert late.is_late
    quiet(cast.other_enterprise, period, now)
    assert shown(cast, period, now)[other] == ["silent", "quiet", "silent", "quiet"]
    states = [str(debt.state(now)) for debt in debts.all()]
    assert states == ["breached", "met_late", "breached", "met"]
    assert Undertaking.objects.get(body=cast.other_firm).status == "open"
    for day in (FIRST, FIRST + 2 * DAY):
        quiet(cast.other_enterprise, period, now, day=day)
    assert Undertaking.objects.get(body=cast.other_firm).status == "done"
    assert not list(ledger.verify())


def test_something_to_report_reaches_the_desk_and_is_never_taken_back(cast, period, clock):
    now = clock(on(FIRST, 9))
    quiet(cast.enterprise, period, now)
    with pytest.raises(Invalid, match="写明是什么情况"):
        quiet(cast.enterprise, period, now, is_quiet=False)
    row = quiet(cast.enterprise, period, now, is_quiet=False, words="分拨中心积压 3 万件")
    (cell,) = Table(period, [cast.firm], now).lines[0].cells
    assert (cell.state, cell.report) == ("news", row) and not cell.is_late
    quiet(cast.enterprise, period, clock(on(FIRST, 11)))
    (cell,) = Table(period, [cast.firm], now).lines[0].cells
    assert cell.state == "news" and cell.words == "有情况 09:00，后报无 11:00"
    told = Notification.objects.filter(person__username="duty", title__contains="有情况").get()
    assert told.text == "分拨中心积压 3 万件" and told.matter == f"key-period/{period.number}"
    for act in (
        lambda: ZeroReport.objects.update(words="无"),
        lambda: ZeroReport.objects.filter(pk=row.pk)._raw_delete("default"),
        lambda: type(period).objects.update(ends_on=FIRST),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_what_can_not_be_said_is_refused_by_field(cast, period, clock):
    now = clock(on(FIRST, 9))
    for said, field in (
        ({"day": FIRST + DAY}, "/day"),
        ({"day": FIRST - DAY}, "/day"),
        ({"is_quiet": None}, "/is_quiet"),
        ({"words": "无"}, "/words"),
        ({"body": cast.other_firm.code}, "/body"),
    ):
        with pytest.raises(Invalid) as refusal:
            quiet(cast.enterprise, period, now, **said)
        assert [error.pointer for error in refusal.value.errors] == [field]
    with pytest.raises(Invalid, match="只有应急办"):
        quiet(cast.enterprise, period, now, told_at=now)
    with pytest.raises(NotFound):
        quiet(cast.member, period, now)
    with pytest.raises(NotAllowed):
        quiet(cast.commander, period, now)
    for said, field in (
        ({"kind": "x"}, "/kind"),
        ({"name": " "}, "/name"),
        ({"starts_on": None}, "/starts_on"),
        ({"ends_on": FIRST - 2 * DAY, "starts_on": FIRST - 3 * DAY}, "/ends_on"),
        ({"ends_on": FIRST + 300 * DAY}, "/ends_on"),
        ({"starts_on": date(1, 1, 1), "ends_on": date(9999, 1, 1)}, "/starts_on"),
        ({"bodies": [cast.member.organization.code]}, "/bodies"),
        ({"due_by": time(0)}, "/due_by"),
        ({"due_by": time(7, 59)}, "/due_by"),
    ):
        with pytest.raises(Invalid) as refusal:
            declare(cast, **said)
        assert refusal.value.errors[0].pointer == field, said


def test_a_day_whose_hour_had_passed_is_not_owed_and_an_end_is_an_end(cast, clock):
    now = clock(on(FIRST, 18))
    period = declare(cast, now=now, starts_on=FIRST - 5 * DAY)
    assert period.days == [FIRST + DAY, FIRST + 2 * DAY, LAST]
    assert Deadline.objects.filter(rule__code="Q6").first().due_at == on(FIRST + DAY, 17)
    now = clock(on(FIRST + 2 * DAY, 9))
    with pytest.raises(NotAllowed):
        key_periods.end(actor=cast.duty_officer, number=period.number, reason="x", now=now)
    key_periods.end(actor=cast.office_director, number=period.number, reason="旺季提前结束", now=now)
    period.refresh_from_db()
    assert period.days == [FIRST + DAY] and not period.runs(now)
    assert not Undertaking.objects.filter(status="open").exists() and escalation.next_due() is None
    with pytest.raises(WrongState):
        roll_calls.call(actor=cast.duty_officer, number=period.number, now=now)
    entry = LedgerEntry.objects.get(action="period.ended")
    assert entry.reason == "旺季提前结束"


def test_its_last_day_moves_with_a_reason_and_the_debts_with_it(cast, period, clock):
    firm, other, county = cast.enterprise, cast.other_enterprise, cast.county
    move = {"actor": cast.office_director, "number": period.number, "reason": "旺季后移"}
    debts = lambda body: [  # noqa: E731
        (timezone.localdate(debt.due_at), str(debt.state(timezone.now())))
        for debt in Deadline.objects.filter(rule__code="Q6", debtor=body).order_by("due_at", "pk")
    ]
    for day in (FIRST, FIRST + DAY, FIRST + 2 * DAY, LAST):
        quiet(firm, period, clock(on(day, 9)))
    assert Undertaking.objects.get(body=cast.firm).status == "done"
    now = clock(on(LAST, 18))
    escalation.sweep(now=now)
    assert [state for _, state in debts(cast.other_firm)] == ["breached"] * 4
    for said, field in (
        ({"ends_on": LAST}, "/ends_on"),
        ({"ends_on": None}, "/ends_on"),
        ({"ends_on": date(9999, 1, 1)}, "/ends_on"),
        ({"ends_on": FIRST + 300 * DAY}, "/ends_on"),
        ({"ends_on": LAST - DAY}, "/ends_on"),
        ({"ends_on": LAST + DAY, "reason": " "}, "/reason"),
    ):
        with pytest.raises(Invalid) as refusal:
            key_periods.move_end(now=now, **move | said)
        assert [error.pointer for error in refusal.value.errors] == [field], said
    with pytest.raises(NotAllowed):
        key_periods.move_end(now=now, ends_on=LAST + DAY, **move | {"actor": cast.duty_officer})
    key_periods.move_end(now=now, ends_on=LAST + 2 * DAY, **move)
    period.refresh_from_db()
    assert period.days[-1] == LAST + 2 * DAY
    # who had done all begins anew, who was silent goes on
    assert debts(cast.firm)[-1] == (LAST + DAY, "open")
    assert debts(cast.other_firm)[-1] == (LAST + DAY, "open")
    assert Undertaking.objects.filter(body=cast.firm).count() == 2
    assert Undertaking.objects.get(body=cast.other_firm).until_at == on(LAST + 2 * DAY, 17)
    told = Notification.objects.filter(person=firm.person, title__contains="延长至").get()
    assert told.text == "旺季后移" and "内部时限" in told.title
    quiet(other, period, clock(on(LAST + DAY, 9)))
    assert debts(cast.other_firm)[-1] == (LAST + 2 * DAY, "open")
    key_periods.move_end(now=timezone.now(), ends_on=LAST + DAY, **move)
    assert debts(cast.other_firm)[-1] == (LAST + 2 * DAY, "void")
    assert Undertaking.objects.get(body=cast.other_firm).status == "open", "it still owes four days"
    quiet(firm, period, clock(on(LAST + DAY, 10)))
    assert set(Undertaking.objects.filter(body=cast.firm).values_list("status", flat=True)) == {"done"}
    # longer once more: the day that had been taken away is owed again
    key_periods.move_end(now=timezone.now(), ends_on=LAST + 2 * DAY, **move)
    assert debts(cast.firm)[-1] == debts(cast.other_firm)[-1] == (LAST + 2 * DAY, "open")
    now = clock(on(LAST + 2 * DAY, 17, 1))
    escalation.sweep(now=now)
    assert debts(cast.firm)[-1][1] == debts(county.organization)[-1][1] == "breached"
    assert escalation.next_due() is None
    moves = LedgerEntry.objects.filter(action="period.moved").order_by("seq")
    assert [entry.data["ends_on"] for entry in moves] == [f"2026-11-{day}" for day in (14, 13, 14)]
    assert {entry.reason for entry in moves} == {"旺季后移"}
    with pytest.raises(WrongState):
        key_periods.move_end(now=clock(on(LAST + 3 * DAY, 9)), ends_on=LAST + 9 * DAY, **move)
    with pytest.raises(IntegrityError), transaction.atomic():
        period.moves.update(reason="另一个")
    assert not list(ledger.verify())


def test_who_is_set_inactive_owes_no_more_and_is_not_called(cast, period, clock):
    clock(on(FIRST, 18))
    admin, body = client_of(cast.administrator), cast.other_firm
    hazards.register(
        actor=cast.duty_officer, body=body, kind="flaw", place="二楼", words="货架变形", now=timezone.now()
    )
    page = reverse("admin:incidents_organization_change", args=[body.pk])
    form = admin.get(page).context["adminform"].form
    data = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    data = {name: value for name, value in data.items() if value and name != "is_active"}
    formset = {f"contacts-{name}_FORMS": 0 for name in ("TOTAL", "INITIAL", "MIN_NUM", "MAX_NUM")}
    answer = admin.post(page, data | formset, follow=True)
    assert "2 项准备事项随停用失效" in answer.content.decode(), answer.context["errors"]
    assert {each.status for each in Undertaking.objects.filter(body=body)} == {"void"}
    entry = LedgerEntry.objects.filter(action="undertaking.void").first()
    assert entry.reason == "单位已停用" and entry.clause == "4.1"
    now = clock(on(FIRST + 2 * DAY, 9))
    assert shown(cast, period, now)[body.code] == ["silent", "off", "off"]
    assert zero_reports.chase(actor=cast.duty_officer, number=period.number, now=now).bodies == 2
    call = roll_calls.call(actor=cast.duty_officer, number=period.number, now=now)
    assert not call.answers.filter(body=body).exists() and call.answers.count() == 2
    key_periods.move_end(
        actor=cast.office_director, number=period.number, ends_on=LAST + DAY, reason="后移", now=now
    )
    assert Undertaking.objects.filter(body=body).count() == 2
    admin.post(page, data | formset | {"is_active": "on"})
    assert Undertaking.objects.filter(body=body, status="open", rule="Q10").exists(), "by its registers"
    owed = Undertaking.objects.get(body=body, status="open", rule="Q6")
    assert owed.deadlines.get().due_at == on(FIRST + 2 * DAY, 17)
    assert shown(cast, period, now)[body.code][-1] == "waiting"


def test_who_was_forgotten_joins_and_who_leaves_owes_no_more(cast, clock):
    firm, other = cast.firm, cast.other_firm
    period = declare(cast, bodies=[firm.code, cast.county.organization.code])
    director = {"actor": cast.office_director, "number": period.number}
    now = clock(on(FIRST + DAY, 9))
    with pytest.raises(NotAllowed):
        period_bodies.change_bodies(
            **director | {"actor": cast.duty_officer}, add=[other.code], reason="漏", now=now
        )
    for said, fields in (
        ({"add": [other.code], "reason": " "}, {"/reason"}),
        ({"reason": "漏"}, {"/add"}),
        ({"add": [firm.code], "reason": "漏"}, {"/add"}),
        ({"leave": [other.code], "reason": "漏"}, {"/leave"}),
        ({"leave": [firm.code, cast.county.organization.code], "reason": "漏"}, {"/leave"}),
    ):
        with pytest.raises(Invalid) as refusal:
            period_bodies.change_bodies(now=now, **director, **said)
        assert {error.pointer for error in refusal.value.errors} >= fields, said
    assert not key_periods.visible([cast.other_enterprise]).exists()
    office = client_of(cast.office_director)
    url = reverse("key-period-bodies", args=[period.number])
    refused = send(office, url, add=[other.code])
    assert refused.status_code == 422 and f'value="{other.code}" selected' in refused.content.decode()
    page = office.get(send(office, url, add=[other.code], reason="发布时漏列")["Location"]).content.decode()
    assert "增加：" in page and str(other) in page and "发布时漏列" in page and "不需报" in page
    # from now on: the days before are none of its, the report and the roll-call of today are
    assert shown(cast, period, now)[other.code] == ["apart", "waiting"]
    assert Deadline.objects.get(debtor=other, rule__code="Q6").due_at == on(FIRST + DAY, 17)
    assert "自即日起" in Notification.objects.get(person=cast.other_enterprise.person).title
    with pytest.raises(Invalid, match="不在这段时期须报"):
        quiet(cast.other_enterprise, period, now, day=FIRST)
    call = roll_calls.call(actor=cast.duty_officer, number=period.number, now=now)
    assert call.answers.filter(body=other).exists()
    assert zero_reports.chase(actor=cast.duty_officer, number=period.number, now=now).bodies == 3
    now = clock(now + timedelta(minutes=10))
    period_bodies.change_bodies(leave=[firm.code], reason="已停业", now=now, **director)
    owed = Deadline.objects.filter(debtor=firm, rule__code__in=["Q6", "Q7"]).order_by("due_at")
    escalation.sweep(now=now)
    assert [str(debt.state(now)) for debt in owed.all()] == ["breached", "void"]
    assert roll_calls.chase(actor=cast.duty_officer, number=call.number, now=now).bodies == 2
    assert zero_reports.chase(actor=cast.duty_officer, number=period.number, now=now).bodies == 2
    late = quiet(cast.enterprise, period, now, day=FIRST)
    assert late.is_late, "what it was silent about it may still say"
    with pytest.raises(Invalid, match="不在这段时期须报"):
        quiet(cast.enterprise, period, now)
    assert "今日未报 2 / 2 家" in office.get(page_of(period)).content.decode()
    assert "报送今日零报告" not in client_of(cast.enterprise).get(page_of(period)).content.decode()
    assert not roll_calls.call(actor=cast.duty_officer, number=period.number, now=now).answers.filter(
        body=firm
    )
    key_periods.move_end(now=now, ends_on=LAST + DAY, reason="后移", **director)
    now = clock(on(FIRST + 2 * DAY, 9))
    assert shown(cast, period, now)[firm.code] == ["quiet", "apart", "apart"]
    period_bodies.change_bodies(add=[firm.code], reason="复业", now=now, **director)
    assert shown(cast, period, now)[firm.code] == ["quiet", "apart", "waiting"]
    assert Undertaking.objects.get(body=firm, status="open", rule="Q6").until_at == on(LAST + DAY, 17)
    told = LedgerEntry.objects.filter(action="period.changed").order_by("seq")
    assert [entry.data["leaving"] for entry in told] == [[], [firm.code], []]
    for gone in (period.changes.all().delete, lambda: period.bodies.remove(firm)):
        with pytest.raises(IntegrityError), transaction.atomic():
            gone()
    key_periods.end(now=now, reason="平稳", **director)
    with pytest.raises(WrongState):
        period_bodies.change_bodies(add=[other.code], reason="漏", now=now, **director)
    assert not list(ledger.verify())


def page_of(period) -> str:
    return reverse("key-period", args=[period.number])


def test_many_are_owed_by_many_in_a_few_queries(cast, clock, django_assert_max_num_queries):
    office = cast.duty_officer.organization
    codes = [body.code for body in key_periods.may_owe(office)]
    assert len(codes) > 12
    with django_assert_max_num_queries(40 + 8 * len(codes)):
        declare(cast, bodies=codes)
    assert Deadline.objects.filter(rule__code="Q6").count() == len(codes)


def test_a_roll_call_is_answered_in_time_late_or_not_at_all(cast, period, clock):
    now = clock(on(FIRST, 10))
    call = roll_calls.call(actor=cast.duty_officer, number=period.number, now=now, words="台风登陆")
    assert call.number == "ZMD-RC-2026-0001" and call.due_at == now + timedelta(minutes=30)
    called = {"number": call.number, "place": "值班室", "state": "well"}
    answer = roll_calls.answer(actor=cast.enterprise, person="张三", now=clock(call.due_at), **called)
    assert not answer.is_late
    with pytest.raises(WrongState, match="应答"):
        roll_calls.answer(actor=cast.enterprise, person="张三", now=now, **called)
    with pytest.raises(Invalid, match="说明"):
        roll_calls.answer(actor=cast.county, person="李四", now=now, **called | {"state": "trouble"})
    after = clock(call.due_at + timedelta(minutes=20))
    escalation.sweep(now=after)
    heard = Notification.objects.filter(deadline__rule__code="Q7", deadline__debtor=cast.other_firm)
    assert {n.kind for n in heard} == {"reminder", "breach", "escalation"} - {"reminder"}
    assert roll_calls.chase(actor=cast.duty_officer, number=call.number, now=after).bodies == 2
    assert set(Notification.objects.filter(kind="chase").values_list("person__username", flat=True)) == {
        "other",
        "county",
    }
    by_phone = roll_calls.answer(
        actor=cast.duty_officer, person="王五", now=after, body=cast.other_firm.code, **called
    )
    assert by_phone.by_phone and by_phone.is_late
    told = {"actor": cast.duty_officer, "person": "赵六", "body": cast.county.organization.code}
    for wrong in (now - timedelta(hours=1), after + timedelta(hours=1)):
        with pytest.raises(Invalid, match="来电时间"):
            roll_calls.answer(now=after, told_at=wrong, **told, **called)
    in_time = roll_calls.answer(now=after, told_at=call.due_at, **told, **called)
    assert not in_time.is_late, "it telephoned in time, and was written down later"
    debt = Deadline.objects.get(rule__code="Q7", debtor=cast.county.organization)
    assert debt.state(after) == "met" and Notification.objects.filter(deadline=debt, kind="correction")
    debt = Deadline.objects.get(rule__code="Q7", debtor=cast.other_firm)
    assert debt.state(after) == "met_late"
    entry = LedgerEntry.objects.get(action="roll.answered", chain=f"body:{cast.firm.pk}")
    assert "张三" not in entry.text and entry.personal_values.get().value == "张三"
    with pytest.raises(IntegrityError), transaction.atomic():
        RollAnswer.objects.filter(pk=answer.pk).update(place="家中")
    with pytest.raises(NotFound):
        roll_calls.answer(actor=cast.member, person="赵六", now=after, **called)
    with pytest.raises(Invalid, match="5 分钟"):
        roll_calls.call(actor=cast.duty_officer, number=period.number, now=after, minutes=10**9)


def test_the_office_declares_calls_and_sees_who_is_silent(cast, clock):
    office = client_of(cast.office_director)
    all_of_them = send(
        office,
        reverse("key-period-new"),
        kind="event",
        name="全体",
        ends_on="2026-11-09",
        due_by="17:00",
        all_firms="on",
    )
    assert all_of_them.status_code == 302, all_of_them.context["form"].errors
    whole = key_periods.visible([cast.office_director]).get()
    assert set(whole.bodies.values_list("kind", flat=True)) == {"ENTERPRISE"}
    assert not whole.bodies.filter(code="post-henan").exists() and whole.bodies.count() > 10
    key_periods.end(actor=cast.office_director, number=whole.number, reason="试过", now=timezone.now())
    made = send(
        office,
        reverse("key-period-new"),
        kind="flood",
        name="汛期",
        starts_on="2026-11-09",
        ends_on="2026-11-20",
        due_by="17:00",
        bodies=[cast.firm.code, cast.other_firm.code, cast.county.organization.code],
    )
    assert made.status_code == 302, made.context["form"].errors
    period = key_periods.visible([cast.office_director]).get(kind="flood")
    page = made["Location"]
    html = office.get(page).content.decode()
    assert "今日未报 3 / 3 家" in html and "待报" in html
    assert "今日未报 3 家" in office.get(reverse("preparedness")).content.decode()
    clock(on(FIRST, 17, 1))
    Contact.objects.filter(organization=cast.other_firm).delete()
    html = office.get(page).content.decode()
    assert html.count('class="quiet-silent"') >= 3 and "未报" in html
    assert "没有可通知的人" in html and "代录" in html
    button, pressed = reverse("key-period-chase", args=[period.number]), {"token": "one press"}
    office.post(button, pressed)
    chased = office.post(button, pressed, follow=True).content.decode()
    assert "已催报 3 个单位；其中 1 个单位没有可通知的人，请打电话" in chased
    assert Notification.objects.filter(kind="chase").count() == 2
    assert "已过 17:00（内部时限）" in Notification.objects.filter(kind="chase").first().title
    assert LedgerEntry.objects.get(action="period.chased").data["unreached"] == [cast.other_firm.code]
    coming = declare(cast, starts_on=FIRST + DAY, name="以后", now=timezone.now())
    assert "未开始" in office.get(reverse("key-periods")).content.decode()
    ahead = office.get(reverse("key-period", args=[coming.number])).content.decode()
    assert "今日都已报送" not in ahead and reverse("key-period-call", args=[coming.number]) not in ahead
    with pytest.raises(WrongState, match="才开始"):
        roll_calls.call(actor=cast.duty_officer, number=coming.number, now=timezone.now())
    longer = reverse("key-period-move", args=[period.number])
    refused = send(office, longer, ends_on="2026-11-21", reason="")
    assert refused.status_code == 422 and 'value="2026-11-21"' in refused.content.decode()
    moved = send(office, longer, ends_on="2026-11-22", reason="雨未停")
    html = office.get(moved["Location"]).content.decode()
    assert "延长：止日由 11月20日改为 11月22日（雨未停）" in html
    wrong = send(office, reverse("key-period-new"), name="", ends_on="9999-12-31", due_by="x")
    assert wrong.status_code == 422 and "请填写时刻" in wrong.content.decode()
    called = send(office, reverse("key-period-call", args=[period.number]), words="报在岗情况")
    assert called.status_code == 302
    roll = office.get(called["Location"]).content.decode()
    assert "3 家无应答" in roll and "还剩 30 分" in roll
    assert "：通知 3 个单位；其中 " in roll and "没有可通知的人，请打电话" in roll, (
        "nobody is called told who is not"
    )
    assert office.get(called["Location"], headers={"HX-Request": "true"}).content.decode().count("<h1>") == 1
    assert office.post(reverse("roll-call-chase", args=["ZMD-RC-2026-0001"])).status_code == 302
    by_phone = send(
        office,
        reverse("roll-call-answer", args=["ZMD-RC-2026-0001"]),
        body=cast.other_firm.code,
        state="short",
        person="王五",
        place="门卫室",
        told_at="刚才",
    )
    assert by_phone.status_code == 302
    roll = office.get(called["Location"]).content.decode()
    assert "人手或设备不足" in roll and "2 家无应答" in roll
    assert "2 家无应答" in office.get(page).content.decode()
    ended = send(office, reverse("key-period-end", args=[period.number]), reason="雨停")
    assert ended.status_code == 302 and "提前结束" in office.get(page + "?print=1").content.decode()
    assert "已提前结束" in office.get(reverse("key-periods")).content.decode()


def test_a_body_does_its_own_with_one_tap_and_sees_nobody_elses(cast, period, clock):
    clock(on(FIRST, 9))
    roll_calls.call(actor=cast.duty_officer, number=period.number, now=on(FIRST, 9))
    firm = client_of(cast.enterprise)
    home = firm.get(reverse("firm")).content.decode()
    assert "报送零报告" in home and f'href="/key-periods/{period.number}/"' in home and "应答点名" in home
    page = reverse("key-period", args=[period.number])
    html = firm.get(page).content.decode()
    assert "报送今日零报告" in html and str(cast.other_firm) not in html
    assert send(firm, reverse("key-period-report", args=[period.number]), is_quiet="yes").status_code == 302
    assert "无 09:00" in firm.get(page).content.decode()
    refused = send(firm, reverse("key-period-report", args=[period.number]), is_quiet="no")
    assert refused.status_code == 422 and "写明是什么情况" in refused.content.decode()
    news = send(firm, reverse("key-period-report", args=[period.number]), is_quiet="no", words="积压")
    assert "零报告不能代替" in firm.get(news["Location"]).content.decode()
    assert "尚未应答" in firm.get(page).content.decode()
    roll = reverse("roll-call", args=["ZMD-RC-2026-0001"])
    html = firm.get(roll).content.decode()
    assert "尚未应答" in html and str(cast.other_firm) not in html
    assert send(firm, reverse("roll-call-answer", args=["ZMD-RC-2026-0001"])).status_code == 302
    assert "在岗，正常" in firm.get(roll).content.decode()
    assert RollAnswer.objects.filter(body=cast.firm, person="企业值班员").exists()
    county = client_of(cast.county)
    assert "报送零报告" in county.get(reverse("home")).content.decode()
    assert send(county, reverse("key-period-report", args=[period.number]), is_quiet="yes").status_code == 302
    for actor, status in (
        (cast.member, 404),
        (cast.approver, 404),
        (cast.auditor, 200),
        (cast.commander, 200),
    ):
        assert client_of(actor).get(page).status_code == status
    assert (
        client_of(cast.commander).get(reverse("key-period-report", args=[period.number])).status_code == 404
    )
