"""Word papers: opened again, they hold what they must; they exist only for whom their page does."""

from io import BytesIO

import pytest
from django.utils import timezone
from docx import Document

from incidents.documents.paper import Paper
from incidents.services.command import order_steps, ordering, releasing
from incidents.services.response import ending
from incidents.services.warning import warning_issuing
from tests.cast import OTHER_FIRM, bulletin, issue
from tests.responses.stage import act, graded, on, order, started
from tests.screens.stage import sign_in, text_of


def words_of(content: bytes) -> str:
    """All words of a Word file, in its order, tables after text."""
    document = Document(BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


def word(actor, path: str) -> str:
    answer = sign_in(actor).get(path)
    assert answer.status_code == 200, path
    assert ".docx" in answer["Content-Disposition"] and "attachment" in answer["Content-Disposition"]
    return words_of(answer.content)


def test_what_xml_cannot_hold_breaks_no_paper():
    bad = "起火\x00\x0b\x1f\ud800\ufffe😀"
    paper = Paper(bad + "长" * 300)
    paper.head(bad, bad, bad)
    paper.band(bad, "F6D33C", "2C2400")
    paper.title(bad)
    paper.addressee(bad)
    paper.text(bad)
    paper.fact(bad, "\x00")
    paper.table((bad,), [(bad,), ("",)], (100,))
    paper.signature(bad, timezone.now())
    paper.note(bad)
    paper.imprint(bad, bad, timezone.now())
    assert words_of(paper.to_bytes()).count("起火😀") >= 9


@pytest.mark.clause("4.4")
def test_a_bulletin_in_its_colour_with_all_seven_contents(cast):
    warning = issue(cast, level=3)
    base = f"/warnings/{warning.number}/bulletins/"
    said = word(cast.enterprise, f"{base}1/word/")
    for content in ("一、突发事件的类别：暴雨水灾", "二、预警级别：黄色预警", "三、起始时间", "四、可能影响范围",
                    "五、警示事项：场地进水", "六、应采取的措施：转移快件", "七、发布机关：驻马店市"):  # fmt: skip
        assert content in said
    colours = sign_in(cast.enterprise).get(f"{base}1/word/").content
    assert 'w:fill="F6D33C"' in Document(BytesIO(colours)).element.xml
    who = {"actor": cast.commander, "number": warning.number, "now": timezone.now()}
    warning_issuing.adjust(**who, level=2, contents=bulletin(level=2), reason="雨势增强")
    warning_issuing.lift(**who, reason="雨停")
    assert "橙色" in word(cast.duty_officer, f"{base}2/word/") and "调整的理由：雨势增强" in word(
        cast.duty_officer, f"{base}2/word/"
    )
    assert "解除的理由：雨停" in word(cast.duty_officer, f"{base}3/word/")
    assert sign_in(cast.duty_officer).get(f"{base}9/word/").status_code == 404
    assert f"{base}1/word/" in sign_in(cast.duty_officer).get(f"{base}1/").content.decode()


@pytest.mark.clause("5.2.2")
@pytest.mark.clause("5.2.6")
def test_the_papers_of_an_order_are_its_receivers_and_the_offices(cast):
    incident = graded(cast)
    row = order(cast, incident, to=OTHER_FIRM, task="支援吊车", requirements="两台\x0b立即")
    base = f"/orders/{row.number}/word/"
    said = word(cast.other_enterprise, f"{base}notice/")
    assert "应急任务启动通知" in said and "一、任务：支援吊车" in said and "成立现场应急保障指挥机构" in said
    assert incident.title not in said, "of another firm's incident no more than it needs"
    assert sign_in(cast.enterprise).get(f"{base}notice/").status_code == 404
    assert sign_in(cast.other_enterprise).get(f"{base}release/").status_code == 404
    on(releasing.release, cast.duty_officer, row,
       instruction=order_steps.Instruction(cast.commander.post.pk, "任务结束"))  # fmt: skip
    assert "任务结束命令：" in word(cast.other_enterprise, f"{base}release/")
    called = order(cast, incident, by_phone=True, answered_by="李", phone_words="马上去")
    assert "应急任务通知书" in (said := word(cast.auditor, f"/orders/{called.number}/word/notice/"))
    assert "马上去" in said and "尚未补发" in said


@pytest.mark.clause("5.4.1")
@pytest.mark.clause("5.4.5")
def test_the_papers_of_a_response(cast):
    incident = started(cast)
    row = incident.responses.get()
    base = f"/incidents/{incident.number}/responses/{row.pk}/"
    said = word(cast.approver, f"{base}proposal/word/")
    assert "关于启动邮政业突发事件Ⅲ级应急响应的请示" in said and "建议：建议启动Ⅲ级响应" in said
    assert "经市政府批准（驻政文〔2026〕1号）" in word(cast.enterprise, f"{base}start/word/")
    for who, path in (
        (cast.enterprise, "proposal"),
        (cast.commander, "end"),
        (cast.other_enterprise, "start"),
    ):
        assert sign_in(who).get(f"{base}{path}/word/").status_code == 404
    act(ending.propose_end, cast.office_director, incident, words="已排除")
    act(ending.declare_end, cast.commander, incident)
    assert "宣布Ⅲ级响应结束" in word(cast.member, f"{base}end/word/")
    board = text_of(sign_in(cast.enterprise).get(f"/incidents/{incident.number}/orders/"))
    assert "结束通知 Word" in board and "请示" not in board


def test_the_register_shows_a_firm_only_what_its_page_does(cast):
    incident = graded(cast)
    order(cast, incident, to=OTHER_FIRM, task="支援吊车")
    path = f"/incidents/{incident.number}/word/"
    office, firm = word(cast.duty_officer, path), word(cast.enterprise, path)
    assert "情况登记表" in office and "支援吊车" in office and "R10" in office
    assert incident.title in firm and "支援吊车" not in firm and "R10" not in firm
    assert sign_in(cast.other_enterprise).get(path).status_code == 404


@pytest.mark.clause("5.2.3")
def test_the_board_names_who_has_not_acknowledged_and_counts_by_response(cast):
    incident = started(cast)
    waiting = order(cast, incident, task="清点邮件", priority=3)
    done = order(
        cast, incident, task="转移邮件", priority=1, by_phone=True, answered_by="李", phone_words="去"
    )
    scene = ordering.OnScene("队长", "0396-1", "门口")
    on(ordering.progress, cast.enterprise, done, words="已到场", on_scene=scene)
    page = sign_in(cast.commander).get(f"/incidents/{incident.number}/orders/")
    (group,) = page.context["groups"]
    assert group.name == "Ⅲ级响应" and dict(group.counts) == {"待签收": 1, "执行中": 1}
    assert [row.order for row in group.rows] == [waiting, done]
    assert "1 项未签收" in text_of(page) and "已到场" in text_of(page)
    other = sign_in(cast.other_enterprise)
    assert other.get(f"/incidents/{incident.number}/orders/").status_code == 404
