"""处置方案 (§2.2.2(3), 5.4.3): one version of it."""

from incidents.documents.paper import Paper
from incidents.models import SchemeVersion
from incidents.services.subject import clock_words


def scheme_paper(version: SchemeVersion) -> Paper:
    scheme, incident = version.scheme, version.scheme.incident
    paper = Paper(f"{version} {scheme.title}")
    paper.head(incident.office.parent.name, f"{scheme.number} 第{version.version}版")
    paper.title(scheme.title)
    paper.fact("事件", f"{incident.number} {incident.title}")
    paper.fact("拟订", f"{version.get_origin_display()}，{clock_words(version.drafted_at)}")
    paper.fact("审定", _decision(version))
    for heading, words in (
        ("一、分析研判", version.assessment),
        ("二、处置措施", version.measures),
        ("三、力量和物资", version.resources or "无特别要求。"),
    ):
        paper.heading(heading)
        paper.text(words)
    paper.signature(incident.office.parent.name, version.decided_at or version.drafted_at)
    return paper


def _decision(version: SchemeVersion) -> str:
    said = version.get_status_display()
    if version.decided_at:
        said += f"，{clock_words(version.decided_at)}，{version.decided_by}"
    return f"{said}：{version.reason}" if version.reason else said
