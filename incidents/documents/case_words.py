"""Of a case file: the office's papers upward, to bodies and to the public (§2.2.3, 5.2.4, 5.2.5)."""

from datetime import datetime

from alerts.models.brief import SECTIONS
from incidents.documents.case_section import Section, Table
from incidents.documents.words import when
from incidents.models import Incident


def briefs(incident: Incident, now: datetime) -> Section:
    """In full; those that were never sent too."""
    tables = []
    for brief in incident.briefs.order_by("drafted_at", "pk"):
        rows = [(label, getattr(brief, name)) for name, label in SECTIONS.items() if getattr(brief, name)]
        rows.insert(0, ("签发、报送", f"签发 {when(brief.signed_at)}，报送 {when(brief.sent_at)}"))
        name = f"{brief.document_no or brief.number} {brief.title}（{brief.get_status_display()}）"
        tables.append((name, Table(("项目", "内容"), rows, (36, 120))))
    return Section("情况专报", tables=tables)


def notices(incident: Incident, now: datetime) -> Section:
    tables = []
    for notice in incident.notices.order_by("serial"):
        receipts = [
            (str(row.organization), when(row.told_at), when(row.read_at) if row.read_at else "未阅知")
            for row in notice.addressees.select_related("organization")
        ]
        name = f"{notice.number} {notice.title}（{notice.get_status_display()} {when(notice.sent_at)}）：{notice.words}"
        tables.append((name, Table(("单位", "送达", "阅知"), receipts, (76, 40, 40))))
    return Section("信息通报", tables=tables)


def releases(incident: Incident, now: datetime) -> Section:
    tables = []
    for release in incident.releases.order_by("serial", "version"):
        rows = [
            ("内容", release.words),
            ("审核", f"{when(release.reviewed_at)} {release.reviewed_by or ''}"),
            (
                "与新闻主管部门会商",
                f"{when(release.consulted_at)} {release.consultation or release.not_consulted}",
            ),
            ("批准", f"{when(release.approved_at)} {release.approved_by or ''} {release.document_no}"),
            ("发布", when(release.published_at)),
            ("撤回", release.withdrawn_at and f"{when(release.withdrawn_at)} {release.withdrawn_reason}"),
        ]
        name = f"{release.number} {release.title}（{release.get_status_display()}）"
        tables.append((name, Table(("项目", "内容"), [(a, b) for a, b in rows if b], (40, 116))))
    return Section("信息发布", tables=tables)
