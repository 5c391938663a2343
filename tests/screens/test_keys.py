"""接口: a firm's people keep the keys of their systems; the administrator keeps anybody's."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from incidents.models import ApiKey, LedgerEntry, Organization
from incidents.services.identity import keys
from tests.cast import FIRM, OTHER_FIRM
from tests.query_counts import pinned
from tests.screens.stage import sign_in, text_of

pytestmark = pytest.mark.django_db
NEW = {"enterprise": FIRM, "name": "调度系统", "scopes": ["report", "read"], "lasting": "90", "kind": "live"}


@pytest.fixture
def client(cast):
    return sign_in(cast.enterprise)


def make(name="调度系统", code=FIRM, **facts) -> tuple[ApiKey, str]:
    return keys.create(enterprise=code, name=name, now=timezone.now(), **facts)


def shown(response, field="key-secret") -> str:
    return re.search(rf'id="{field}" readonly value="([^"]+)"', response.content.decode())[1]


def test_a_key_is_made_shown_once_and_opens_the_door(cast, client):
    empty = text_of(client.get(reverse("keys")))
    assert "还没有接口密钥" in empty and "不必有人登录填写" in empty
    made = client.post(reverse("keys"), NEW)
    secret, key = shown(made), ApiKey.objects.get()
    assert "只显示这一次" in text_of(made) and "no-store" in made["Cache-Control"]
    assert shown(made, "key-signs").startswith("zmdsig_")
    assert key.scopes == ["report", "read"] and key.expires_at - key.created_at == timedelta(days=90)
    system = Client().get("/api/v1/incidents/", headers={"Authorization": f"Bearer {secret}"})
    assert system.status_code == 200
    page = client.get(reverse("keys"))
    assert secret not in page.content.decode() and "zmdsig_" not in page.content.decode()
    words = text_of(page)
    assert all(word in words for word in (f"{key.prefix}…", "填报、查询", "使用中"))
    assert "从未使用" not in words and 'href="/api/v1/docs/"' in page.content.decode()
    entry = LedgerEntry.objects.get(action="key.created")
    assert entry.post == cast.enterprise.post and secret not in entry.text


def test_a_test_key_is_chosen_and_marked_wherever_it_is_shown(client):
    made = client.post(reverse("keys"), NEW | {"kind": "test", "lasting": ""})
    assert ApiKey.objects.get().is_test and shown(made).startswith("zmd_test_")
    for page in (made, client.get(reverse("keys"))):
        assert "测试密钥（沙箱）" in text_of(page)
    assert "测试密钥" in text_of(client.get(reverse("firm")))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "请填写名称"),
        ({"scopes": []}, "至少选一项权限"),
        ({"scopes": ["all"]}, "选"),
        ({"lasting": "7"}, "选"),
        ({"kind": ""}, "字段"),
        ({"enterprise": OTHER_FIRM}, "选"),
    ],
)
def test_a_refused_form_keeps_what_was_typed(client, change, words):
    answer = client.post(reverse("keys"), NEW | change)
    assert answer.status_code == 422 and words in text_of(answer)
    assert change.get("name") == "" or 'value="调度系统"' in answer.content.decode()
    assert not ApiKey.objects.exists()


def test_rotating_makes_a_successor_and_shows_the_chain(client):
    old, _ = make(scopes=["read"])
    url = reverse("key-rotate", args=[old.pk])
    assert 'value="7"' in client.get(url).content.decode()
    for days in ("0", "91", "bald", ""):
        assert client.post(url, {"overlap": days}).status_code == 422
    made = client.post(url, {"overlap": "14"})
    successor = ApiKey.objects.get(replaces=old)
    assert shown(made).startswith(successor.prefix) and f"{old.prefix}…" in text_of(made)
    old.refresh_from_db()
    assert old.expires_at - successor.created_at == timedelta(days=14)
    words = text_of(client.get(reverse("keys")))
    assert "轮换中" in words and f"由 {successor.prefix}… 接替" in words and f"接替 {old.prefix}…" in words
    again = client.post(url, {"overlap": "7"})
    assert again.status_code == 422 and "轮换中" in text_of(again)


def test_revoking_asks_first_and_then_holds(client):
    key, _ = make()
    url = reverse("key-revoke", args=[key.pk])
    asked = text_of(client.get(url))
    assert "不能恢复" in asked and "轮换" in asked and not ApiKey.objects.get().revoked_at
    told = client.post(url, follow=True)
    assert "已吊销" in text_of(told) and ApiKey.objects.get().revoked_at
    assert "已经吊销" in text_of(client.post(url, follow=True))
    assert key.prefix not in text_of(client.get(reverse("firm")))


def test_a_key_is_renamed(client):
    key, _ = make()
    url = reverse("key-rename", args=[key.pk])
    assert client.post(url, {"name": " "}).status_code == 422
    assert "仓储系统" in text_of(client.post(url, {"name": "仓储系统"}, follow=True))


def test_demanding_signatures_asks_first_and_names_whom_it_shuts_out(cast, client):
    make()
    without, _ = ApiKey.create(enterprise=cast.firm, name="旧系统", at=timezone.now())
    url = reverse("key-signing", args=[FIRM])
    asked = text_of(client.get(url))
    assert "包括事件报送" in asked and f"旧系统 {without.prefix}…" in asked
    client.post(url, {})
    assert not LedgerEntry.objects.filter(action__startswith="key.signing").exists()
    for said, words in (("1", "须签名"), ("0", "不要求")):
        told = client.post(url, {"demanded": said}, follow=True)
        assert words in text_of(told)
        assert Organization.objects.get(code=FIRM).must_sign == (said == "1")
    entries = LedgerEntry.objects.filter(action__startswith="key.signing").order_by("seq")
    assert [entry.post for entry in entries] == [cast.enterprise.post] * 2


def test_a_key_that_ends_soon_is_said_on_the_firms_page(client):
    make(expires_at=timezone.now() + timedelta(days=15))
    for page in ("firm", "keys"):
        assert "请轮换" not in text_of(client.get(reverse(page)))
    now = timezone.now()
    soon, _ = keys.create(
        enterprise=FIRM, name="仓储", now=now - timedelta(days=77), expires_at=now + timedelta(days=13)
    )
    for page in ("firm", "keys"):
        assert text_of(client.get(reverse(page))).count("请轮换") == 1
    keys.rotate(key=soon, now=now)
    assert "请轮换" not in text_of(client.get(reverse("firm")))


def test_the_administrator_keeps_any_firms_keys_and_others_none(cast):
    theirs, _ = make(code=OTHER_FIRM)
    paths = [reverse("keys"), reverse("key-signing", args=[OTHER_FIRM])]
    paths += [reverse(f"key-{act}", args=[theirs.pk]) for act in ("rotate", "rename", "revoke")]
    for role in ("office_director", "county", "auditor"):
        for path in paths:
            assert sign_in(getattr(cast, role)).get(path).status_code == 404
    firm = sign_in(cast.enterprise)
    assert theirs.prefix not in firm.get(paths[0]).content.decode()
    for path in paths[1:]:
        assert firm.get(path).status_code == firm.post(path, {"overlap": "7"}).status_code == 404
    administrator = sign_in(cast.administrator)
    assert theirs.prefix in administrator.get(paths[0]).content.decode()
    assert ApiKey.objects.count() == 1
    administrator.post(paths[0], NEW | {"enterprise": OTHER_FIRM})
    administrator.post(paths[-1])
    theirs.refresh_from_db()
    assert theirs.revoked_at and ApiKey.objects.count() == 2
    entry = LedgerEntry.objects.get(action="key.revoked")
    assert entry.post == cast.administrator.post and "接口" in text_of(administrator.get(paths[0]))


def test_the_page_asks_as_often_for_one_key_as_for_twenty(client):
    make()
    client.get(reverse("keys"))
    with pinned("screen:keys"):
        client.get(reverse("keys"))
    for n in range(9):
        keys.rotate(key=make(name=f"系统{n}")[0], now=timezone.now())
    with pinned("screen:keys"):
        assert client.get(reverse("keys")).status_code == 200
