"""Two factors: who must have them, what the second one is, how it is enrolled, lost and given back."""

import re
import subprocess
import sys
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from incidents import ledger
from incidents.models import (
    MUST_HAVE_SECOND_FACTOR,
    AuthenticatorApp,
    IntakeDraft,
    LedgerEntry,
    Organization,
    Post,
    RecoverySheet,
    Role,
)
from incidents.refusals import NotAllowed, Refusal, WrongState
from incidents.services.identity import second_factors
from tests.accounts.hand import code_of, give_phone, is_inside, knock, phone_of, rows
from tests.cast import PASSWORD
from tests.screens.stage import sign_in, text_of


def words_on_chain(person) -> str:
    return "".join(
        LedgerEntry.objects.filter(chain=ledger.account_chain(person)).values_list("text", flat=True)
    )


def test_the_duty_is_of_those_who_decide():
    assert {"commander", "office_director", "approver", "administrator"} == MUST_HAVE_SECOND_FACTOR


def test_who_must_have_one_is_nobody_until_he_has(people, duty):
    for role in MUST_HAVE_SECOND_FACTOR:
        client, answer = knock(getattr(people, role).person)
        assert answer.url == reverse("door-enrol"), role
        assert client.get(reverse("home")).url.startswith(reverse("login"))
        assert client.get(reverse("inbox"), headers={"HX-Request": "true"}).status_code == 401
        assert client.get("/api/v1/incidents/").status_code == 401
        assert (
            client.get(reverse("admin:index"), follow=True).redirect_chain[-1][0].startswith(reverse("login"))
        )
        assert rows(getattr(people, role).person) == []
    client, answer = knock(people.duty_officer.person)
    assert answer.url == reverse("home") and is_inside(client)


def test_a_phone_is_enrolled_at_the_door_and_codes_are_shown_once(people, duty):
    person = people.administrator.person
    client, _ = knock(person)
    page = client.get(reverse("door-enrol")).content.decode()
    assert 'src="data:image/svg+xml' in page and "style=" not in page
    assert client.get(reverse("door-enrol")).status_code == 200
    sealed = client.session["seed_to_enrol"]
    wrong = client.post(reverse("door-enrol"), {"name": "手机", "code": "12345a"})
    assert wrong.status_code == 422 and "验证码不对" in text_of(wrong), text_of(wrong)[150:900]
    assert not AuthenticatorApp.objects.exists() and not is_inside(client)
    answer = client.post(reverse("door-enrol"), {"name": "手机", "code": code_of(sealed)})
    assert answer.url == reverse("account-codes")
    codes = re.findall(r"<code>([a-z2-7-]{19})</code>", client.get(answer.url).content.decode())
    assert len(set(codes)) == 10
    assert client.get(answer.url).url == reverse("account")
    assert client.get(reverse("admin:index")).status_code == 200
    assert rows(person) == ["factor_added", "recovery_codes_made", "signed_in"]
    seed = second_factors.seed_as_text(AuthenticatorApp.objects.get().sealed)
    told = words_on_chain(person)
    assert "登录（密码和手机验证器）" in told and seed not in told and codes[0] not in told
    assert not list(ledger.verify())


def test_a_second_click_enrols_no_second_phone_and_hides_no_codes(people):
    person, sealed = people.duty_officer.person, second_factors.new_seed()
    facts = {"person": person, "sealed": sealed, "name": "", "now": timezone.now()}
    assert len(second_factors.enrol_app(code=code_of(sealed), **facts)) == 10
    with pytest.raises(WrongState, match="已经登记"):
        second_factors.enrol_app(code=code_of(sealed), **facts)
    assert AuthenticatorApp.objects.count() == 1


def test_no_secret_stands_in_clear_in_the_database(people):
    codes = give_phone(people.commander.person)
    app, sheet = AuthenticatorApp.objects.get(), RecoverySheet.objects.get()
    assert second_factors.seed_as_text(app.sealed) not in app.sealed
    assert codes[0].replace("-", "") not in "".join(sheet.digests)


def test_who_has_one_is_asked_for_it_whatever_his_post(people):
    person = people.duty_officer.person
    give_phone(person)
    client, answer = knock(person)
    assert answer.url == reverse("door-verify") and not is_inside(client)
    refused = client.post(reverse("door-verify"), {"code": "000000"})
    assert refused.status_code == 422 and "验证码不对" in text_of(refused) and not is_inside(client)
    with time_machine.travel(timezone.now() + timedelta(seconds=2), tick=False):
        assert client.post(reverse("door-verify"), {"code": phone_of(person)}).url == reverse("home")
        assert is_inside(client) and rows(person)[2:] == ["factor_failed", "signed_in"]
        again, _ = knock(person)
        spent = again.post(reverse("door-verify"), {"code": phone_of(person)})
        assert spent.status_code == 422 and not is_inside(again), "a code is good once"


def test_a_guesser_is_slowed_and_may_not_even_use_the_right_code_meanwhile(people):
    person = people.duty_officer.person
    give_phone(person)
    client, _ = knock(person)
    now = timezone.now()
    for _ in range(6):
        with time_machine.travel(now, tick=False):
            client.post(reverse("door-verify"), {"code": "000000"})
        now += timedelta(seconds=40)
    with time_machine.travel(now - timedelta(seconds=30), tick=False):
        answer = client.post(reverse("door-verify"), {"code": phone_of(person)})
        assert answer.status_code == 422 and "连续输错" in text_of(answer)
    assert rows(person).count("factor_failed") == 6
    for _ in range(20):
        AuthenticatorApp.objects.get().throttle_increment()
    with time_machine.travel(timezone.now() + timedelta(minutes=18), tick=False):
        assert second_factors.verify(person=person, code=phone_of(person), now=timezone.now()) == "app"


def test_a_recovery_code_opens_once(people):
    person = people.duty_officer.person
    codes = give_phone(person)
    client, _ = knock(person)
    client.post(reverse("door-verify"), {"code": codes[3].upper()})
    assert is_inside(client) and "recovery_code_used" in rows(person)
    assert second_factors.codes_left(person) == 9
    again, _ = knock(person)
    assert again.post(reverse("door-verify"), {"code": codes[3]}).status_code == 422
    assert not is_inside(again) and codes[3] not in words_on_chain(person)


def test_who_waits_at_the_door_waits_ten_minutes(people):
    person = people.duty_officer.person
    give_phone(person)
    client, _ = knock(person)
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        answer = client.post(reverse("door-verify"), {"code": phone_of(person)})
        assert answer.url == reverse("login") and not is_inside(client)


def test_a_post_given_meanwhile_leads_back_to_the_door(people, duty):
    person = people.duty_officer.person
    client, _ = knock(person)
    assert is_inside(client)
    body = Organization.objects.get(kind="HEADQUARTERS")
    Post.objects.create(person=person, organization=body, role=Role.COMMANDER, title="副总指挥")
    problem = client.get("/api/v1/incidents/")
    assert problem.status_code == 403 and problem.json()["code"] == "second_factor_needed"
    fragment = client.get(reverse("desk-rows"), headers={"HX-Request": "true"})
    assert fragment.status_code == 401 and fragment["HX-Redirect"] == reverse("login")
    IntakeDraft.objects.create(person=person, form="phone", saved_at=timezone.now())
    late = client.post("/duty/log/note/", {"words": "三号门钥匙已移交"})
    assert late.url.endswith(reverse("session-resume")), "what was typed waits"
    assert IntakeDraft.objects.filter(person=person).exists()
    _, answer = knock(person, client)
    assert answer.url == reverse("door-enrol")


def test_one_adds_names_and_removes_ones_factors_and_shows_each_time_who_one_is(people):
    person = people.duty_officer.person
    client, elsewhere = knock(person)[0], knock(person)[0]
    client.get(reverse("account-app"))
    sealed = client.session["seed_to_enrol"]
    data = {"name": "手机", "code": code_of(sealed), "proof": "不是密码"}
    refused = client.post(reverse("account-app"), data)
    assert refused.status_code == 422 and "密码或验证码不对" in text_of(refused)
    assert rows(person)[-1] == "proof_failed"
    assert client.post(reverse("account-app"), data | {"proof": PASSWORD}).url == reverse("account-codes")
    assert is_inside(client) and not is_inside(elsewhere), "the others come in by two factors too"
    page = text_of(client.get(reverse("account")))
    assert "手机" in page and "还剩 10 个" in page
    app = AuthenticatorApp.objects.get()
    client.post(reverse("factor-rename", args=["app", app.pk]), {"name": "值班手机"})
    app.refresh_from_db()
    assert app.name == "值班手机"
    made = client.post(reverse("account-new-codes"), {"proof": PASSWORD}, follow=True)
    assert len(re.findall(r"<code>[a-z2-7-]{19}</code>", made.content.decode())) == 10
    gone = client.post(reverse("factor-remove", args=["app", app.pk]), {"proof": PASSWORD}, follow=True)
    assert "已移除" in text_of(gone) and not second_factors.has_any(person)
    assert not RecoverySheet.objects.exists() and is_inside(client)
    assert rows(person)[3:] == [
        "factor_added",
        "recovery_codes_made",
        "factor_renamed",
        "recovery_codes_made",
        "factor_removed",
    ]


def test_a_code_proves_who_one_is_as_well(people):
    person = people.duty_officer.person
    give_phone(person)
    client = sign_in(people.duty_officer)
    app = AuthenticatorApp.objects.get()
    answer = client.post(reverse("factor-remove", args=["app", app.pk]), {"proof": phone_of(person)})
    assert answer.url == reverse("account") and not AuthenticatorApp.objects.exists()


def test_somebody_elses_factor_does_not_exist(people):
    give_phone(people.commander.person)
    app = AuthenticatorApp.objects.get()
    client = sign_in(people.duty_officer)
    for name in ("factor-rename", "factor-remove"):
        assert client.post(reverse(name, args=["app", app.pk]), {"proof": PASSWORD}).status_code == 404


def test_who_must_have_one_keeps_the_last(people, duty):
    person = people.commander.person
    give_phone(person)
    app = AuthenticatorApp.objects.get()
    with pytest.raises(Refusal, match="不能移除最后一项"):
        second_factors.remove(person=person, kind="app", pk=app.pk, now=timezone.now())
    give_phone(person, "备用手机")
    second_factors.remove(person=person, kind="app", pk=app.pk, now=timezone.now())


def test_an_administrator_resets_what_is_lost_and_says_how_he_knew_the_person(people, duty):
    person, admin = people.commander.person, people.administrator.person
    give_phone(person)
    give_phone(admin)
    theirs, _ = knock(person)
    theirs.post(reverse("door-verify"), {"code": phone_of(person)})
    assert is_inside(theirs)
    client, _ = knock(admin)
    client.post(reverse("door-verify"), {"code": phone_of(admin)})
    assert "总指挥" in text_of(client.get(reverse("account-help")))
    url = reverse("account-reset", args=[person.pk])
    assert client.post(url, {"reason": " "}).status_code == 422
    assert client.post(url, {"reason": "当面核对工作证"}).url == reverse("account-help")
    assert not is_inside(theirs) and not second_factors.has_any(person)
    last = LedgerEntry.objects.filter(chain=ledger.account_chain(person)).latest("seq")
    assert (last.action, last.reason) == ("account.factors_reset", "当面核对工作证")
    assert last.person_id == admin.pk
    assert knock(person)[1].url == reverse("door-enrol")
    own = client.post(reverse("account-reset", args=[admin.pk]), {"reason": "我"})
    assert own.status_code == 422 and "不能清除自己的" in text_of(own)


def test_nobody_else_resets(people):
    with pytest.raises(NotAllowed):
        second_factors.reset(
            person=people.commander.person, reason="x", actor=people.office_director, now=timezone.now()
        )
    for role in ("office_director", "auditor"):
        assert sign_in(getattr(people, role)).get(reverse("account-help")).status_code == 404


def test_a_changed_key_of_the_system_is_said_and_no_error(people, settings):
    person = people.duty_officer.person
    give_phone(person)
    settings.CHANNEL_KEYS = ["another"]
    client, _ = knock(person)
    answer = client.post(reverse("door-verify"), {"code": "123456"})
    assert answer.status_code == 422 and "请用恢复码登录" in text_of(answer)


def test_public_pages_stay_without_a_session(client, db, duty):
    assert "Cookie" not in client.get(reverse("public")).get("Vary", "")


def test_production_refuses_to_start_without_it():
    env = {"ZMD_ENV": "production", "SECRET_KEY": "x" * 60, "ZMD_SECOND_FACTOR": "0", "PATH": ""}
    said = subprocess.run(
        [sys.executable, "-c", "import zmd_emergency.settings"], env=env, capture_output=True, text=True
    )
    assert said.returncode and "ZMD_SECOND_FACTOR can't be switched off in production" in said.stderr


def test_the_door_leads_nobody_past_a_step(client, db):
    for name in ("door-verify", "door-password", "door-enrol"):
        assert Client().post(reverse(name), {"code": "123456"}).url == reverse("login")
