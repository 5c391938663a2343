"""通报 (§5.2.4, 4.3): drafted, approved, sent, read, reminded, corrected; by screen and by API."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from incidents import ledger
from incidents.models import LedgerEntry, Notice, OpenItem
from incidents.services.response.grading import dismiss
from tests.api.conftest import firm_of, problem
from tests.cast import FIRM, OTHER_FIRM, call_in
from tests.responses.stage import fresh, started
from tests.screens.stage import sign_in, text_of
from tests.words.stage import do, done, refused


@pytest.fixture
def incident(cast):
    return call_in(cast)


def draft(cast, incident, *to, how_far="sent", **more) -> Notice:
    codes = [actor.organization.code for actor in to]
    typed = {
        "title": "道路中断情况通报",
        "words": "示范路封闭，请绕行。",
        "to": codes,
        "how_far": how_far,
    } | more
    done(cast.office_director, f"/incidents/{incident.number}/act/notice.draft/", **typed)
    return Notice.objects.order_by("-pk").first()


@pytest.mark.clause("5.2.4")
def test_the_director_drafts_and_approves_and_the_desk_sends(cast, incident):
    act = f"/incidents/{incident.number}/act/notice.draft/"
    assert sign_in(cast.duty_officer).get(act).status_code == 403
    row = draft(cast, incident, cast.member, how_far="draft")
    page = f"/notices/{row.number}/"
    assert sign_in(cast.member).get(page).status_code == 404  # a draft is the office's own
    assert "须先由应急办主任审定" in refused(cast.duty_officer, f"{page}notice.send/", 409)
    done(cast.office_director, f"{page}notice.approve/")
    done(cast.office_director, f"{page}notice.revise/", words="示范路、解放路封闭。", how_far="approved")
    assert "已送 1 个单位" in done(cast.duty_officer, f"{page}notice.send/")
    row = fresh(row)
    assert row.is_sent and row.sent_by == cast.duty_officer.post and row.words == "示范路、解放路封闭。"
    assert "不能修改通报" in refused(cast.office_director, f"{page}notice.revise/", 409)
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.filter(pk=row.pk).update(words="别的")


@pytest.mark.clause("4.3")
def test_receipts_say_who_has_not_read_and_a_reminder_reaches_only_them(cast, incident):
    row = draft(cast, incident, cast.other_enterprise, groups=["members", "counties"])
    item = OpenItem.objects.get(incident=incident, kind="TELL_ENTERPRISES")
    assert item.settled_at and row.number in item.words  # it went to a firm (§4.3)
    page = f"/notices/{row.number}/"
    firm = sign_in(cast.other_enterprise)
    assert row.title in text_of(firm.get("/firm/")) and row.title in text_of(firm.get("/notices/"))
    inbox = text_of(firm.get("/inbox/"))
    assert f"打开 {row.number}" in inbox
    done(firm, f"{page}notice.read/")
    assert row.title not in text_of(firm.get("/firm/")).split("收件箱")[0]
    assert "已经阅知" in refused(cast.other_enterprise, f"{page}notice.read/", 409)
    assert "提醒" in done(cast.duty_officer, f"{page}notice.remind/")
    shown = text_of(sign_in(cast.duty_officer).get(page))
    assert f"{row.addressees.count() - 1} 个未阅" in shown and "提醒 1 次" in shown
    assert row.addressees.get(organization=cast.other_firm).reminders == 0
    # the firm told of another's incident sees the notice, its own receipt, and no more
    paper = text_of(firm.get(page))
    assert incident.title not in paper and str(cast.member.organization) not in paper
    for path in ("", "words/", "instructions/"):
        assert firm.get(f"/incidents/{incident.number}/{path}").status_code == 404
    assert sign_in(cast.enterprise).get(page).status_code == 404
    corrected = do(
        cast.office_director, f"{page}notice.correct/", words="示范路已恢复通行。", how_far="sent", groups=[]
    )
    assert corrected.status_code == 200
    later = Notice.objects.get(corrects=row)
    assert later.is_sent and f"已由 {later.number} 更正" in text_of(firm.get(page))
    assert list(LedgerEntry.objects.filter(action="notice.reminded").values_list("clause", flat=True)) == [
        "5.2.4"
    ]
    assert list(ledger.verify()) == []


@pytest.mark.clause("5.4.1")
def test_other_open_items_are_settled_only_where_the_director_says_so(cast):
    incident = started(cast)
    draft(cast, incident, groups=["members"])
    open_items = OpenItem.objects.filter(incident=incident, settled_at=None)
    assert {"TELL_MEMBERS", "TELL_FIRMS", "TELL_ENTERPRISES"} <= set(
        open_items.values_list("kind", flat=True)
    )
    draft(cast, incident, groups=["members"], settles=["TELL_MEMBERS"])
    assert (
        not open_items.filter(kind="TELL_MEMBERS").exists() and open_items.filter(kind="TELL_FIRMS").exists()
    )


def test_over_the_api(cast, incident):
    firm, other = firm_of(OTHER_FIRM), firm_of(FIRM)
    row = draft(cast, incident, cast.other_enterprise)
    draft(cast, incident, cast.other_enterprise, how_far="approved")  # not sent: not told
    (told,) = firm.get("notices/").json()["results"]
    assert (told["id"], told["number"], told["words"], told["read_at"]) == (
        row.pk,
        row.number,
        row.words,
        None,
    )
    assert told["addressees"] == [OTHER_FIRM] and "incident" not in told
    assert other.get("notices/").json()["results"] == []
    problem(other.post(f"notices/{row.pk}/read/"), 404, "not_found")
    answer = firm.post(f"notices/{row.pk}/read/", idempotency="one")
    assert answer.status_code == 200 and answer.json()["read_at"]
    assert firm.post(f"notices/{row.pk}/read", idempotency="one")["Idempotent-Replayed"] == "true"
    problem(firm.post(f"notices/{row.pk}/read/"), 409, "already_done")
    assert firm.get("notices/?read=false").json()["results"] == []
    assert len(firm.get("notices/?read=true").json()["results"]) == 1
    assert row.addressees.get().read_key == firm.key


@pytest.mark.clause("4.3")
def test_of_what_was_no_incident_nothing_goes_out(cast, incident):
    row = draft(cast, incident, cast.member, how_far="approved")
    dismiss(actor=cast.office_director, number=incident.number, reason="误报", now=timezone.now())
    assert "不成立" in refused(cast.duty_officer, f"/notices/{row.number}/notice.send/", 409)


@pytest.mark.clause("4.3")
def test_telling_the_firm_it_happened_to_is_not_telling_those_that_may_be_touched(cast, incident):
    draft(cast, incident, cast.enterprise)
    item = incident.open_items.get(kind="TELL_ENTERPRISES")
    assert item.settled_at is None
    draft(cast, incident, cast.other_enterprise)
    item.refresh_from_db()
    assert item.settled_at
