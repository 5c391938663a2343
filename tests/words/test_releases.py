"""信息发布 (§5.2.5): the way of a release, one wording for all, and what the public reads."""

from io import BytesIO

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from docx import Document

from incidents import ledger
from incidents.models import PublicRelease
from incidents.refusals import WrongState
from incidents.services.notice import publishing
from tests.responses.stage import approved, fresh, graded
from tests.screens.stage import sign_in, text_of
from tests.trust.test_races import at_once
from tests.words.stage import do, done, refused

pytestmark = pytest.mark.clause("5.2.5")
TEXT = {"title": "驿城区分拨中心火情通告", "words": "火势已扑灭，邮件正在转运。"}


@pytest.fixture
def incident(cast):
    return approved(cast)  # proposed to 市政府, so that members see it


def draft(cast, incident, **more) -> PublicRelease:
    done(cast.office_director, f"/incidents/{incident.number}/act/release.draft/", **TEXT | more)
    return PublicRelease.objects.order_by("-pk").first()


def act(actor, row, code, **typed) -> str:
    return done(actor, f"/releases/{row.number}/release.{code}/", **typed)


def refuse(actor, row, code, status, **typed) -> str:
    return refused(actor, f"/releases/{row.number}/release.{code}/", status, **typed)


def agreed(cast, incident, **more) -> PublicRelease:
    row = draft(cast, incident, **more)
    act(cast.duty_officer, row, "review")
    act(cast.duty_officer, row, "consult", who="市委宣传部值班室", result="同意发布")
    return row


def published(cast, incident) -> PublicRelease:
    row = agreed(cast, incident)
    act(cast.commander, row, "approve")
    act(cast.duty_officer, row, "publish")
    return row


def test_the_whole_way_with_every_refusal(cast, incident):
    row = draft(cast, incident)
    assert "不能批准发布" in refuse(cast.commander, row, "approve", 409)
    assert refuse(cast.office_director, row, "review", 403)
    act(cast.duty_officer, row, "review")
    assert "会商" in refuse(cast.commander, row, "approve", 409)
    blank = do(cast.duty_officer, f"/releases/{row.number}/release.consult/")
    assert blank.status_code == 422 and "§5.2.5" in text_of(blank)
    both = do(
        cast.duty_officer, f"/releases/{row.number}/release.consult/", who="x", result="y", why_none="z"
    )
    assert both.status_code == 422
    act(cast.commander, row, "send_back", reason="写明已无伤亡")
    act(cast.office_director, row, "revise", words="火势已扑灭，无人员伤亡。")
    act(cast.duty_officer, row, "review")
    act(cast.duty_officer, row, "consult", why_none="深夜无法联系，次日补报")
    assert sign_in(cast.member).get(f"/releases/{row.number}/").status_code == 404
    act(cast.commander, row, "approve")
    assert "不能修改" in refuse(cast.office_director, row, "revise", 409)
    assert sign_in(cast.member).get(f"/releases/{row.number}/release.publish/").status_code == 403
    shown = text_of(sign_in(cast.member).get(f"/incidents/{incident.number}/words/"))
    assert "统一口径" in shown and "无人员伤亡" in shown  # one wording for all members
    assert Client().get(f"/public/{row.number}/").status_code == 404
    act(cast.duty_officer, row, "publish")
    assert list(ledger.verify()) == []


def test_the_government_approves_what_is_flagged(cast, incident):
    row = agreed(cast, incident, for_government="on")
    refuse(cast.commander, row, "approve", 403)
    page = do(cast.approver, f"/releases/{row.number}/release.approve/")
    assert page.status_code == 422
    act(cast.approver, row, "approve", document_no="驻政文〔2026〕9号")
    row = fresh(row)
    assert row.document_no and row.approved_by == cast.approver.post


def test_what_the_public_reads(cast, incident):
    row = published(cast, incident)
    public = Client()
    listed, paper = public.get("/public/"), public.get(f"/public/{row.number}/")
    assert TEXT["title"] in text_of(listed) and TEXT["words"] in text_of(paper)
    for answer in (listed, paper, sign_in(cast.enterprise).get("/public/")):
        assert not answer.cookies and "Cookie" not in answer.get("Vary", "")
        assert answer["Cache-Control"] == "public, max-age=60"
        assert "值班员甲" not in answer.content.decode() and "csrf" not in answer.content.decode()
    assert public.get("/public/", headers={"If-None-Match": listed["ETag"]}).status_code == 304
    assert "Allow: /public/" in public.get("/robots.txt").content.decode()
    assert 'href="/public/"' in public.get("/login/").content.decode()
    for bad in ("/public/none/", "/public/%00/", "/public/?page=x"):
        assert public.get(bad).status_code in (404, 200)
    # a new version takes its place once it is published; both stay readable
    done(
        cast.office_director,
        f"/releases/{row.number}/release.supersede/",
        words="火场清理完毕，寄递恢复。",
    )
    later = PublicRelease.objects.get(supersedes=row)
    assert later.version == 2 and later.number not in text_of(public.get("/public/"))
    act(cast.duty_officer, later, "review")
    act(cast.duty_officer, later, "consult", who="市委宣传部", result="同意")
    act(cast.commander, later, "approve")
    act(cast.duty_officer, later, "publish")
    old = text_of(public.get(f"/public/{row.number}/"))
    assert "第2版 取代" in old or "第2版取代" in old.replace(" ", "")
    assert TEXT["words"] in old
    assert "以前的版本" in text_of(public.get(f"/public/{later.number}/"))
    act(cast.commander, later, "withdraw", reason="事实有误")
    gone = text_of(public.get(f"/public/{later.number}/"))
    assert "撤回" in gone and "寄递恢复" not in gone and "事实有误" not in gone
    assert "已撤回" in text_of(public.get("/public/"))


def test_word_file_and_the_databases_own_guard(cast, incident):
    row = published(cast, incident)
    answer = sign_in(cast.office_director).get(f"/releases/{row.number}/?word=1")
    words = "\n".join(p.text for p in Document(BytesIO(answer.content)).paragraphs)
    assert TEXT["words"] in words and "同意发布" in words and row.number in words
    rows = PublicRelease.objects.filter(pk=row.pk)
    for change in (
        lambda: rows.update(words="别的"),
        lambda: rows.update(status="draft"),
        lambda: rows.update(consultation="没有"),
        lambda: rows.delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    second = draft(cast, incident)
    with pytest.raises(IntegrityError), transaction.atomic():
        PublicRelease.objects.filter(pk=second.pk).update(
            status="reviewed",
            reviewer=second.drafter,
            reviewed_at=timezone.now(),
            reviewed_by=second.drafted_by,
        )


def test_two_approve_at_once(cloned_database, cast):
    incident = graded(cast)
    now = timezone.now()
    row = publishing.draft(actor=cast.office_director, number=incident.number, **TEXT, now=now)
    publishing.review(actor=cast.duty_officer, release=row.number, now=now)
    publishing.consult(actor=cast.duty_officer, release=row.number, why_none="深夜", now=now)

    def approve(actor):
        return lambda: publishing.approve(actor=actor, release=row.number, now=timezone.now())

    results = at_once(approve(cast.commander), approve(cast.deputy))
    assert sum(isinstance(result, WrongState) for result in results) == 1
    assert sum(isinstance(result, PublicRelease) for result in results) == 1


def test_another_text_is_its_last_authors_and_nobody_was_consulted_on_it(cast, incident):
    row = agreed(cast, incident)
    act(cast.office_director, row, "revise", words="火势已扑灭，无人员伤亡。")
    row = fresh(row)
    assert row.drafter == cast.office_director.person and not row.is_consulted
    act(cast.duty_officer, row, "review")
    assert "会商" in refuse(cast.commander, row, "approve", 409)


def test_a_version_that_never_came_out_does_not_keep_the_old_one_up(cast, incident):
    first = published(cast, incident)
    for words in ("第二稿。", "第三稿。"):
        before = PublicRelease.objects.order_by("-pk").first()
        done(cast.office_director, f"/releases/{before.number}/release.supersede/", words=words)
        row = PublicRelease.objects.order_by("-pk").first()
        act(cast.duty_officer, row, "review")
        act(cast.duty_officer, row, "consult", who="市委宣传部", result="同意")
        act(cast.commander, row, "approve")
        if words == "第二稿。":
            act(cast.commander, row, "withdraw", reason="措辞不妥")
    act(cast.duty_officer, row, "publish")
    listed = Client().get("/public/").content.decode()
    assert row.number in listed and f"/public/{first.number}/" not in listed
