"""Wrong passwords: after a few from one address, or more from anywhere, the name is locked for a quarter of an hour."""

from datetime import timedelta

import time_machine
from axes.models import AccessAttempt
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from incidents.models import User
from tests.accounts.hand import give_phone, is_inside, knock, phone_of, rows
from tests.screens.stage import sign_in, text_of


def guess(person: User, times: int, address: str = "203.0.113.7"):
    for _ in range(times):
        _, answer = knock(person, password="猜的", REMOTE_ADDR=address)
    return answer


def test_a_guesser_is_locked_out_and_told_until_when_and_whom_to_call(people):
    person = people.duty_officer.person
    assert "用户名或密码不对" in text_of(guess(person, 4))
    told = text_of(guess(person, 1))
    until = timezone.localtime(timezone.now() + timedelta(minutes=15))
    assert f"{until:%H:%M} 之前不能用密码登录" in told and "0396-2887360，由系统管理员解除锁定" in told
    client, answer = knock(person, REMOTE_ADDR="203.0.113.7")
    assert "之前不能用密码登录" in text_of(answer) and not is_inside(client)
    assert rows(person) == ["sign_in_failed"] * 5 + ["locked"], "written once, and no attempt during it"
    client, _ = knock(person, REMOTE_ADDR="203.0.113.8")
    assert is_inside(client), "from his own desk the duty officer comes in"
    with time_machine.travel(timezone.now() + timedelta(minutes=15, seconds=1), tick=False):
        client, _ = knock(person, REMOTE_ADDR="203.0.113.7")
        assert is_inside(client)


def test_a_right_password_forgets_the_wrong_ones_before_it(people):
    person = people.duty_officer.person
    guess(person, 4)
    knock(person, REMOTE_ADDR="203.0.113.7")
    assert "用户名或密码不对" in text_of(guess(person, 4))


def test_many_addresses_lock_the_name_everywhere(people):
    person = people.duty_officer.person
    for host in range(5):
        guess(person, 4, f"203.0.113.{host}")
    _, answer = knock(person, REMOTE_ADDR="198.51.100.1")
    assert "之前不能用密码登录" in text_of(answer) and rows(person)[-1] == "locked"


def test_a_lock_does_not_tell_whether_there_is_such_an_account(people, settings):
    nobody, somebody = User(username="nobody"), people.duty_officer.person
    with time_machine.travel(timezone.now(), tick=False):
        said = [
            [answer.status_code, answer.context["form"].non_field_errors()]
            for answer in (guess(person, 6) for person in (nobody, somebody))
        ]
    assert said[0] == said[1] and "之前不能用密码登录" in said[0][1][0]


def test_what_was_typed_as_a_name_is_not_kept(people, caplog):
    guess(User(username="我的密码忘了在这里"), 2)
    kept = AccessAttempt.objects.get()
    everything = "".join(str(value) for value in vars(kept).values()) + caplog.text
    assert "我的密码忘了在这里" not in everything and "猜的" not in everything


def test_an_administrator_sees_and_lifts_a_lock(people):
    person = people.duty_officer.person
    guess(person, 5)
    client = sign_in(people.administrator)
    told = client.get(reverse("inbox")).content.decode()
    assert "账号登录失败次数过多" in told and reverse("account-unlock", args=[person.pk]) in told
    assert "锁定至" in text_of(client.get(reverse("account-help")))
    assert "现在就可以登录" in text_of(client.post(reverse("account-unlock", args=[person.pk]), follow=True))
    assert is_inside(knock(person, REMOTE_ADDR="203.0.113.7")[0])
    assert rows(person)[-2:] == ["unlocked", "signed_in"]
    assert "没有。" in text_of(client.get(reverse("account-help")))


def test_lifting_a_lock_lets_a_slowed_code_be_tried_at_once(people):
    person = people.duty_officer.person
    give_phone(person)
    client, _ = knock(person)
    client.post(reverse("door-verify"), {"code": "000000"})
    sign_in(people.administrator).post(reverse("account-unlock", args=[person.pk]))
    client.post(reverse("door-verify"), {"code": phone_of(person)})
    assert is_inside(client)


def test_who_asks_at_an_open_screen_is_locked_as_well(people):
    person = people.duty_officer.person
    client = sign_in(people.duty_officer)
    for _ in range(6):
        answer = client.post(reverse("account-password"), {"proof": "猜", "new": "x" * 12, "again": "x" * 12})
    assert "输错次数过多" in text_of(answer) and rows(person).count("locked") == 1
    assert "之前不能用密码登录" in text_of(knock(person, Client())[1])
