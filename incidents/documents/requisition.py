"""征用凭据 (§2.2.2(4)): what, how many, from whom, to where, by whose order; one copy for its owner."""

from incidents.documents.paper import Paper
from incidents.models import CallUp
from incidents.models.call_up import in_words
from incidents.services.call_up.call_up_steps import post_of_order
from incidents.services.subject import clock_words


def receipt(row: CallUp, owner: str) -> Paper:
    """`owner`: as it may be shown to whoever asks for the paper."""
    headquarters = row.incident.office.parent
    paper = Paper(f"征用凭据 {row.number}")
    paper.head(headquarters.name, row.number)
    paper.title("应急征用凭据")
    paper.addressee(owner)
    paper.text(f"因处置突发事件 {row.incident.number} 需要，依据应急预案 §2.2.2（4）征用下列资源：")
    paper.table(
        ("类别", "名称规格", "数量", "送到何处"),
        [(row.get_kind_display(), row.what, f"{in_words(row.quantity)}{row.unit}", row.place)],
        (25, 56, 30, 45),
    )
    paper.fact("征用时间", clock_words(row.requested_at))
    paper.fact("决定人", str(post_of_order(row)))
    paper.fact("指示", row.instruction or "指挥长直接下达")
    paper.text("征用的资源用后归还；耗用、损坏或未归还的，按照规定给予补偿（§6.1）。请凭本凭据办理。")
    paper.fact("所属方签收", "")
    paper.signature(headquarters.name, row.requested_at)
    return paper
