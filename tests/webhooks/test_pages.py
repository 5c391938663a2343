"""/firm/webhooks/: a firm's people add one, see the secret once, test it, read what came of it and replay."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from standardwebhooks import Webhook as Verifier

from alerts.models import Webhook, WebhookDelivery
from alerts.services import webhook_events
from alerts.services.webhook_events import Happening
from tests.query_counts import pinned
from tests.screens.stage import sign_in, text_of
from tests.webhooks.conftest import drain

pytestmark = pytest.mark.django_db
LIST, ADD = reverse("webhooks"), reverse("webhook-add")


def asks(url: str, **more) -> dict:
    return {"url": url, "description": "调度系统", "events": ["order.issued", "notice.sent"]} | more


def at(name: str, *pks) -> str:
    return reverse(f"webhook-{name}", args=pks)


def test_from_adding_to_replaying(cast, receive, inside):
    receiver, client = receive(status=500, answer="<b>broken</b>"), sign_in(cast.enterprise)
    assert LIST in client.get(reverse("firm")).content.decode()
    assert "还没有 Webhook" in text_of(client.get(LIST))
    made = client.post(ADD, asks(receiver.url()), follow=True)
    hook = Webhook.objects.get()
    (secret,) = re.findall(r"whsec_[\w+/=]{20,}", made.content.decode())
    page = reverse("webhook", args=[hook.pk])
    assert "whsec_…" in client.get(page).content.decode() and secret not in client.get(page).content.decode()
    assert "没有投递" in text_of(client.get(page))

    sent = client.post(at("test", hook.pk), follow=True)
    row = WebhookDelivery.objects.get()
    assert "正在发送" in text_of(sent) and "every 2s" in sent.content.decode()
    assert "上一条测试消息还在发送" in text_of(client.post(at("test", hook.pk), follow=True))
    drain()
    live = client.get(at("delivery", hook.pk, row.pk), headers={"HX-Request": "true"})
    assert "已放弃" in text_of(live) and "every 2s" not in live.content.decode()
    assert "<html" not in live.content.decode() and "&lt;b&gt;broken" in live.content.decode()
    assert "连续失败 1 次" in text_of(client.get(LIST)) and "500" in text_of(client.get(page))
    receiver.status = 200
    client.post(at("replay", hook.pk, row.pk))
    drain(timezone.now() + timedelta(minutes=1))
    headers, body = receiver.requests[-1]
    assert Verifier(secret).verify(body, headers)["type"] == "webhook.test"
    shown = text_of(client.get(f"{page}?state=delivered"))
    assert "重放" in shown and "已放弃 对方" not in shown
    assert "正常" in text_of(client.get(LIST))


def test_what_is_wrong_is_said_at_the_field_and_what_was_typed_stays(cast):
    client = sign_in(cast.enterprise)
    for url, words in (
        ("http://example.com/", "须以 https:// 开头"),
        ("https://127.0.0.1/", "内部网络"),
        ("https://u:p@example.com/", "不能带用户名或密码"),
    ):
        refused = client.post(ADD, asks(url))
        assert refused.status_code == 422 and words in text_of(refused)
        assert url in refused.content.decode() and "调度系统" in refused.content.decode()
    assert "请至少选择一种事件" in text_of(client.post(ADD, asks("https://example.com/", events=[])))
    assert Webhook.objects.count() == 0


def test_it_is_changed_switched_rotated_and_removed(cast):
    client = sign_in(cast.enterprise)
    client.post(ADD, asks("https://hooks.example/a", is_test="on"))
    hook = Webhook.objects.get()
    assert hook.is_test and "只收测试数据" in text_of(client.get(LIST))
    form = client.get(at("change", hook.pk))
    assert "https://hooks.example/a" in form.content.decode() and "只收测试数据" not in text_of(form)
    client.post(at("change", hook.pk), asks("https://hooks.example/b", events=["notice.sent"]))
    client.post(at("switch", hook.pk), {"to": "off"})
    hook.refresh_from_db()
    assert (hook.url, hook.events, hook.is_active) == ("https://hooks.example/b", ["notice.sent"], False)
    assert "已停用" in text_of(client.get(LIST))
    client.post(at("switch", hook.pk), {"to": "on"})
    assert Webhook.objects.get().is_active
    before = hook.sealed
    assert "24 小时" in text_of(client.get(at("rotate", hook.pk))) and Webhook.objects.get().sealed == before
    rotated = client.post(at("rotate", hook.pk), follow=True)
    assert (
        re.search(r"whsec_[\w+/=]{20,}", rotated.content.decode()) and Webhook.objects.get().sealed != before
    )
    assert "确认移除" in text_of(client.get(at("remove", hook.pk))) and Webhook.objects.kept().exists()
    client.post(at("remove", hook.pk))
    assert (
        not Webhook.objects.kept().exists()
        and client.get(reverse("webhook", args=[hook.pk])).status_code == 404
    )


def test_nobody_else_finds_it(cast):
    owner = sign_in(cast.enterprise)
    owner.post(ADD, asks("https://hooks.example/a"))
    hook = Webhook.objects.get()
    owner.post(at("test", hook.pk))
    row = WebhookDelivery.objects.get()
    reads = [reverse("webhook", args=[hook.pk])] + [at(n, hook.pk) for n in ("change", "remove", "rotate")]
    reads += [at("delivery", hook.pk, row.pk)]
    acts = [at(n, hook.pk) for n in ("change", "remove", "rotate", "test", "switch")]
    acts += [at("replay", hook.pk, row.pk)]
    for actor in (cast.other_enterprise, cast.office_director, cast.administrator):
        client = sign_in(actor)
        assert {client.get(path).status_code for path in reads} == {404}
        assert {client.post(path).status_code for path in acts} == {404}
    assert hook.host not in text_of(sign_in(cast.other_enterprise).get(LIST))
    assert sign_in(cast.office_director).get(LIST).status_code == 404
    assert Webhook.objects.kept().count() == 1


@pytest.mark.parametrize("rows", [1, 12])
def test_it_asks_as_often_for_one_delivery_as_for_a_dozen(cast, rows):
    client = sign_in(cast.enterprise)
    client.post(ADD, asks("https://hooks.example/a"))
    happened = [Happening("order.issued", cast.firm, f"x/{n}", dict) for n in range(rows)]
    webhook_events.queue(happened, at=timezone.now())
    page = reverse("webhook", args=[Webhook.objects.get().pk])
    pages = (("webhooks", LIST), ("webhook", page))
    for _, path in pages:
        client.get(path)
    for name, path in pages:
        with pinned(f"screen:{name}"):
            assert client.get(path).status_code == 200
