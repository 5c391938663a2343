"""Standard Webhooks, outside any transaction: signed, tried for a day, recorded, and never further than the address."""

import socket
import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from standardwebhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from alerts.channels import pinned
from alerts.models import Notification, Webhook, WebhookAttempt, WebhookDelivery, WebhookEvent
from alerts.services import webhook_events, webhook_sending
from alerts.services.webhook_events import Happening
from incidents.models import LedgerEntry
from incidents.services.identity import webhooks
from incidents.services.identity.webhooks import Wish
from tests.screens.stage import sign_in, text_of
from tests.webhooks.conftest import drain

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def happen(cast, n=1, at=None):
    """So many orders to the firm, as if issued."""
    now = at or timezone.now()
    webhook_events.queue(
        [Happening("order.issued", cast.firm, f"order/{i}", lambda i=i: {"number": i}) for i in range(n)],
        at=now,
    )


def test_what_arrives_is_signed_and_says_what_happened(cast, hook_of, receive):
    receiver = receive(answer="thanks " * 500)
    hook = hook_of(cast.enterprise, receiver)
    happen(cast)
    assert drain() == 1
    ((headers, body),) = receiver.requests
    said = Verifier(hook.secret).verify(body, headers)
    event = WebhookEvent.objects.get()
    assert said["type"] == "order.issued" and said["data"]["number"] == 0
    assert body.decode() == event.payload and headers["webhook-id"] == event.message
    assert headers["Content-Type"].startswith("application/json")
    with pytest.raises(WebhookVerificationError):
        Verifier(hook.secret).verify(body + b" ", headers)
    attempt = WebhookAttempt.objects.get()
    assert (attempt.status, attempt.error, len(attempt.answer)) == (200, "", pinned.ANSWER)
    hook.refresh_from_db()
    assert hook.deliveries.get().state == "delivered" and hook.last_success_at and not hook.busy_until


def test_a_rotated_secret_overlaps_the_old_one_for_a_day(cast, hook_of, receive):
    receiver = receive()
    hook, now = hook_of(cast.enterprise, receiver), timezone.now()
    _, newer = webhooks.rotate(actor=cast.enterprise, hook_id=hook.pk, now=now - timedelta(hours=23))
    happen(cast)
    drain()
    (headers, body) = receiver.requests[0]
    assert Verifier(newer).verify(body, headers) and Verifier(hook.secret).verify(body, headers)
    webhooks.rotate(actor=cast.enterprise, hook_id=hook.pk, now=now)
    webhooks.test(actor=cast.enterprise, hook_id=hook.pk, now=now)
    drain()
    (headers, body) = receiver.requests[1]
    assert Verifier(newer).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Verifier(hook.secret).verify(body, headers)


def test_a_failure_is_tried_again_for_a_day_with_growing_pauses_then_people_are_told(
    cast, hook_of, receive, steady
):
    receiver = receive(status=500, answer="broken")
    hook, start = hook_of(cast.enterprise, receiver), timezone.now()
    happen(cast, at=start)
    now, pauses = start, []
    while True:
        assert drain(now) == 1
        row = hook.deliveries.get()
        if row.next_attempt_at is None:
            break
        assert drain(row.next_attempt_at - timedelta(milliseconds=1)) == 0, "not before its time"
        pauses.append(row.next_attempt_at - now)
        now = row.next_attempt_at
    assert pauses[: len(webhook_sending.PAUSES)] == webhook_sending.PAUSES and sum(pauses, timedelta()) <= DAY
    assert sum(pauses, timedelta()) > DAY - max(pauses)
    assert row.state == "given_up" and row.tries == row.attempts.count() == len(pauses) + 1
    assert {attempt.answer for attempt in row.attempts.all()} == {"broken"}
    assert {headers["webhook-id"] for headers, _ in receiver.requests} == {row.event.message}
    message = Notification.objects.get(person=cast.enterprise.person, title__contains="未能送达")
    assert "500" in message.text
    happen_again = Happening("order.issued", cast.firm, "later", dict)
    webhook_events.queue([happen_again], at=now)
    assert drain(now + DAY) == 0, "too old by then"
    assert hook.deliveries.filter(given_up_at__isnull=False).count() == 2
    assert Notification.objects.filter(title__contains="未能送达").count() == 1, "once per failure"
    receiver.status = 200
    webhooks.replay(actor=cast.enterprise, hook_id=hook.pk, delivery_id=row.pk, now=now)
    assert drain(now + timedelta(minutes=5)) == 1
    assert receiver.requests[-1][1].decode() == row.event.payload
    assert Webhook.objects.get().failures == 0


def test_one_event_that_is_never_taken_holds_up_no_other(cast, hook_of, receive, monkeypatch, steady):
    hook, now = hook_of(cast.enterprise, receive()), timezone.now()
    real = webhook_sending._post
    poison = "order/1"
    monkeypatch.setattr(
        webhook_sending,
        "_post",
        lambda parcel: (
            pinned.Answer(500, "对方答复 500") if parcel.delivery.event.cause == poison else real(parcel)
        ),
    )
    happen(cast, 4, at=now)
    drain(now)
    assert [row.state for row in hook.deliveries.order_by("id")] == [
        "delivered",
        "waiting",
        "waiting",
        "waiting",
    ]
    drain(now + webhook_sending.REST)
    assert [row.state for row in hook.deliveries.order_by("id")] == [
        "delivered",
        "waiting",
        "delivered",
        "delivered",
    ]


@pytest.mark.parametrize(
    ("status", "headers", "words"),
    [
        (302, {"Location": "http://127.0.0.1:1/elsewhere"}, "重定向，不跟随"),
        (307, {"Location": "/elsewhere"}, "重定向，不跟随"),
        (404, {}, "404"),
        (204, {}, ""),
    ],
)
def test_only_2xx_is_taken_and_no_redirect_followed(cast, hook_of, receive, status, headers, words):
    receiver = receive(status=status, headers=headers, answer="" if status == 204 else "{}")
    hook = hook_of(cast.enterprise, receiver)
    happen(cast)
    drain()
    row = hook.deliveries.get()
    assert len(receiver.requests) == 1 and row.last_status == status
    assert words in row.last_error and bool(words) == (row.state == "waiting")


def test_410_switches_it_off_and_says_so(cast, hook_of, receive):
    hook = hook_of(cast.enterprise, receive(status=410))
    happen(cast, 2)
    assert drain() == 1
    hook.refresh_from_db()
    assert (hook.is_active, hook.off_because) == (False, "gone")
    page = text_of(sign_in(cast.administrator).get("/channels/"))
    assert "待送 1 条" in page and "1 个接收地址失败" in page
    assert "待送" not in text_of(sign_in(cast.enterprise).get("/channels/"))
    assert sorted(row.state for row in hook.deliveries.all()) == ["given_up", "waiting"]
    assert Notification.objects.filter(person=cast.enterprise.person, title__contains="自动停用").count() == 1
    assert LedgerEntry.objects.filter(action="webhook.switched_off").exists()
    webhook_events.queue([Happening("order.issued", cast.firm, "x", dict)], at=timezone.now())
    assert hook.deliveries.count() == 2, "nothing new is queued"
    assert drain(timezone.now() + timedelta(hours=1)) == 0
    webhooks.change(actor=cast.enterprise, hook_id=hook.pk, wish=Wish(is_active=True), now=timezone.now())
    assert drain() == 1, "what had waited for less than a day"


def test_five_days_of_failures_switch_it_off(cast, hook_of, receive):
    hook, now = hook_of(cast.enterprise, receive(status=500)), timezone.now()
    happen(cast, at=now)
    drain(now)
    later = now + webhook_sending.SWITCH_OFF
    webhook_events.queue([Happening("order.issued", cast.firm, "x", dict)], at=later)
    drain(later)
    assert Webhook.objects.get(pk=hook.pk).off_because == "failing"


def test_with_the_clock_set_back_no_webhook_rests_until_the_hours_come_again(cast, hook_of, receive, steady):
    receiver = receive(status=500)
    hook, now = hook_of(cast.enterprise, receiver), timezone.now()
    happen(cast, at=now)
    assert drain(now) == 1
    earlier = now - timedelta(hours=2)
    assert drain(earlier) == 1 and drain(earlier) == 0, "by its pauses from then on"
    Webhook.objects.filter(pk=hook.pk).update(busy_until=now)
    receiver.status = 200
    assert drain(earlier + webhook_sending.PAUSES[1]) == 1
    assert hook.deliveries.get().state == "delivered"


@pytest.mark.parametrize("said", [lambda: "120", lambda: "Fri, 01 Jan 2100 00:00:00 GMT", lambda: "soon"])
def test_retry_after_is_honoured(cast, hook_of, receive, steady, said):
    said = said()
    hook, now = hook_of(cast.enterprise, receive(status=429, headers={"Retry-After": said})), timezone.now()
    happen(cast, 2, at=now)
    drain(now)
    wish = {"120": timedelta(seconds=120), "soon": webhook_sending.REST}.get(
        said, webhook_sending.LONGEST_WISH
    )
    assert drain(now + wish - timedelta(milliseconds=1)) == 0
    assert drain(now + wish) == 1
    assert hook.deliveries.filter(tries=1).count() == 2


def test_killed_between_posting_and_recording_it_is_posted_again(cast, hook_of, receive):
    receiver = receive()
    hook, now = hook_of(cast.enterprise, receiver), timezone.now()
    happen(cast, at=now)
    parcel = webhook_sending.claim(hook.pk, now=now)
    assert webhook_sending.claim(hook.pk, now=now) is None, "of two at once one has nothing to do"
    webhook_sending._post(parcel)
    assert webhook_sending.ready(now=now + timedelta(seconds=59)) == []
    after = now + webhook_sending.LEASE
    webhook_sending.send(hook.pk, clock=lambda: after)
    webhook_sending.record(parcel, pinned.Answer(200), now=after)
    row = hook.deliveries.get()
    assert row.state == "waiting", "who was taken for dead records nothing any more"
    drain(after + timedelta(minutes=1))
    assert len(receiver.requests) == 2 and hook.deliveries.get().state == "delivered"
    assert {headers["webhook-id"] for headers, _ in receiver.requests} == {row.event.message}
    assert [each.error for each in row.attempts.all()] == [webhook_sending.INTERRUPTED, ""]


def test_what_was_under_way_when_it_was_switched_off_comes_to_an_end(cast, hook_of, receive):
    hook, now = hook_of(cast.enterprise, receive()), timezone.now()
    happen(cast, at=now)
    webhook_sending.claim(hook.pk, now=now)
    webhooks.change(actor=cast.enterprise, hook_id=hook.pk, wish=Wish(is_active=False), now=now)
    after = now + webhook_sending.LEASE
    (pk,) = webhook_sending.ready(now=after)
    assert webhook_sending.send(pk, clock=lambda: after) == 0 and webhook_sending.ready(now=after) == []
    assert webhook_sending.give_up(now=now + DAY) == 1 and hook.deliveries.get().state == "given_up"


def test_many_slow_ones_leave_room_and_take_turns(cast, hook_of, receive):
    now = timezone.now()
    hooks = [hook_of(cast.enterprise, receive()) for _ in range(5)]
    happen(cast, at=now)
    first = webhook_sending.ready(now=now)
    assert len(first) == webhook_sending.AT_ONCE
    for pk in first:
        webhook_sending.claim(pk, now=now)
    assert webhook_sending.ready(now=now) == []
    Webhook.objects.filter(pk__in=first).update(busy_until=now)
    assert set(webhook_sending.ready(now=now)[:2]) == {hook.pk for hook in hooks} - set(first)


def test_a_slice_ends_so_that_others_have_their_turn(cast, hook_of, receive):
    hook, now = hook_of(cast.enterprise, receive()), timezone.now()
    happen(cast, 3, at=now)
    times = iter(range(100))
    assert webhook_sending.send(hook.pk, clock=lambda: now + timedelta(seconds=5 * next(times))) == 1
    assert hook.deliveries.waiting().count() == 2


def test_an_answer_that_never_ends_is_cut_off(cast, hook_of, monkeypatch):
    """A byte now and then keeps every single read alive; the request as a whole has a limit."""
    monkeypatch.setattr(pinned, "LIMIT", 0.3)
    server = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def dribble():
        with server, server.accept()[0] as line:
            line.recv(65536)
            line.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while not over.wait(0.05):
                try:
                    line.sendall(b"z")
                except OSError:
                    return

    threading.Thread(target=dribble, daemon=True).start()
    answer = pinned.post(f"http://127.0.0.1:{server.getsockname()[1]}/", b"{}", {})
    over.set()
    assert "没有答复" in answer.error and answer.status is None


def test_a_lost_key_is_said_and_mended_by_a_new_secret(cast, hook_of, receive, settings):
    hook = hook_of(cast.enterprise, receive())
    settings.SECRET_KEY = "another" * 10
    happen(cast)
    drain()
    assert "密钥打不开" in hook.deliveries.get().last_error
    webhooks.rotate(actor=cast.enterprise, hook_id=hook.pk, now=timezone.now())
    assert drain(timezone.now() + timedelta(minutes=1)) == 1
    assert hook.deliveries.get().state == "delivered"


def test_what_went_out_long_ago_is_emptied_but_its_history_stays(cast, hook_of, receive):
    hook, now = hook_of(cast.enterprise, receive()), timezone.now()
    happen(cast, at=now)
    drain(now)
    webhook_events.queue([Happening("order.issued", cast.firm, "waits", dict)], at=now)
    assert webhook_sending.prune(older_than=timedelta(days=30), now=now + timedelta(days=29)) == 0
    assert webhook_sending.prune(older_than=timedelta(days=30), now=now + timedelta(days=31)) == 1
    first, waits = WebhookEvent.objects.order_by("id")
    assert first.payload == "" and waits.payload and first.deliveries.get().attempts.count() == 1
    with pytest.raises(Exception, match="保存期"):
        webhooks.replay(
            actor=cast.enterprise, hook_id=hook.pk, delivery_id=first.deliveries.get().pk, now=now
        )


def test_the_database_keeps_what_was_told(cast, hook_of, receive):
    hook_of(cast.enterprise, receive())
    happen(cast)
    drain()
    event, row, attempt = (
        WebhookEvent.objects.get(),
        WebhookDelivery.objects.get(),
        WebhookAttempt.objects.get(),
    )
    refused = [
        lambda: WebhookEvent.objects.filter(pk=event.pk).update(payload="{}"),
        lambda: WebhookEvent.objects.filter(pk=event.pk).update(type="order.released"),
        lambda: WebhookDelivery.objects.filter(pk=row.pk).update(delivered_at=None, next_attempt_at=event.at),
        lambda: WebhookAttempt.objects.filter(pk=attempt.pk).update(status=500),
        lambda: connection.cursor().execute("DELETE FROM alerts_webhookattempt"),
        lambda: WebhookDelivery.objects.create(
            webhook=row.webhook, event=event, created_at=event.at, next_attempt_at=event.at
        ),
        lambda: Webhook.objects.update(sealed=""),
    ]
    for act in refused:
        with pytest.raises(IntegrityError), transaction.atomic():
            act()
