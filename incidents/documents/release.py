"""信息发布稿 (§5.2.5) as a Word file: in official form, with who reviewed and approved it."""

from incidents.documents.paper import Paper
from incidents.models import PublicRelease
from incidents.services.subject import clock_words


def paper_of(release: PublicRelease) -> Paper:
    office = release.incident.office
    paper = Paper(release.title)
    signed = f"批准：{release.approved_by.title}" if release.approved_by else "未批准的草稿"
    paper.head(office.name, release.number, signed)
    paper.title(release.title)
    paper.text(release.words)
    paper.signature(office.name, release.published_at or release.approved_at or release.drafted_at)
    paper.note(f"第{release.version}版，{release.get_status_display()}")
    paper.note(f"起草：{release.drafted_by}；审核：{release.reviewed_by or '—'}")
    if release.document_no:
        paper.note(f"市政府批准文号：{release.document_no}")
    if release.not_consulted:
        paper.note(f"未与新闻主管部门会商：{release.not_consulted}")
    elif release.consulted_at:
        paper.note(f"{clock_words(release.consulted_at)} 与新闻主管部门会商：{release.consultation}")
    if release.withdrawn_at:
        paper.note(f"{clock_words(release.withdrawn_at)} 撤回：{release.withdrawn_reason}")
    return paper
