"""演练评估报告 (§8.3): what the system measured of a drill, and how those who directed it judge it; times are the drill's."""

from django.utils import timezone

from incidents import drill_clock
from incidents.documents.paper import Paper
from incidents.documents.words import when
from incidents.models import Drill, DrillEvaluation
from incidents.spans import span


def draw(
    drill: Drill, contents: list[str], unplayed: list[str], measured, evaluation: DrillEvaluation | None
) -> Paper:
    """`measured`: a `Measured`; `contents`, `unplayed`: names of event classes; without an evaluation it is a draft. To be drawn
    by the drill's clock."""
    title = "应急演练评估报告" + ("" if evaluation else "（草稿）")
    paper = Paper(f"{drill.number} {title}")
    paper.head(drill.organizer.name, drill.number)
    paper.title(title)
    paper.heading("一、基本情况")
    for name, words in (
        ("演练名称", drill.title),
        ("组织单位", drill.organizer.name),
        ("演练形式", drill.get_kind_display()),
        ("演练内容", "、".join(contents)),
        *([("其中没有发生的", "、".join(unplayed))] if unplayed else []),
        ("实际起止", f"{_really(drill.started_at)} 至 {_really(drill.ended_at)}"),
        ("演练时间", f"{when(drill.started_at)} 至 {when(drill.ended_at)}（{drill.speed} 倍速，下同）"),
        *([("提前结束的原因", drill.why_ended)] if drill.why_ended else []),
        ("情景", drill.scenario),
        ("参演岗位", "、".join(str(part.post) for part in measured.parts)),
        ("导演", "、".join(map(str, drill.directors.select_related("organization")))),
        ("未进入演练", "、".join(str(part.post) for part in measured.absent) or "无"),
        ("事件、预警", "、".join(row.number for row in (*measured.incidents, *measured.warnings))),
    ):
        paper.fact(name, words)
    paper.heading("二、时限执行情况")
    late = len(measured.late)
    paper.text(f"共 {len(measured.steps)} 项时限，按时完成 {len(measured.in_time)} 项，超时 {late} 项。")
    if measured.steps:
        header = ("规则", "责任方 → 对象", "限", "用时", "结果")
        paper.table(header, map(_step, measured.steps), (46, 44, 20, 20, 26))
    paper.heading("三、签收、知悉情况")
    if measured.acknowledgements:
        rows = [(when(e.at), str(e.post or e.person or "系统"), e.summary) for e in measured.acknowledgements]
        paper.table(("时间", "何人", "内容"), rows, (40, 40, 76))
    else:
        paper.text("没有签收或知悉的记录。")
    paper.heading("四、情景处置情况")
    if measured.played:
        paper.table(("第几分钟", "情景", "对象", "处置"), map(_played, measured.played), (18, 56, 36, 46))
    else:
        paper.text("没有脚本。")
    paper.heading("五、条款")
    paper.text("参演人员办理过的，或者时限已履行、已超时的，算演练到；演练结束时还没到期的时限不算。")
    done = "；".join(f"§{number} {name}" for number, name in measured.exercised)
    paper.text(f"演练到的：{done or '没有'}。")
    if measured.untouched:
        paper.text("没有演练到的，以及本可以怎样演练：")
        rows = [(f"§{row.number} {row.title}", "、".join(row.acts)) for row in measured.untouched]
        paper.table(("条款", "办理、时限"), rows, (52, 104))
    else:
        paper.text("没有演练到的：没有。")
    paper.heading("六、评估意见")
    if evaluation is None:
        paper.text("尚未评估。")
        return paper
    for name, words in (
        ("总体评价", evaluation.get_verdict_display()),
        ("做得好的", evaluation.strengths),
        ("发现的问题", evaluation.problems),
        ("改进措施", evaluation.measures),
    ):
        paper.fact(name, words)
    paper.signature(str(evaluation.by), timezone.localdate(evaluation.at))
    return paper


def _really(at) -> str:
    """What the time was in earnest."""
    with drill_clock.running(None):
        return when(at)


def _step(step) -> tuple[str, ...]:
    debt = step.debt
    result = step.result
    if step.late:
        result += f"，超 {span(step.late, exact=True)}"
    return (
        f"{debt.rule.code} {debt.rule.name}（§{debt.rule.clause}）",
        f"{debt.debtor} → {debt.creditor}",
        span(step.allowed, exact=True),
        span(step.took, exact=True) if step.took is not None else "—",
        result,
    )


def _played(row) -> tuple[str, ...]:
    inject = row.inject
    if row.reaction is not None:
        dealt = f"{span(row.reaction, exact=True)}后：{inject.done}"
    else:
        dealt = (
            "未处置" if inject.delivered_at and inject.words else "—" if inject.delivered_at else "没有注入"
        )
    words = f"{inject.get_kind_display()}：{inject.words}" if inject.words else inject.get_kind_display()
    if row.delay:
        words += f"（迟 {span(row.delay, exact=True)}注入）"
    return str(inject.minute), words, str(inject.participant.post), dealt
