"""情况专报 through the browser's door: drafted from the reports, signed off, sent, signed for, never edited after."""

from io import BytesIO

import pytest
from django.db import DatabaseError, connection, transaction
from docx import Document

from alerts.models import SituationBrief
from incidents.models import LedgerEntry, Level
from incidents.services.report import intake
from tests import cast as people
from tests.responses.stage import graded, started
from tests.screens.stage import form_of, sign_in, text_of

pytestmark = pytest.mark.django_db
CITY, PROVINCE, HQ = "to_zmd-government", "to_henan", "to_zmd-headquarters"
ROOM = "to_zmd-party-duty-room"


def act(actor, path, **typed):
    client = sign_in(actor)
    return client.post(path, form_of(client, path, **typed), follow=True)


def on(brief, code):
    return f"/briefs/{brief.number}/{code}/"


def drafted(cast, incident) -> SituationBrief:
    page = act(cast.duty_officer, f"/incidents/{incident.number}/act/brief.draft/")
    brief = incident.briefs.latest("pk")
    assert page.redirect_chain[-1][0] == f"/briefs/{brief.number}/edit/"
    return brief


def signed(cast, incident) -> SituationBrief:
    brief = drafted(cast, incident)
    page = act(cast.office_director, on(brief, "brief.sign"))
    assert "已签发" in text_of(page), text_of(page)
    return SituationBrief.objects.get(pk=brief.pk)


def sent(cast, incident, **to) -> SituationBrief:
    brief = signed(cast, incident)
    page = act(cast.duty_officer, on(brief, "brief.send"), **{HQ: "", CITY: "", PROVINCE: ""} | to)
    assert "已报送" in text_of(page), text_of(page)
    return SituationBrief.objects.get(pk=brief.pk)


def by_police(cast, incident, **figures):
    return intake.file_report(
        actor=cast.duty_officer,
        number=incident.number,
        kind="FOLLOW_UP",
        arrival=intake.Arrival("PHONE", informant="POLICE"),
        contents={"development": "仍在搜救"} | figures,
        now=people.timezone.now(),
    )


def answered(about) -> set:
    rows = about.deadlines.filter(met_at__isnull=False, rule__answers__overlap=["REPORT_UP", "PROPOSAL"])
    return set(rows.values_list("rule__code", "creditor__kind"))


@pytest.mark.clause("5.4.1")
def test_sending_meets_what_is_owed_to_those_bodies_and_not_the_citys_proposal(cast):
    incident = graded(cast)
    edit = sign_in(cast.duty_officer).get(f"/briefs/{drafted(cast, incident).number}/edit/")
    assert "报送后了结的时限" in text_of(edit) and "R6" in text_of(edit) and "还剩" in text_of(edit)
    brief = incident.briefs.get()
    refused = sign_in(cast.duty_officer).get(on(brief, "brief.sign"))
    assert refused.status_code == 403 and "应急办主任" in text_of(refused)
    act(cast.office_director, on(brief, "brief.sign"))
    form = form_of(sign_in(cast.duty_officer), on(brief, "brief.send"))
    assert form[HQ] == "system" and CITY not in form, "who is owed a report is preselected"
    act(cast.duty_officer, on(brief, "brief.send"), **{HQ: "system", CITY: "fax", ROOM: "hand"})
    brief.refresh_from_db(fields=["document_no"])
    assert brief.document_no.startswith("驻邮应急专报〔") and brief.document_no.endswith("〕1号")
    assert answered(incident) == {("R6", "HEADQUARTERS")}
    entry = LedgerEntry.objects.get(chain=incident.chain, action="brief.sent")
    assert entry.data["answers"] == ["R6"] and brief.text == entry.data["text"] and entry.data["sha256"]


@pytest.mark.clause("5.3")
def test_of_level_two_each_body_is_answered_by_its_own_brief(cast):
    incident = graded(cast, Level.II)
    sent(cast, incident, **{PROVINCE: "fax"})
    assert answered(incident) == {("R7", "PROVINCE")}
    sent(cast, incident, **{HQ: "system", CITY: "system"})
    assert answered(incident) == {("R7", kind) for kind in ("PROVINCE", "HEADQUARTERS", "CITY_GOVERNMENT")}
    numbers = SituationBrief.objects.order_by("pk").values_list("document_no", flat=True)
    assert [number.split("〕")[1] for number in numbers] == ["1号", "2号"]


@pytest.mark.clause("2.2.2")
def test_a_brief_tells_how_it_is_being_handled(cast):
    incident = started(cast)
    sent(cast, incident, **{CITY: "fax", PROVINCE: "fax"})
    met = {code for code, _ in answered(incident)}
    assert "R9" in met and incident.deadlines.filter(rule__code="R9", met_at=None).count() == 2


@pytest.mark.clause("4.3")
def test_a_brief_on_a_warning_meets_w2_and_r8(cast):
    warning = people.issue(cast, level=2)
    client = sign_in(cast.duty_officer)
    assert "写专报" in text_of(client.get(f"/warnings/{warning.number}/"))
    act(cast.duty_officer, f"/warnings/{warning.number}/act/warning.draft_brief/")
    brief = warning.briefs.get()
    assert warning.risk in brief.happened and brief.number == f"{warning.number}-B1"
    act(cast.office_director, on(brief, "brief.sign"))
    page = act(cast.duty_officer, on(brief, "brief.send"), **{HQ: "", PROVINCE: "fax"})
    assert "已报送" in text_of(page)
    assert answered(warning) == {("W2", "PROVINCE"), ("R8", "PROVINCE")}


@pytest.mark.clause("2.2.3")
def test_conflicting_figures_need_one_wording_and_changes_are_marked(cast):
    incident = graded(cast)
    sent(cast, incident, **{HQ: "system"})
    by_police(cast, incident, deaths=6)
    brief = drafted(cast, incident)
    assert "口径待定" in brief.casualties
    tab = text_of(sign_in(cast.duty_officer).get(f"/incidents/{incident.number}/briefs/"))
    assert "来源不一致" in tab and "未签收" in tab
    refused = act(cast.office_director, on(brief, "brief.sign"))
    assert refused.status_code == 409 and "须先定口径" in text_of(refused)
    path = f"/incidents/{incident.number}/act/brief.word_figure/"
    own = act(cast.duty_officer, path, column="deaths", words="5 人左右")
    assert own.status_code == 422 and "须说明理由" in text_of(own)
    act(cast.duty_officer, path, column="deaths", source="公安")
    choice = incident.figure_wordings.get()
    assert (choice.words, choice.source) == ("6 人", "公安")
    act(cast.duty_officer, on(brief, "brief.abandon"), reason="口径已定，重新起草")
    brief = drafted(cast, incident)
    assert "死亡 6 人（上期 4 人）" in brief.casualties
    page = text_of(sign_in(cast.office_director).get(f"/briefs/{brief.number}/"))
    assert "▲ 伤亡和损失" in page or "▲伤亡和损失" in page
    assert "▲地点" not in page and "▲ 地点" not in page
    by_police(cast, incident, deaths=7)
    again = act(cast.office_director, on(brief, "brief.sign"))
    assert again.status_code == 409, "a newer figure opens the question again"


@pytest.mark.clause("2.2.3")
def test_who_types_over_what_another_saved_is_told_and_loses_nothing(cast):
    brief = drafted(cast, graded(cast))
    path, client = f"/briefs/{brief.number}/edit/", sign_in(cast.duty_officer)
    mine = form_of(client, path, development="我写的态势")
    theirs = sign_in(cast.office_director)
    assert theirs.post(path, form_of(theirs, path, development="主任写的态势")).status_code == 302
    told = client.post(path, mine)
    assert told.status_code == 409 and "主任写的态势" in text_of(told) and "已改过" in text_of(told)
    assert "我写的态势" in told.content.decode()
    mine["version"] = told.context["form"]["version"].value()
    assert client.post(path, mine).status_code == 302
    brief.refresh_from_db(fields=["development", "version"])
    assert brief.development == "我写的态势" and brief.version == 3
    client.post(f"/intake/draft/brief-{brief.pk}/", mine | {"development": "还没保存的"})
    assert "还没保存的" in sign_in(cast.duty_officer).get(path).content.decode(), (
        "a lost session loses no words"
    )
    act(cast.office_director, on(brief, "brief.sign"))
    assert client.get(path).status_code == 409
    back = act(cast.office_director, on(brief, "brief.return"), reason="补充现场情况")
    assert "补充现场情况" in text_of(back) and client.get(path).status_code == 200
    assert sign_in(cast.enterprise).get(path).status_code == 404


@pytest.mark.clause("5.2")
def test_a_sent_brief_is_never_edited_only_corrected_and_signed_for_once(cast):
    incident = graded(cast)
    brief = sent(cast, incident, **{HQ: "system", CITY: "system", PROVINCE: "fax", ROOM: "fax"})
    assert sign_in(cast.office_director).get(f"/briefs/{brief.number}/edit/").status_code == 409
    for sql in (
        "UPDATE alerts_situationbrief SET title = 'x'",
        "DELETE FROM alerts_addressee",
        "UPDATE alerts_addressee SET how = 'hand'",
        "TRUNCATE alerts_situationbrief CASCADE",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)

    approver = sign_in(cast.approver)
    assert brief.document_no in text_of(approver.get("/briefs/"))
    page = act(cast.approver, on(brief, "brief.acknowledge"))
    assert page.status_code == 200 and brief.title in text_of(page)
    assert sign_in(cast.approver).get(on(brief, "brief.acknowledge")).status_code == 403
    assert sign_in(cast.member).get(f"/briefs/{brief.number}/").status_code == 404
    act(cast.duty_officer, on(brief, "brief.receipt"), to="henan", person="值班处长", at="刚才")
    late = act(
        cast.duty_officer,
        on(brief, "brief.receipt"),
        to="zmd-party-duty-room",
        person="值班员",
        at="昨天0210",
    )
    assert late.status_code == 422 and "不能早于" in text_of(late)
    signed_for = dict(brief.addressees.values_list("body__code", "signed_for_by"))
    assert signed_for["henan"] == "值班处长" and signed_for["zmd-government"]
    assert not signed_for["zmd-party-duty-room"]
    entry = LedgerEntry.objects.filter(action="brief.signed_for").latest("pk")
    assert "值班处长" not in entry.text and entry.personal_values.get().value == "值班处长"
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE alerts_addressee SET signed_for_by = 'x' WHERE signed_for_at IS NOT NULL")

    client = sign_in(cast.duty_officer)
    cover = text_of(client.get(f"/briefs/{brief.number}/fax/"))
    assert (
        "中共驻马店市委总值班室" in cover and "传真封面" in cover and "驻马店市人民政府 收件传真" not in cover
    )
    word = client.get(f"/briefs/{brief.number}/word/")
    words = "\n".join(p.text for p in Document(BytesIO(word.content)).paragraphs)
    assert brief.document_no in words and "死亡 4 人" in words and brief.title in words

    page = act(cast.duty_officer, on(brief, "brief.correct"))
    correction = brief.corrections.get()
    assert page.redirect_chain[-1][0] == f"/briefs/{correction.number}/edit/"
    assert f"更正{brief.document_no}" in correction.title
    again = act(cast.duty_officer, f"/incidents/{incident.number}/act/brief.draft/")
    assert again.status_code == 409 and correction.number in text_of(again)


@pytest.mark.clause("5.2")
def test_a_brief_is_offered_beside_the_telephone(cast):
    incident = graded(cast)
    client = sign_in(cast.duty_officer)
    page = text_of(client.get(f"/incidents/{incident.number}/"))
    assert "电话报告市邮政业应急指挥部" in page and "写专报" in page
    assert "还没有专报" in text_of(client.get(f"/incidents/{incident.number}/briefs/"))
    assert sign_in(cast.enterprise).get(f"/incidents/{incident.number}/briefs/").status_code == 404


@pytest.mark.clause("5.3")
def test_a_brief_tells_the_level_that_was_signed_not_the_one_it_is_sent_under(cast):
    incident = graded(cast, Level.IV)
    brief = signed(cast, incident)
    act(cast.commander, f"/incidents/{incident.number}/act/incident.upgrade/", level="2", reason="火势扩大")
    act(cast.duty_officer, on(brief, "brief.send"), **{HQ: "", CITY: "", PROVINCE: ""})
    assert SituationBrief.objects.get(pk=brief.pk).level_told == Level.IV
    assert {code for code, _ in answered(incident)} & {"R7"} == set()
    assert incident.deadlines.answerable().filter(rule__code="R7").count() == 3
