"""纸质应急包 as a Word file (domain §7, §5.2.3): the same parts as the printed page, to be kept, filled in and copied."""

from collections.abc import Iterable, Sequence

from incidents.documents.paper import Paper
from incidents.models import DeadlineRule, Level
from incidents.services.register.paper_kit import Kit, OnDuty, RosterDay
from incidents.services.subject import clock_words

IN_THE_DARK = (
    "看表记时间：一切时限按实际时间起算，系统不能用不是理由。",
    "来电：用第三部分的空白接报登记表，按顺序问、写；记下来电时间和回拨电话。",
    "按第五部分的时限一览向上报告、通知，用电话；每次通话写进第四部分的记录表：向谁、几点几分、说了什么。",
    "找人用第二部分；值班员打不通的打带班领导，再打应急办主任。",
    "带班领导指定专人看时限，每 10 分钟念一遍还欠什么。",
    "恢复后按第六部分补录。",
)
AFTERWARDS = (
    "先补正在欠的：打开“时限”页，从最急的办起；已用电话办结的，按记录表登记。",
    "来电：在“电话接报”页照登记表录入，“来电（到达）时间”填当时的时间，不填现在的时间。企业的时限按那个时间结算，"
    "应急办的时限也从那时起算；录入时间另存，相差 10 分钟以上的标“补录”。",
    "传真、纸质：渠道选传真或纸质，填收到的时间。",
    "向上报告：在事件页“向上报告”，填通话的时间、接听人、内容。",
    "电话下达的任务、电话批准：照记录登记，书面任务通知和文号随后补（时限 T1、T4）。",
    "Ⅳ级响应的启动、结束：按企业告知的时间登记。",
    "值班交接、值班日志补记停用的起止时间和原因。",
    "手写的原件编号归档，拍照作为事件的附件。写错的不涂改：另写一份更正。",
    "核对：事件页时间线与手写记录逐条对上，由带班领导签字。",
)
"""What to do, as the page says it too."""
LOG_LINES, COPIES, BY_HAND = 10, 2, "＿＿＿＿＿＿"


def paper(
    kit: Kit,
    *,
    sections: Sequence[dict],
    rules: Iterable[tuple[DeadlineRule, str]],
    prepared: Iterable[tuple[DeadlineRule, str]],
    intake: Sequence[tuple[str, Sequence]],
    report: Iterable[tuple[str, bool]],
    printed_by: str,
) -> Paper:
    """`sections`: the telephone list's; `rules`, `prepared`: each with its limit in words; `intake`: the blank fields by section."""
    paper = Paper("纸质应急包")
    paper.title("纸质应急包")
    paper.fact("应急办", kit.office.name)
    paper.fact("打印", f"{clock_words(kit.printed_at)}　{printed_by}")
    paper.fact("最迟重新打印", f"{clock_words(kit.good_until)}（内部目标）")
    paper.fact("适用", f"{kit.plan.title}（{kit.plan.document_no}）")
    paper.text("含个人电话，存放值班室，不得复制外传，过期当面销毁。")
    paper.heading("一、停电、断网时怎么办")
    _steps(paper, IN_THE_DARK)
    paper.new_page()
    paper.heading("二、找谁")
    _roster(paper, kit.roster)
    _telephones(paper, sections)
    _experts_and_resources(paper, kit)
    for _ in range(COPIES):
        paper.new_page()
        paper.heading("三、接报登记表（空白）")
        paper.note("机要通信及涉密内容不得写入。　　记录人＿＿＿＿＿＿　第＿＿页")
        paper.table(
            ("栏目", "内容", "填写"),
            [_blank(title, field) for title, of in intake for field in of],
            (25, 41, 90),
        )
    paper.new_page()
    paper.heading("各类事件询问要点")
    paper.table(
        ("类别", "问什么"), [(each.name, "；".join(each.questions) or "—") for each in kit.classes], (40, 116)
    )
    paper.new_page()
    paper.heading("四、向上报告和通知记录（空白）")
    heads = ("时间（几点几分）", "向谁（单位）", "接听人", "说了什么、对方答复", "报告人")
    paper.table(heads, [("\n\n", "", "", "", "")] * LOG_LINES, (24, 28, 22, 60, 22))
    paper.new_page()
    paper.heading("四、书面（简要）报告（空白）")
    paper.note("带 ※ 的，书面简要报告也须有；还不清楚的写“尚不清楚”，不要留空。")
    paper.table(
        ("内容", "填写"), [(f"※ {name}" if brief else name, "\n") for name, brief in report], (46, 110)
    )
    paper.note("签发：＿＿＿＿＿＿　　　年　　月　　日　　时　　分")
    paper.new_page()
    paper.heading("五、时限一览（上墙）")
    paper.note(
        f"最迟那一秒到达仍算按时。{kit.plan.title}第 {kit.plan.number} 版，打印 {clock_words(kit.printed_at)}。"
    )
    _rules(paper, rules)
    paper.new_page()
    paper.heading("六、恢复后怎样补录")
    _steps(paper, AFTERWARDS)
    paper.heading("附：平时的期限")
    _rules(paper, prepared)
    paper.note("补录人：＿＿＿＿＿＿　　核对（带班领导）：＿＿＿＿＿＿")
    return paper


def _steps(paper: Paper, steps: Iterable[str]):
    for number, words in enumerate(steps, 1):
        paper.text(f"{number}．{words}")


def _roster(paper: Paper, days: Sequence[RosterDay]):
    paper.fact("应急办值班表", f"{days[0].day.month}月{days[0].day.day}日起 {len(days)} 天")
    heads = ("日期", *(seat for seat, _ in days[0].seats))
    rows = [
        (
            f"{row.day.month}月{row.day.day}日",
            *("\n".join(map(_shift, shifts)) or "未排" for _, shifts in row.seats),
        )
        for row in days
    ]
    paper.table(heads, rows, (20, *[136 // (len(heads) - 1)] * (len(heads) - 1)))


def _shift(on_duty: OnDuty) -> str:
    return f"{on_duty.shift.hours} {on_duty.shift.person} {on_duty.phone or BY_HAND}"


def _telephones(paper: Paper, sections: Sequence[dict]):
    for section in sections:
        paper.fact(section["title"], " ")
        rows = [
            (card.body.name, card.body.phone or "—", _lines(card.on_shift + card.duty), _lines(card.leaders))
            for _, cards in section["groups"]
            for card in cards
        ]
        paper.table(("单位", "值班电话", "值班联系人", "负责人"), rows, (44, 32, 40, 40))


def _lines(lines) -> str:
    return "\n".join(f"{line.person} {line.phone}" for line in lines)


def _experts_and_resources(paper: Paper, kit: Kit):
    if kit.experts:
        paper.fact("专家", " ")
        rows = [(e.field, e.name, f"{e.body} {e.title}", e.phone, e.reachable) for e in kit.experts]
        paper.table(("专业领域", "姓名", "单位、职务", "电话", "何时可联系"), rows, (36, 22, 42, 32, 24))
    if kit.resources:
        paper.fact("在手的应急资源", " ")
        rows = [
            (
                row.name,
                str(row.body),
                f"{row.how_many}\n{expiry}".strip(),
                row.place,
                f"{row.custodian} {row.phone}",
            )
            for row, expiry in kit.resources
        ]
        paper.table(("名称规格", "所属", "数量", "在何处", "找谁"), rows, (32, 30, 28, 34, 32))


def _blank(title: str, field) -> tuple[str, str, str]:
    return title, field.label, "　".join(f"□ {choice}" for choice in field.choices) or "\n" * field.lines


def _rules(paper: Paper, rules: Iterable[tuple[DeadlineRule, str]]):
    heads = ("规则", "事项", "谁", "向谁", "时限", "自何时起算")
    paper.table(heads, [_rule(rule, limit) for rule, limit in rules], (18, 36, 24, 26, 24, 28))


def _rule(rule: DeadlineRule, limit: str) -> tuple[str, ...]:
    levels = Level(rule.severest).roman
    if rule.mildest != rule.severest:
        levels += f"–{Level(rule.mildest).roman}"
    who, whom = rule.get_debtor_display(), rule.get_creditor_display()
    what = f"{rule.name}（{levels}，§{rule.clause}，{rule.get_basis_display()}）"
    return rule.code, what, who, whom, limit, rule.get_clock_display()
