"""Public releases (信息发布, §5.2.5): drafted, reviewed by another, consulted on, approved, published, withdrawn."""

from datetime import datetime

from django.db import transaction

from incidents.ledger import Entry
from incidents.models import Incident, PublicRelease, Role
from incidents.paper_sight import visible_releases
from incidents.refusals import NotAllowed, WrongState
from incidents.roles import TABLE, Actor
from incidents.services import subject
from incidents.services.check import Check

CLAUSE, LONGEST = "5.2.5", 5000
Status = PublicRelease.Status

POSSIBLE_IN = {
    "release.revise": PublicRelease.BEFORE_APPROVAL,
    "release.review": (Status.DRAFT,),
    "release.send_back": (Status.REVIEWED,),
    "release.consult": PublicRelease.BEFORE_APPROVAL,
    "release.approve": (Status.REVIEWED,),
    "release.publish": (Status.APPROVED,),
    "release.supersede": (Status.PUBLISHED, Status.WITHDRAWN),
    "release.withdraw": PublicRelease.AGREED,
}
"""In which states each act is possible; what else stands in its way says `why_not`."""


@transaction.atomic
def draft(
    *, actor: Actor, number: str, title: str, words: str, now: datetime, for_government: bool = False
) -> PublicRelease:
    """`for_government`: 必要时报请市政府批准."""
    incident = subject.locked(actor, "release.draft", number)
    return _draft(incident, actor, title, words, for_government, now)


@transaction.atomic
def supersede(
    *, actor: Actor, release: str, title: str, words: str, now: datetime, for_government: bool = False
) -> PublicRelease:
    """A new version, which goes the whole way again; both stay readable."""
    incident, row = _take(actor, "release.supersede", release)
    return _draft(incident, actor, title, words, for_government, now, supersedes=row)


@transaction.atomic
def revise(
    *,
    actor: Actor,
    release: str,
    title: str,
    words: str,
    now: datetime,
    for_government: bool = False,
    seen: int | None = None,
) -> PublicRelease:
    """Before the approval; what was reviewed is a draft again, of whoever changed it, and nobody was consulted on it."""
    incident, row = _take(actor, "release.revise", release)
    if seen is not None:
        subject.refuse_if_moved_on(incident, seen, REVISED)
    _check(title, words)
    row.revise(title.strip(), words.strip(), for_government)
    row.drafted_by, row.drafter = actor.post, actor.person
    row.consulted_at, row.consulted_with, row.consultation, row.not_consulted = None, "", "", ""
    return _save(incident, row, actor, now, "release.revised", "修改发布稿", reason=row.words)


@transaction.atomic
def review(*, actor: Actor, release: str, now: datetime, seen: int | None = None) -> PublicRelease:
    """By somebody else than who drafted it, of the text that he has `seen`."""
    incident, row = _take(actor, "release.review", release)
    if seen is not None:
        subject.refuse_if_moved_on(incident, seen, REVISED)
    if row.drafter_id == actor.person.pk:
        raise NotAllowed("审核人不能是起草人，须由另一人审核。", "own_draft", CLAUSE)
    row.review(now, actor.post)
    if row.for_government:
        subject.tell_bodies(
            incident,
            [incident.office.parent.parent],
            f"{incident.number} 信息发布稿报请批准：{row.title}",
            at=now,
            text=row.words,
            clause=CLAUSE,
        )
    else:
        subject.tell_deciders(
            incident, f"{incident.number} 信息发布稿待批准：{row.title}", at=now, clause=CLAUSE
        )
    return _save(incident, row, actor, now, "release.reviewed", "审核通过")


@transaction.atomic
def send_back(*, actor: Actor, release: str, reason: str, now: datetime) -> PublicRelease:
    """Not yet right: back to the draft, with what is to be changed."""
    incident, row = _take(actor, "release.send_back", release)
    reason = subject.reason_needed(reason, CLAUSE)
    row.return_to_draft()
    subject.tell_deciders(
        incident, f"{incident.number} 发布稿退回修改：{row.title}", text=reason, at=now, clause=CLAUSE
    )
    return _save(incident, row, actor, now, "release.sent_back", "退回修改", reason=reason)


@transaction.atomic
def consult(
    *,
    actor: Actor,
    release: str,
    now: datetime,
    who: str = "",
    at: datetime | None = None,
    result: str = "",
    why_none: str = "",
) -> PublicRelease:
    """The consultation with 新闻主管部门: with whom, when, its result; or why there was none."""
    incident, row = _take(actor, "release.consult", release)
    check = Check(CLAUSE)
    check.text("/who", "新闻主管部门何人", who.strip(), 100)
    check.time("/at", "会商时间", at, now)
    if why_none.strip() and (who.strip() or result.strip()):
        check.wrong("/why_none", "both", "已会商的不写未会商的理由，二者只填其一。", CLAUSE)
    elif not why_none.strip():
        for field, name, said in (("who", "与新闻主管部门何人会商", who), ("result", "会商结果", result)):
            if not said.strip():
                check.wrong(f"/{field}", "required", f"请填写{name}；未会商的，写明理由。", CLAUSE)
    check.refuse()
    row.not_consulted = why_none.strip()
    row.consulted_with, row.consultation = who.strip(), result.strip()
    row.consulted_at = None if row.not_consulted else min(at or now, now)
    what = "未与新闻主管部门会商" if row.not_consulted else "与新闻主管部门会商"
    said = row.not_consulted or row.consultation
    personal = {"person": row.consulted_with}
    return _save(incident, row, actor, now, "release.consulted", what, reason=said, personal=personal)


@transaction.atomic
def approve(
    *, actor: Actor, release: str, now: datetime, document_no: str = "", seen: int | None = None
) -> PublicRelease:
    """By a commander; where it is flagged, by 市政府 with its document number. From then on its text is fixed."""
    incident, row = _take(actor, "release.approve", release)
    if seen is not None:
        subject.refuse_if_moved_on(incident, seen, REVISED)
    if row.for_government:
        document_no = subject.reason_needed(document_no, CLAUSE, field="document_no", name="批准文号")
        subject.refuse_longer("document_no", "批准文号", document_no, 60)
    row.approve(now, actor.post, document_no if row.for_government else "")
    subject.tell_office(
        incident, f"{incident.number} 信息发布已批准，请发布：{row.title}", at=now, clause=CLAUSE
    )
    subject.tell_bodies(
        incident,
        subject.members_of(incident),
        f"{incident.number} 统一口径：{row.title}",
        at=now,
        text=row.words,
        clause=CLAUSE,
    )
    data = {"words": row.words, "document_no": row.document_no}
    return _save(incident, row, actor, now, "release.approved", "批准发布", data=data)


@transaction.atomic
def publish(*, actor: Actor, release: str, now: datetime) -> PublicRelease:
    """The desk puts on the public page what is approved."""
    incident, row = _take(actor, "release.publish", release)
    row.publish(now, actor.post)
    return _save(incident, row, actor, now, "release.published", f"发布第{row.version}版", for_firm=True)


@transaction.atomic
def withdraw(*, actor: Actor, release: str, reason: str, now: datetime) -> PublicRelease:
    """The public page says that it was withdrawn, and no longer shows its text."""
    incident, row = _take(actor, "release.withdraw", release)
    reason = subject.reason_needed(reason, CLAUSE)
    row.withdraw(now, actor.post, reason)
    subject.tell_bodies(
        incident,
        subject.members_of(incident),
        f"{incident.number} 信息发布已撤回：{row.title}",
        at=now,
        text=reason,
        clause=CLAUSE,
    )
    return _save(incident, row, actor, now, "release.withdrawn", "撤回", reason=reason)


FORWARD = {"release.revise", "release.review", "release.approve", "release.publish", "release.supersede"}
"""Not of an incident that was none, or is told of under another; what is public can always be withdrawn."""
REVISED = ("release.revised", "release.sent_back")


def why_not(row: PublicRelease, code: str) -> str | None:
    """Why this act is not possible on it as it stands (409)."""
    if code in FORWARD and row.incident.status in ("dismissed", "merged"):
        return f"事件“{row.incident.get_status_display()}”，不能{TABLE[code].name}。"
    if row.status not in POSSIBLE_IN[code]:
        return f"发布稿“{row.get_status_display()}”，不能{TABLE[code].name}。"
    if code == "release.approve" and not row.is_consulted:
        return "批准前须登记与新闻主管部门的会商，或写明未会商的理由。"
    if code == "release.supersede" and (later := getattr(row, "superseded_by", None)):
        return f"已有新版 {later.number}。"
    return None


def may_act(row: PublicRelease, code: str, actor: Actor) -> bool:
    """What is flagged 市政府 approves, all else a commander; the reviewer is another than the drafter."""
    if code == "release.review":
        return actor.person is not None and actor.person.pk != row.drafter_id
    if code == "release.approve":
        return (actor.role == Role.APPROVER) == row.for_government
    return code != "release.send_back" or actor.role != Role.APPROVER or row.for_government


def _take(actor: Actor, code: str, number: str) -> tuple[Incident, PublicRelease]:
    incident, row = subject.locked_with(actor, code, visible_releases([actor]), number, "发布稿")
    if code == "release.approve" and not may_act(row, code, actor):
        whose = "市政府" if row.for_government else "指挥长"
        raise NotAllowed(f"本稿须由{whose}批准。", "role", CLAUSE)
    if why := why_not(row, code):
        raise WrongState(why, "wrong_state", CLAUSE)
    return incident, row


def _draft(incident, actor, title, words, for_government, now, supersedes=None) -> PublicRelease:
    _check(title, words)
    serial = incident.releases.count() + 1
    row = PublicRelease(
        incident=incident,
        number=f"{incident.number}-P{serial}",
        serial=serial,
        version=supersedes.version + 1 if supersedes else 1,
        supersedes=supersedes,
        title=title.strip(),
        words=words.strip(),
        for_government=for_government,
        drafted_at=now,
        drafted_by=actor.post,
        drafter=actor.person,
    )
    said = f"起草第{row.version}版，取代 {supersedes.number}" if supersedes else "起草信息发布"
    return _save(incident, row, actor, now, "release.drafted", said, reason=row.words)


def _check(title: str, words: str):
    check = Check(CLAUSE)
    for field, name, said, longest in (("title", "标题", title, 100), ("words", "发布内容", words, LONGEST)):
        if not said.strip():
            check.wrong(f"/{field}", "required", f"请填写{name}。", CLAUSE)
        check.text(f"/{field}", name, said.strip(), longest)
    check.refuse()


def _save(incident, row, actor, now, action, words, *, reason="", data=None, personal=None, for_firm=False):
    row.save()
    entry = Entry(
        action,
        f"{words}：{row.number} {row.title}",
        clause=CLAUSE,
        reason=reason,
        data={"release": row.number} | (data or {}),
        personal=personal or {},
        for_firm=for_firm,
    )
    subject.write(incident, actor, now, entry)
    return row
