"""§8.4, 8.5 on the screens: drafted, compared, assessed, approved, in force at its time; readings where the clause is."""

from datetime import datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from docx import Document

from incidents.models import AssessmentOpinion, ClauseReading, LedgerEntry, PlanVersion
from incidents.refusals import WrongState
from incidents.services.revision import plan_editing, plan_readings, plan_revision, plan_rows, plan_versions
from tests import cast as people
from tests.revisions import acts
from tests.screens.stage import form_of, sign_in, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("8.4")]
T0 = datetime(2027, 3, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def at_t0():
    with time_machine.travel(T0, tick=False):
        yield


def send(client, url: str, **typed):
    """Its form as it comes, with what is typed; shown again it keeps what was typed."""
    return client.post(url, form_of(client, url, **typed))


def done(client, url: str, **typed) -> str:
    answer = send(client, url, **typed)
    assert answer.status_code == 302, text_of(answer)
    return text_of(client.get(answer.url))


def hostile(admin, director, draft):
    """What nobody types by hand: a clear word or a 404, never an error of the server."""
    url = reverse("plan-row", args=["deadlinerule", draft.deadlinerule_set.get(code="R2").pk])
    for typed in ({"limit": "9" * 30}, {"limit": "-" + "9" * 30}, {"name": "a\x00b"}, {"name": "长" * 999}):
        assert send(admin, url, reason="x", **typed).status_code == 422, typed
    step = draft.escalationstep_set.first()
    url = reverse("plan-row", args=["escalationstep", step.pk])
    assert "不能超过一年" in text_of(send(admin, url, reason="x", offset="9" * 30))
    for url in (
        reverse("plan-row", args=["clause", 10**30]),
        reverse("plan-assessment", args=[10**30]),
        reverse("plan-opinion", args=[10**30]),
        reverse("reading-new") + "?replaces=%00",
        reverse("readings") + "%00/withdraw/",
        reverse("clauses") + "%00/",
        reverse("plan-compare") + "?before=%00",
    ):
        assert director.get(url).status_code in (400, 404), url


def test_a_whole_revision_on_the_screens(cast):
    admin, director, approver, member = map(
        sign_in, (cast.administrator, cast.office_director, cast.approver, cast.member)
    )
    acts.expert(cast, T0)
    begun = people.file_in(cast, figures={"deaths": 3})
    admin.post(reverse("plan-draft"))
    draft = plan_versions.draft_of()
    hostile(admin, director, draft)
    page = text_of(admin.get(reverse("plan")))
    assert "完全相同" in page and "时限规则" in page and "作废" not in page

    # rows: another content, one taken out, a new one, each with its reason
    rule, clause = draft.deadlinerule_set.get(code="R2"), draft.clause_set.get(number="1.4")
    url = reverse("plan-row", args=["deadlinerule", rule.pk])
    refused = send(admin, url, limit="0")
    assert refused.status_code == 422
    assert "时限须大于 0" in text_of(refused) and "请填写改动理由。（§8.4）" in text_of(refused)
    assert "有改动" in done(admin, url, limit="50", reason="实际更快")
    text = clause.text.replace("运营网络阻断", "网络中断")
    assert "有改动" in done(admin, reverse("plan-row", args=["clause", clause.pk]), text=text, reason="改称")
    flood = draft.eventclass_set.get(code="flood")
    assert "已从草案删去" in done(
        director, reverse("plan-row-remove", args=["eventclass", flood.pk]), reason="并入其他"
    )
    done(
        admin,
        reverse("plan-row-new", args=["eventclass"]),
        code="drone",
        name="无人机坠落",
        source="应急办自拟",
        questions="何时\n何地",
        reason="新业态",
    )
    assert "实际更快" in text_of(admin.get(url))
    taken = send(
        admin, reverse("plan-row-new", args=["eventclass"]), code="fire", name="x", source="x", reason="x"
    )
    assert taken.status_code == 422 and "事件类别" in text_of(taken)

    # compared, in place and as Word
    page = director.get(reverse("plan-compare"))
    assert "<del>60</del>" in page.content.decode() and "<ins>50</ins>" in page.content.decode()
    assert "<del>运营</del>" in page.content.decode() and "<ins>中</ins>" in page.content.decode()
    assert "新业态" in text_of(page) and "暴雨水灾" in text_of(page)
    assert "没有差别" in text_of(director.get(reverse("plan-compare") + "?before=1&after=1"))
    for query in ("?before=99", "?after=x", "?after=1234567890"):
        assert director.get(reverse("plan-compare") + query).status_code == 404
    file = director.get(reverse("plan-compare-paper"))
    words = words_of(file)
    assert "无人机坠落" in words and LedgerEntry.objects.filter(summary__contains="对照表").exists()

    # assessed
    assert director.get(reverse("plan-submit")).status_code == 200
    unassessed = send(director, reverse("plan-submit"), words="请审批")
    assert unassessed.status_code == 422 and "须先召集有关部门和专家评估" in text_of(unassessed)
    refused = send(director, reverse("plan-assess"), words="请提意见")
    assert "请选择送达的单位" in text_of(refused) and "请从专家库选择" in text_of(refused)
    chosen = {"to": [cast.member.organization.code], "experts": [acts.expert(cast, T0).pk]}
    page = done(director, reverse("plan-assess"), words="请提意见", due_at="2027-03-08 18:00", **chosen)
    assessment = draft.assessments.get()
    with time_machine.travel(T0 + timedelta(days=8), tick=False):
        late = sign_in(cast.office_director).get(reverse("plan-assessment", args=[assessment.pk]))
        assert "逾期未答复" in text_of(late)
    assert "未答复" in page and "还不能结束" in page
    answer_url = reverse("plan-asked", args=[assessment.asked.get(expert=None).pk])
    assert sign_in(cast.county).get(answer_url).status_code == 404
    assert member.post(answer_url).status_code == 200, "nothing sent is nothing done"
    assert "待答复" in text_of(member.get(reverse("plan-asks")))
    assert "1 项待答复" in text_of(member.get(reverse("preparedness")))
    forms = {"opinions-TOTAL_FORMS": 4, "opinions-INITIAL_FORMS": 0}
    assert "<ins>50</ins>" in member.get(answer_url).content.decode()
    refused = member.post(answer_url, {"agrees": "no"} | forms)
    assert refused.status_code == 422 and "请写明意见" in text_of(refused)
    refused = member.post(answer_url, {"agrees": "no", "opinions-0-words": "长" * 2001} | forms)
    assert refused.status_code == 422 and "2001" in text_of(refused)
    said = {"agrees": "no", "opinions-0-about": "条款 §1.4", "opinions-0-words": "保留“运营”"} | forms
    assert member.post(answer_url, said).status_code == 302
    assert "保留“运营”" in text_of(member.get(answer_url))
    asked = assessment.asked.get(expert__isnull=False)
    done(director, reverse("plan-record", args=[assessment.pk]), asked=asked.pk, agrees="on")
    refused = send(director, reverse("plan-assessment-close", args=[assessment.pk]), conclusion="可行")
    assert "1 条意见没有处理" in text_of(refused)
    opinion = AssessmentOpinion.objects.get()
    page = done(
        director, reverse("plan-opinion", args=[opinion.pk]), disposal="declined", why="与上级预案一致"
    )
    assert "未采纳" in page and "与上级预案一致" in page
    assert "可行" in done(director, reverse("plan-assessment-close", args=[assessment.pk]), conclusion="可行")
    assert "与上级预案一致" in text_of(member.get(answer_url))

    # before 市政府, back, before it again, approved for a time
    submit = reverse("plan-submit")
    sent = form_of(director, submit, words="请审批", effective_at="2027-03-03 08:00")
    acts.limit(cast, draft, "R10", 20, T0)
    stale = director.post(submit, sent)
    assert stale.status_code == 422 and "又有改动" in text_of(stale)
    assert director.post(submit, sent | {"seen": stale.context["form"]["seen"].value()}).status_code == 302
    assert "撤回报批" in text_of(director.get(reverse("plan")))
    assert admin.get(url).status_code == 404
    first = draft.submissions.get()
    assert "第 2 版" in text_of(approver.get(reverse("home")))
    decide = reverse("plan-decide", args=[first.pk])
    page = approver.get(decide)
    assert "2027-03-03 08:00" in page.content.decode() and "<ins>50</ins>" in page.content.decode()
    assert "请填写理由" in text_of(send(approver, decide, decision="refuse"))
    assert "未批准" in done(approver, decide, decision="refuse", reason="补充说明")
    done(director, reverse("plan-submit"), words="已补充", effective_at="2027-03-03 08:00")
    done(director, reverse("plan-recall"), reason="再核")
    done(director, reverse("plan-submit"), words="已核", effective_at="2027-03-03 08:00")
    decide = reverse("plan-decide", args=[draft.submissions.last().pk])
    assert "请填写批准文号" in text_of(send(approver, decide, decision="approve"))
    page = done(approver, decide, decision="approve", document_no="驻政办〔2027〕3号")
    assert "驻政办〔2027〕3号" in page and "3月3日 08:00 起生效" in page
    page = text_of(director.get(reverse("plan")))
    assert "3月3日 08:00 起生效" in page and "取消生效" in page and "现行：第 1 版" in page

    # its time comes, with nobody at work
    with time_machine.travel(datetime(2027, 3, 3, 8, tzinfo=T0.tzinfo), tick=False):
        page = text_of(director.get(reverse("plan")))
        assert "现行：第 2 版" in page and "没有草案" in page
        assert people.file_in(cast, figures={"deaths": 3}).plan_version.number == 2
    assert begun.plan_version.number == 1


def test_a_draft_is_discarded_and_an_approved_version_called_off_after_a_look(cast):
    director = sign_in(cast.office_director)
    acts.limit(cast, acts.draft(cast, T0), "R10", 20, T0)
    assert "不能恢复" in text_of(director.get(reverse("plan-discard")))
    assert "请填写理由" in text_of(send(director, reverse("plan-discard"), reason=""))
    assert "作废：不要了" in done(director, reverse("plan-discard"), reason="不要了")
    assert director.get(reverse("plan-discard")).status_code == 404
    assert director.post(reverse("plan-draft"), {"rows_of": "2"}).status_code == 302
    assert [change.after for change in plan_rows.differences(plan_versions.draft_of())] == ["20 分钟"]
    refused = send(director, reverse("plan-activate"), reason="调整", effective_at="2027-02-01 08:00")
    assert refused.status_code == 422 and "不能早于现在" in text_of(refused)
    done(director, reverse("plan-activate"), reason="调整", effective_at="2027-03-05 08:00")
    assert "取消生效" in text_of(director.get(reverse("plan")))
    assert "作废：另有安排" in done(director, reverse("plan-withdraw"), reason="另有安排")
    assert PlanVersion.in_force(T0 + timedelta(days=30)).number == 1


@pytest.mark.clause("8.5")
@pytest.mark.clause("2.2.3")
def test_a_reading_is_where_its_clause_is(cast):
    director, firm = sign_in(cast.office_director), sign_in(cast.enterprise)
    assert firm.get(reverse("reading-new")).status_code == 404
    new = reverse("reading-new")
    refused = send(director, new, words="x")
    assert refused.status_code == 422 and "请填写条款。（§8.5）" in text_of(refused)
    assert "ZMD-JS-2027-0001" in done(director, new, clause="5.2.1", words="“立即”指 15 分钟内。")
    clause = reverse("clause", args=["5.2.1"])
    for page in (
        firm.get(clause),
        firm.get(clause, headers={"HX-Request": "true"}),
        firm.get(reverse("readings")),
    ):
        assert "“立即”指 15 分钟内。" in text_of(page) and "应急办主任" in text_of(page)
    assert "签发解释" not in text_of(firm.get(clause)) and "签发解释" in text_of(director.get(clause))
    replace = f"{new}?replaces=ZMD-JS-2027-0001"
    done(director, replace, words="“立即”指 10 分钟内。", why="与值班制度一致")
    assert "15 分钟内" not in text_of(firm.get(clause))
    assert "由 ZMD-JS-2027-0002 取代" in text_of(firm.get(reverse("readings") + "?all"))
    assert director.get(replace).status_code == 404
    withdraw = reverse("reading-withdraw", args=["ZMD-JS-2027-0002"])
    assert "请填写废止的理由" in text_of(send(director, withdraw, why=""))
    assert "没有条文解释" in done(director, withdraw, why="条文将改")
    assert director.get(withdraw).status_code == 404
    assert ClauseReading.objects.count() == 2


@pytest.mark.clause("8.5")
def test_the_comparison_carries_the_readings_of_the_clauses_that_it_changes(cast):
    director = sign_in(cast.office_director)
    done(director, reverse("reading-new"), clause="1.4", words="含仓储。")
    draft = acts.draft(cast, T0)
    draft.clause_set.filter(number="1.4").update(text="改写")
    assert "含仓储。" in text_of(director.get(reverse("plan-compare")))
    file = director.get(reverse("plan-compare-paper"))
    words = "".join(paragraph.text for paragraph in Document(BytesIO(file.content)).paragraphs)
    assert "ZMD-JS-2027-0001（签发后条文已有改动）：含仓储。" in words


def words_of(answer) -> str:
    return "".join(
        cell.text for t in Document(BytesIO(answer.content)).tables for r in t.rows for cell in r.cells
    )


def test_the_comparison_tells_what_moved_from_what_is_new(cast):
    director = sign_in(cast.office_director)
    draft = acts.draft(cast, T0)

    def edit(part, row, **values):
        plan_editing.keep_row(
            actor=cast.office_director, part=part, row=row and row.pk, values=values, reason="整理", now=T0
        )

    edit("clause", draft.clause_set.get(number="6.4"), number="6.5")
    edit(
        "escalationstep",
        draft.escalationstep_set.get(kind="", offset=timedelta(minutes=30)),
        offset=timedelta(minutes=40),
    )
    edit("criterion", draft.criterion_set.get(measure="network_scope", level=4), source="市政府")
    edit("grouptemplate", draft.grouptemplate_set.first(), duties="另行规定")
    edit("eventclass", draft.eventclass_set.get(code="flood"), questions=["ABC"])
    edit("deadlinerule", draft.deadlinerule_set.get(code="T4"), limit=timedelta(hours=12))
    changes = plan_rows.differences(draft)
    assert [(c.column, c.before, c.after) for c in changes if c.part in ("条款", "升级步骤")] == [
        ("条款", "6.4", "6.5"),
        ("相对到期时间", "30 分钟", "40 分钟"),
    ]
    assert {c.part for c in changes} == {part.name for part in plan_rows.PARTS}
    page, paper = (
        text_of(director.get(reverse("plan-compare"))),
        words_of(director.get(reverse("plan-compare-paper"))),
    )
    for words in ("6.5", "市政府", "另行规定", "ABC", "720"):
        assert words in page and words in paper, words
    assert "整行" not in page

    # a clause put in between: those behind it move on, one of them with other words, one makes way
    readings = {
        number: plan_readings.issue(actor=cast.office_director, clause=number, words="解释", now=T0).number
        for number in ("8.2", "8.5")
    }
    draft.clause_set.filter(number="8.6").delete()
    for then, now in (("8.5", "8.6"), ("8.4", "8.5"), ("8.3", "8.4"), ("8.2", "8.3")):
        draft.clause_set.filter(number=then).update(number=now)
    draft.clause_set.filter(number="8.4").update(text="改写的一条")
    edit("clause", None, number="8.2", title="新的一条", text="插在中间")
    before, after = plan_rows.PARTS[0].rows(draft.based_on), plan_rows.PARTS[0].rows(draft)
    told = {
        (c.key, c.column): (c.before, c.after) for c in plan_rows.differences(draft) if c.key.startswith("8.")
    }
    assert {key: sides for key, sides in told.items() if key[1] == "条款"} == {
        (now, "条款"): (then, now)
        for then, now in (("8.2", "8.3"), ("8.3", "8.4"), ("8.4", "8.5"), ("8.5", "8.6"))
    }
    assert told["8.4", "正文"] == (before["8.3",].text, "改写的一条")
    assert told["8.2", "整行"][0] is None and "插在中间" in told["8.2", "整行"][1]
    gone = [sides for key, sides in told.items() if sides[1] is None]
    assert len(gone) == 1 and before["8.6",].text in gone[0][0] and len(after) == len(before)
    page = text_of(director.get(reverse("plan-compare")))
    counts = {number: page.count(number) for number in readings.values()}
    assert set(counts.values()) == {2}, f"where it belongs, where it would stand: {counts}"
    assert (
        "预案生效"
        in text_of(director.get(reverse("plan-rows", args=["clause"]))).partition("已从草案删去")[2]
    )


def test_the_plan_itself_may_be_given_another_name(cast):
    admin, director = sign_in(cast.administrator), sign_in(cast.office_director)
    begun = people.file_in(cast)
    draft = acts.draft(cast, T0)
    url, name = reverse("plan-title"), "驻马店市邮政快递业突发事件应急预案"
    was = draft.title
    assert sign_in(cast.duty_officer).get(url).status_code == 404
    for typed, words in (
        ({"title": ""}, "请填写预案名称"),
        ({"title": "长" * 101}, "100"),
        ({"title": was}, "没有改动"),
        ({"title": name, "reason": ""}, "请填写理由"),
    ):
        refused = send(admin, url, **({"title": was, "reason": "改称"} | typed))
        assert refused.status_code == 422 and words in text_of(refused), typed
        assert typed.get("title", was) in refused.content.decode(), "nothing typed is lost"
    page = done(admin, url, title=f" {name} ", reason="机构改称")
    assert "快递" in page and "机构改称" in page and "含须市政府批准的改动" in page
    with pytest.raises(WrongState, match="评估"):
        plan_revision.activate(actor=cast.office_director, reason="x", document_no="1", now=T0)
    acts.assessed(cast, T0)
    plan_revision.activate(
        actor=cast.office_director, reason="x", document_no="x", document_day=T0.date(), now=T0
    )
    assert admin.get(url).status_code == 404
    assert (
        PlanVersion.in_force().title == name
        and "<ins>快递</ins>" in director.get(reverse("plan-compare")).content.decode()
    )
    shown = text_of(director.get(reverse("incident", args=[begun.number])))
    assert "按预案第 1 版" in shown, "under way, it keeps its own"
    printed = text_of(director.get(reverse("incident", args=[begun.number]) + "?print"))
    assert was in printed and name not in printed


def test_the_page_of_the_draft_says_what_keeps_it_from_being_decided(cast):
    draft = acts.draft(cast, T0)
    draft.deadlinerule_set.filter(code="T2").delete()
    words = text_of(sign_in(cast.office_director).get(reverse("plan")))
    assert "还不能报批或生效" in words and "系统按代码 T2 计时" in words


@pytest.mark.clause("8.4")
def test_a_clause_that_a_version_does_without_still_opens_with_its_last_words(cast):
    begun = people.file_in(cast)
    draft = acts.draft(cast, T0)
    rows = {number: draft.clause_set.get(number=number) for number in ("8.6", "1.4")}
    plan_editing.remove_row(
        actor=cast.administrator, part="clause", row=rows["8.6"].pk, reason="并入", now=T0
    )
    plan_editing.keep_row(
        actor=cast.administrator,
        part="clause",
        row=rows["1.4"].pk,
        values={"text": "改写"},
        reason="x",
        now=T0,
    )
    plan_editing.keep_row(
        actor=cast.administrator,
        part="clause",
        values={"number": "9.7", "title": "新", "text": "新"},
        reason="x",
        now=T0,
    )
    firm = sign_in(cast.enterprise)
    assert firm.get(reverse("clause", args=["9.7"])).status_code == 404, "a draft's"
    acts.assessed(cast, T0)
    plan_revision.activate(
        actor=cast.office_director,
        reason="x",
        document_no="驻政办〔2027〕3号",
        document_day=T0.date(),
        now=T0,
    )
    assert firm.get(reverse("clause", args=["9.7"])).status_code == 200
    words = text_of(firm.get(reverse("clause", args=["8.6"])))
    assert "本预案自印发之日起施行" in words and "现行第 2 版已无此条" in words
    words = text_of(firm.get(reverse("clause", args=["1.4"])))
    assert "改写" in words and "以前的原文" in words and "运营网络阻断" in words
    in_place = text_of(firm.get(reverse("clause", args=["1.4"]), headers={"HX-Request": "true"}))
    assert "改写" in in_place and "以旧版为准" in in_place

    # what is under way by the former version opens its words, and says so
    page = firm.get(reverse("incident", args=[begun.number])).content.decode()
    assert "/clauses/5.2.1/?version=1" in page and '/clauses/5.2.1/"' not in page
    for number, note in (("1.4", "文字不同"), ("5.2.1", "文字相同"), ("8.6", "已无此条")):
        url = reverse("clause", args=[number]) + "?version=1"
        words = text_of(firm.get(url, headers={"HX-Request": "true"}))
        assert "本事项按第 1 版办理" in words and note in words and "改写" not in words, number
        assert "已被取代" in text_of(firm.get(url))
    for version in ("2", "3", "99", "x", "%00", "9" * 30):
        assert firm.get(reverse("clause", args=["1.4"]) + f"?version={version}").status_code in (
            200,
            400,
            404,
        )
