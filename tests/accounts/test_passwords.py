"""Passwords: what a good one is, and that one which another person has set is good for one sign-in."""

from axes.models import AccessAttempt
from django.urls import reverse
from django.utils import timezone

from incidents.models import AuthenticatorApp, User
from incidents.services.identity import second_factors
from incidents.services.identity.people import new_password
from tests.accounts.hand import is_inside, knock, rows
from tests.cast import PASSWORD
from tests.screens.stage import sign_in, text_of

NEW = "换了一个好记的-2026"


def test_what_an_administrator_has_set_is_changed_at_the_door(people):
    person = people.duty_officer.person
    given = new_password(actor=people.administrator, person=person, now=timezone.now())
    client, answer = knock(person, password=given)
    assert answer.url == reverse("door-password") and not is_inside(client)
    same = client.post(answer.url, {"new": given, "again": given})
    assert same.status_code == 422 and "不能与现在的密码相同" in text_of(same)
    changed = client.post(answer.url, {"new": NEW, "again": NEW})
    assert changed.status_code == 302, text_of(changed)[150:900]
    assert is_inside(client) and rows(person)[-2:] == ["password_changed", "signed_in"]
    assert knock(person, password=NEW)[1].url == reverse("home")


def test_a_bad_password_is_refused_by_name_and_rule(people):
    person = people.duty_officer.person
    User.objects.filter(pk=person.pk).update(username="zhumadian-duty")
    client = sign_in(people.duty_officer)
    bad = {
        "短": "至少",
        "12345678901": "数字",
        "1q2w3e4r5t": "常见",
        "zhumadian-duty1": "相似",
        PASSWORD: "不能与现在的密码相同",
    }
    for new, why in bad.items():
        answer = client.post(reverse("account-password"), {"proof": PASSWORD, "new": new, "again": new})
        assert answer.status_code == 422 and why in text_of(answer), new
    differ = {"proof": PASSWORD, "new": NEW, "again": NEW + "x"}
    assert "不一样" in text_of(client.post(reverse("account-password"), differ))


def test_whether_a_password_is_the_present_one_is_told_to_nobody_but_its_owner(people):
    client = sign_in(people.duty_officer)
    guess = {"proof": "猜的", "new": PASSWORD, "again": PASSWORD}
    answer = client.post(reverse("account-password"), guess)
    assert answer.status_code == 422 and "不能与现在的密码相同" not in text_of(answer)
    kept = AccessAttempt.objects.get()
    assert PASSWORD not in kept.post_data + kept.get_data


def test_a_password_that_looks_like_a_recovery_code_is_still_one(people):
    person, password = people.duty_officer.person, "correcthorsebatt"
    client = sign_in(people.duty_officer)
    client.post(reverse("account-password"), {"proof": PASSWORD, "new": password, "again": password})
    AuthenticatorApp.objects.create(user=person, name="手机", sealed=second_factors.new_seed())
    changed = client.post(reverse("account-password"), {"proof": password, "new": NEW, "again": NEW})
    assert changed.status_code == 302, text_of(changed)[150:900]


def test_a_changed_password_ends_the_other_sessions(people):
    person = people.duty_officer.person
    here, there = knock(person)[0], knock(person)[0]
    changed = here.post(reverse("account-password"), {"proof": PASSWORD, "new": NEW, "again": NEW})
    assert changed.url == reverse("account")
    assert is_inside(here) and not is_inside(there)


def test_the_admin_sends_there_too(people):
    answer = sign_in(people.administrator).get(reverse("admin:password_change"))
    assert answer.url == reverse("account-password")
