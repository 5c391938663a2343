"""预警信息 (§4.4) in its colour: issued, raised, lowered or lifted, with all seven contents."""

from alerts.models import Bulletin
from incidents.documents.paper import Paper
from incidents.documents.words import when
from incidents.models import Level

BANDS = {
    Level.I: ("C01818", "FFFFFF"),
    Level.II: ("F08A1D", "2A1600"),
    Level.III: ("F6D33C", "2C2400"),
    Level.IV: ("1F66C1", "FFFFFF"),
}
"""The ground and the ink of each colour, as on the printed page."""
TITLES = {
    Bulletin.Kind.ISSUE: "发布",
    Bulletin.Kind.RAISE: "提高",
    Bulletin.Kind.LOWER: "降低",
    Bulletin.Kind.LIFT: "解除",
}


def draw(bulletin: Bulletin) -> Paper:
    warning, document = bulletin.warning, getattr(bulletin, "document", None)
    paper = Paper(f"{warning.number} 预警信息 第{bulletin.version}版")
    paper.head(bulletin.authority, document.document_no if document else "（文号待补）")
    paper.band(bulletin.level_words, *BANDS[bulletin.level])
    words = "预警级别的通知" if bulletin.kind in (Bulletin.Kind.RAISE, Bulletin.Kind.LOWER) else "预警的通知"
    paper.title(f"关于{TITLES[bulletin.kind]}“{warning.title}”{words}")
    paper.text(f"编号 {warning.number}，第{bulletin.version}版（{bulletin.headline}）。")
    paper.fact("一、突发事件的类别", bulletin.event_class.name)
    paper.fact("二、预警级别", bulletin.level_words)
    paper.fact("三、起始时间", when(bulletin.starts_at))
    paper.fact("四、可能影响范围", bulletin.area)
    paper.fact("五、警示事项", bulletin.caution)
    paper.fact("六、应采取的措施", bulletin.measures)
    paper.fact("七、发布机关", bulletin.authority)
    if bulletin.note:
        paper.fact("解除的理由" if bulletin.kind == Bulletin.Kind.LIFT else "调整的理由", bulletin.note)
    paper.signature(bulletin.authority, bulletin.issued_at)
    by_phone = "，电话签发" if bulletin.by_phone else ""
    paper.note(f"签发：{bulletin.issued_by}，{when(bulletin.issued_at)}{by_phone}。")
    plan = warning.plan_version
    paper.note(f"依据《{plan.title}》{plan.document_no} §4.4。时间均为北京时间。收到后请即签收。")
    return paper
