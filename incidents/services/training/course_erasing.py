"""A worker asks for his name to go (《个人信息保护法》第47条): from every list of his firm on which it stands, and from
beside the ledger. That somebody of the firm was trained stays."""

import re
from datetime import datetime

from django.db import transaction

from incidents import ledger
from incidents.ledger import Entry
from incidents.models import CourseAttendance, PersonalValue
from incidents.personal import Erased, is_erased
from incidents.refusals import NotAllowed, NotFound, WrongState, wrong
from incidents.roles import Actor, require
from incidents.services import subject
from incidents.services.roster import duty
from incidents.services.training.courses import CLAUSE, visible_attendances


@transaction.atomic
def erase(*, actor: Actor, attendance: int, reason: str, now: datetime) -> int:
    """By who keeps the course or the records of his body; returns from how many lists the name is gone."""
    row = visible_attendances([actor]).filter(pk=attendance).select_related("course__body", "body").first()
    if row is None:
        raise NotFound("名单上没有这个人。", "not_found", CLAUSE)
    require(actor, "course.keep")
    if not any(duty.may_keep(actor, body) for body in (row.course.body, row.body)):
        raise NotAllowed("姓名由举办单位或所在单位删除。", "body", CLAUSE)
    if row.person_id or is_erased(row.worker_name):
        raise WrongState("有账号的人员由系统管理员办理；已删除的姓名不再删除。", "already_done", CLAUSE)
    reason = subject.reason_needed(reason, CLAUSE)
    subject.refuse_longer("reason", "理由", reason, 200)
    name = row.worker_name
    if name in reason:
        raise wrong("/reason", "names_the_person", "理由里不要写要删除的姓名：理由永久留在台账。", CLAUSE)
    lists = CourseAttendance.objects.filter(body=row.body, worker_name=name)
    chains = {ledger.body_chain(each.course.body) for each in lists.select_related("course__body")}
    gone = lists.update(worker_name=Erased.ON_REQUEST)
    whole = rf"(^|、){re.escape(name)}($|、)"
    values = PersonalValue.objects.filter(
        name="worker", entry__chain__in=chains, erased_at=None, value__regex=whole
    )
    beside = values.update(value=None, erased_at=now)
    entry = Entry(
        ledger.ERASED,
        f"依申请删除培训名单上的姓名：{row.body} {gone} 处",
        clause=CLAUSE,
        reason=reason,
        data={
            "rule": "request",
            "erased": {"incidents.CourseAttendance.worker_name": gone, "beside": beside},
        },
    )
    ledger.append_all([(chain, None, entry) for chain in chains], at=now, actor=actor)
    return gone
