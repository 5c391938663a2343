"""From the inbox to the outside: fall-over, retries, bundling, giving up; real receivers, moved time."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alerts.models import Attempt, Channel, Delivery, Notification
from alerts.services import inbox, outbox, sending, wording
from incidents.models import Role, User
from tests.cast import another_city, appoint, call_in
from tests.channels.conftest import NOON, drain, tell

pytestmark = pytest.mark.clause("5.2.1")
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
def director(cast) -> User:
    return cast.office_director.person


def test_a_message_goes_by_the_first_channel_alone(director, channel, receive):
    first, second = receive(), receive()
    channel(director, first), channel(director, second)
    message = tell(director, at=NOON)
    drain(NOON)
    assert [message.title in text for text in first.texts] == [True] and not second.got
    delivery = message.deliveries.get()
    assert (delivery.state, delivery.sent_at, delivery.tries) == ("已送出", NOON, 1)
    assert delivery.channel.last_success_at == NOON and Attempt.objects.get().ok
    drain(NOON + timedelta(days=3))
    assert len(first.got) == 1, "and never again"


def test_who_has_no_channel_costs_one_question(cast):
    people = [cast.office_director.person, cast.duty_officer.person]
    messages = [Notification(person=p, kind="news", title="动态", created_at=NOON) for p in people * 50]
    with CaptureQueriesContext(connection) as asked:
        inbox.deliver(messages)
    assert len([q for q in asked if "SAVEPOINT" not in q["sql"]]) == 3
    assert not Delivery.objects.exists()


def test_a_storm_is_queued_in_as_many_statements_as_a_hundred_messages(cast, channel, receive):
    receiver = receive()
    channel(cast.office_director.person, receiver), channel(cast.office_director.organization, receiver)
    counts = []
    for many in (100, 3_000):
        messages = [
            Notification(
                person=cast.office_director.person, kind="breach", title=f"{many}-{n}", created_at=NOON
            )
            for n in range(many)
        ]
        with CaptureQueriesContext(connection) as asked:
            inbox.deliver(messages)
        counts.append(len([q for q in asked if "SAVEPOINT" not in q["sql"]]))
    assert counts[0] == counts[1] <= 5
    assert outbox.depth() == 2 * 3_100
    assert "zmd_outbox_depth 6200.0" in Client().get("/metrics").content.decode()


def test_what_is_rolled_back_is_never_sent(director, channel, receive):
    receiver = receive()
    channel(director, receiver)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        tell(director, at=NOON)
        raise ZeroDivisionError
    drain(NOON)
    assert not receiver.got and not Delivery.objects.exists() and not Notification.objects.exists()


def test_a_dead_channel_falls_over_to_the_next_at_once(director, channel, receive):
    dead, living = receive(status=500), receive()
    broken, sound = channel(director, dead), channel(director, living)
    tell(director, "第一条", at=NOON)
    drain(NOON)
    assert len(dead.got) == len(living.got) == 1
    broken.refresh_from_db(), sound.refresh_from_db()
    assert (broken.failures, broken.failing_since, broken.last_error) == (1, NOON, "对方没有接收，代码 500")
    assert sound.failures == 0
    attempts = Delivery.objects.get().attempts.values_list("channel", "ok")
    assert list(attempts) == [(broken.pk, False), (sound.pk, True)]
    assert outbox.failures_since(NOON) == 1 and outbox.depth() == 0

    soon = NOON + SECOND
    tell(director, "第二条", at=soon)
    drain(soon + sending.GAP)
    assert len(dead.got) == 2, "its pause is over: the second message is the probe"
    assert "第二条" in living.texts[1]


def test_with_the_clock_set_back_no_channel_waits_for_the_hours_to_come_again(director, channel, receive):
    receiver = receive()
    row = channel(director, receiver)
    tell(director, "之前", at=NOON)
    drain(NOON)
    tell(director, "还在等", at=NOON)
    earlier = NOON - timedelta(hours=2)
    Channel.objects.filter(pk=row.pk).update(busy_until=NOON + MINUTE, retry_at=NOON + MINUTE)
    tell(director, "拨回之后", at=earlier)
    drain(earlier)
    assert [("还在等" in text, "拨回之后" in text) for text in receiver.texts] == [
        (False, False),
        (True, True),
    ]


def test_while_it_cools_down_messages_begin_with_the_next(director, channel, receive, steady):
    dead, living = receive(status=500), receive()
    channel(director, dead), channel(director, living)
    tell(director, at=NOON)
    drain(NOON)
    Channel.objects.update(quiet_until=None)
    tell(director, "十秒之后", at=NOON + 10 * SECOND)
    drain(NOON + 10 * SECOND)
    assert len(dead.got) == 1 and "十秒之后" in living.texts[-1]


def test_one_that_recovers_carries_again(director, channel, receive, steady):
    first, second = receive(status=500), receive()
    recovering = channel(director, first)
    channel(director, second)
    tell(director, at=NOON)
    drain(NOON)
    first.status = 200
    later = NOON + 5 * MINUTE
    tell(director, "恢复之后", at=later)
    drain(later)
    assert "恢复之后" in first.texts[-1] and len(second.got) == 1
    recovering.refresh_from_db()
    assert (recovering.failures, recovering.failing_since, recovering.retry_at) == (0, None, None)


def test_the_only_channel_is_tried_again_after_pauses_that_double(director, channel, receive, steady):
    dead = receive(status=503)
    channel(director, dead)
    message = tell(director, at=NOON)
    at = NOON
    for n, pause in enumerate((15, 30, 60, 120, 240, 480, 900, 900), start=1):
        drain(at)
        assert len(dead.got) == n
        drain(at + (pause - 1) * SECOND)
        assert len(dead.got) == n, f"not yet after {pause - 1} seconds"
        at += pause * SECOND
    dead.status = 200
    drain(at)
    delivery = message.deliveries.get()
    assert (delivery.state, delivery.tries, delivery.attempts.count()) == ("已送出", 9, 9)


def test_the_owner_hears_of_a_dead_channel_once_by_the_next(director, channel, receive, steady):
    dead, living = receive(status=500), receive()
    broken = channel(director, dead, name="坏了的")
    channel(director, living)
    for n in range(6):
        at = NOON + n * timedelta(hours=1)
        tell(director, f"第{n}条", at=at)
        drain(at)
        drain(at + sending.GAP)
    told = Notification.objects.get(title__contains="坏了的")
    assert told.person == director and "连续失败 3 次" in told.title and "代码 500" in told.text
    assert sum("坏了的" in text for text in living.texts) == 1
    broken.refresh_from_db()
    assert broken.failures > 3


def test_pauses_differ_so_that_many_do_not_come_at_once():
    pauses = {sending.pause_after(3) for _ in range(20)}
    assert len(pauses) > 10 and all(30 * SECOND <= pause <= 60 * SECOND for pause in pauses)


def test_a_probe_carries_few_and_what_waited_follows(director, channel, receive, steady):
    receiver = receive(status=500)
    channel(director, receiver)
    for n in range(120):
        tell(director, f"第{n}条", at=NOON)
    drain(NOON)
    receiver.status = 200
    drain(NOON + 15 * SECOND)
    drain(NOON + 15 * SECOND + sending.GAP)
    assert list(Attempt.objects.values_list("messages", "ok")) == [(120, False), (50, True), (70, True)]


def test_after_a_day_it_is_given_up_and_the_office_told_once(cast, channel, receive, steady):
    person, dead = cast.commander.person, receive(status=500)
    channel(person, dead)
    elsewhere = another_city()
    theirs = appoint("other-head", elsewhere.parent.code, Role.COMMANDER, "他市指挥长")
    desk = appoint("other-desk", elsewhere.code, Role.DUTY_OFFICER, "他市值班员", "DUTY")
    channel(theirs.person, dead)
    tell(theirs.person, at=NOON)
    message = tell(person, at=NOON)
    tell(person, "另一条", at=NOON)
    drain(NOON)
    drain(NOON + timedelta(hours=23, minutes=59))
    assert message.deliveries.get().state == "重试中"
    drain(NOON + timedelta(days=1))
    assert message.deliveries.get().state == "未能送出"
    told = Notification.objects.filter(title__contains="未能送到外部渠道").exclude(person=desk.person)
    (abroad,) = Notification.objects.filter(title__contains="未能送到外部渠道", person=desk.person)
    assert "1 条" in abroad.title and "他市指挥长" in abroad.text and str(person) not in abroad.text
    assert set(told.values_list("person", flat=True)) == {
        cast.duty_officer.person.pk,
        cast.office_director.person.pk,
    }
    assert "2 条" in told[0].title and str(person) in told[0].text and "他市" not in told[0].text
    tell(person, "又一条", at=NOON + timedelta(days=1))
    drain(NOON + timedelta(days=1, minutes=1))
    drain(NOON + timedelta(days=2, minutes=1))
    assert told.count() == 2, "once for one failure"


def test_fifty_breaches_are_one_message_with_a_list(cast, director, channel, receive):
    receiver = receive()
    channel(director, receiver)
    incident = call_in(cast, now=NOON)
    Delivery.objects.all().delete()
    for n in range(50):
        tell(director, f"第{n}起 R4 书面报告 超法定时限", at=NOON, incident=incident)
    tell(director, "只是动态", kind="news", at=NOON)
    drain(NOON)
    (text,) = receiver.texts
    title, body = text.split("\n", 1)
    assert "51 条消息" in title and "超时 50" in title and "动态 1" in title
    assert body.count("· [超时]") + int(body.partition("另有 ")[2].partition(" 条")[0]) == 51
    assert len(text.encode()) <= wording.LONGEST and incident.number in body and "§5.2.1" in body
    attempt = Attempt.objects.get()
    assert attempt.messages == attempt.deliveries.filter(sent_at=NOON).count() == 51


def test_what_follows_within_a_minute_is_gathered(director, channel, receive):
    receiver = receive()
    channel(director, receiver)
    tell(director, "最先", at=NOON)
    drain(NOON)
    for n in range(5):
        tell(director, f"随后{n}", at=NOON + n * SECOND)
    drain(NOON + 59 * SECOND)
    assert len(receiver.got) == 1
    drain(NOON + 60 * SECOND)
    assert len(receiver.got) == 2 and "5 条消息" in receiver.texts[1]


def test_a_channel_for_urgent_messages_leaves_news_to_the_next(director, channel, receive):
    urgent, rest = receive(), receive()
    channel(director, urgent, takes="urgent"), channel(director, rest)
    tell(director, "超时了", at=NOON)
    tell(director, "有动态", kind="news", at=NOON)
    drain(NOON)
    assert ["超时了" in text for text in urgent.texts] == [True]
    assert ["有动态" in text for text in rest.texts] == [True]


def test_nothing_is_queued_that_no_channel_takes(director, channel, receive):
    channel(director, receive(), takes="urgent")
    tell(director, kind="news")
    assert not Delivery.objects.exists()


def test_a_group_gets_one_copy_however_many_are_told(cast, channel, receive):
    group = receive()
    channel(cast.duty_officer.organization, group)
    incident = call_in(cast, now=NOON)
    drain(NOON)
    told = Notification.objects.filter(incident=incident, person__posts__organization=incident.office)
    assert told.values("title").distinct().count() == Delivery.objects.count() < told.count()
    assert len(group.got) == 1


def test_a_group_hears_nothing_of_others_people_nor_what_an_auditor_is_told(cast, channel, receive):
    group = receive()
    channel(cast.firm, group), channel(cast.auditor.organization, receive())
    tell(cast.other_enterprise.person, at=NOON)
    tell(cast.auditor.person, at=NOON)
    assert not Delivery.objects.exists()
    tell(cast.enterprise.person, at=NOON)
    assert Delivery.objects.get().organization == cast.firm


def test_a_channel_removed_or_paused_meanwhile_sends_no_more(director, channel, receive):
    receiver = receive()
    made = channel(director, receiver)
    message = tell(director, at=NOON)
    Channel.objects.filter(pk=made.pk).update(paused_at=NOON)
    drain(NOON)
    assert not receiver.got and message.deliveries.get().state == "未能送出"


def test_drills_have_one_place_to_stay_inside(director, channel, receive, monkeypatch):
    channel(director, receive())
    monkeypatch.setattr(outbox, "stays_inside", lambda message: message.title.startswith("【演练】"))
    tell(director, "【演练】超时")
    tell(director, "超时")
    assert [d.notification.title for d in Delivery.objects.all()] == ["超时"]


def test_a_person_without_a_post_has_his_own_channel(cast, channel, receive):
    person = User.objects.create(username="plain", name="无任职")
    receiver = receive()
    channel(person, receiver)
    tell(person, at=NOON)
    drain(NOON)
    assert len(receiver.got) == 1


def test_no_words_but_the_title_leave_the_system(cast, director, channel, receive, settings):
    """Casualties' and reporters' names stand in texts, if anywhere."""
    settings.BASE_URL = "https://emergency.example.org"
    receiver = receive()
    channel(director, receiver)
    incident = call_in(cast, now=NOON)
    Delivery.objects.all().delete()
    debt = incident.deadlines.get(rule__code="R4")
    tell(
        director,
        "R4 书面报告 超法定时限",
        at=NOON,
        text="报告人张三 13800000000",
        incident=incident,
        deadline=debt,
    )
    drain(NOON)
    (text,) = receiver.texts
    assert "张三" not in text and "1380" not in text
    for part in (incident.number, "R4", "§5.2.1", "到期 3月2日 14:00"):
        assert part in text
    assert f"https://emergency.example.org/incidents/{incident.number}/" in text


def test_a_second_post_in_another_body_brings_the_copy_there_too(cast, channel, receive):
    appoint("director", cast.commander.organization.code, "commander", "副总指挥（兼）")
    channel(cast.commander.organization, receive())
    tell(cast.office_director.person)
    assert Delivery.objects.get().organization == cast.commander.organization
