"""处置方案 (§2.2.2(3), 5.4.3): drafted by the office or the experts, version by version; a commander decides."""

from datetime import datetime

from django.db import transaction

from incidents.ledger import Entry
from incidents.models import Incident, Scheme, SchemeVersion
from incidents.querysets import visible_schemes
from incidents.refusals import WrongState
from incidents.roles import TABLE, Actor
from incidents.services import subject
from incidents.services.check import Check

Status, Origin = SchemeVersion.Status, SchemeVersion.Origin
CLAUSE = "2.2.2"


@transaction.atomic
def draft(
    *,
    actor: Actor,
    number: str,
    title: str,
    assessment: str,
    measures: str,
    now: datetime,
    resources: str = "",
    origin: str = Origin.OFFICE,
) -> SchemeVersion:
    incident = subject.locked(actor, "scheme.draft", number)
    check = Check(CLAUSE)
    if not title.strip():
        check.wrong("/title", "required", "请填写方案名称。", CLAUSE)
    check.text("/title", "名称", title, 100)
    texts = _texts(check, assessment, measures, resources, origin)
    check.refuse()
    serial = incident.schemes.count() + 1
    scheme = Scheme.objects.create(
        incident=incident, number=f"{incident.number}-F{serial}", serial=serial, title=title.strip()
    )
    return _write_version(scheme, actor, now, texts)


@transaction.atomic
def revise(
    *,
    actor: Actor,
    scheme: str,
    assessment: str,
    measures: str,
    now: datetime,
    resources: str = "",
    origin: str = Origin.OFFICE,
) -> SchemeVersion:
    """Another version; one still to be decided gives way to it."""
    _, row = _take(actor, "scheme.revise", scheme)
    check = Check(CLAUSE)
    texts = _texts(check, assessment, measures, resources, origin)
    check.refuse()
    before = row.versions.select_for_update().filter(status=Status.DRAFT).first()
    if before:
        before.status = Status.REPLACED
        before.save()
    return _write_version(row, actor, now, texts)


@transaction.atomic
def adopt(
    *, actor: Actor, scheme: str, now: datetime, reason: str = "", version: int | None = None
) -> SchemeVersion:
    """指挥部 adopts the version still to be decided; from now on orders may cite it. `version`: the one seen."""
    return _decide(actor, "scheme.adopt", scheme, Status.ADOPTED, reason.strip(), now, version)


@transaction.atomic
def reject(
    *, actor: Actor, scheme: str, reason: str, now: datetime, version: int | None = None
) -> SchemeVersion:
    return _decide(actor, "scheme.reject", scheme, Status.REJECTED, reason, now, version)


def adopted_for(incident: Incident):
    """What an order may cite: of each scheme the version adopted last."""
    adopted = SchemeVersion.objects.filter(scheme__incident=incident, status=Status.ADOPTED)
    newest = adopted.order_by("scheme_id", "-version").distinct("scheme_id")
    return SchemeVersion.objects.filter(pk__in=newest.values("pk")).select_related("scheme")


def why_not(scheme: Scheme, code: str) -> str | None:
    if not scheme.incident.is_under_way:
        return f"事件“{scheme.incident.get_status_display()}”，不能{TABLE[code].name}。"
    if code == "scheme.revise" or scheme.latest.status == Status.DRAFT:
        return None
    return f"{scheme.latest}“{scheme.latest.get_status_display()}”，没有待审定的版本。"


def _take(actor: Actor, code: str, number: str) -> tuple[Incident, Scheme]:
    incident, row = subject.locked_with(actor, code, visible_schemes([actor]), number, "方案")
    if why := why_not(row, code):
        raise WrongState(why, "wrong_state", CLAUSE)
    return incident, row


def _texts(check: Check, assessment: str, measures: str, resources: str, origin: str) -> dict:
    if not assessment.strip():
        check.wrong("/assessment", "required", "请填写分析研判。", "5.4.3")
    if not measures.strip():
        check.wrong("/measures", "required", "请填写处置措施。", "5.4.3")
    if origin not in Origin.values:
        check.wrong("/origin", "not_a_choice", "方案由应急办或专家组拟订。", "5.4.3")
    return {
        "assessment": assessment.strip(),
        "measures": measures.strip(),
        "resources": resources.strip(),
        "origin": origin,
    }


def _write_version(scheme: Scheme, actor: Actor, now: datetime, texts: dict) -> SchemeVersion:
    incident = scheme.incident
    version = SchemeVersion.objects.create(
        scheme=scheme,
        version=scheme.versions.count() + 1,
        drafted_at=now,
        drafted_by=actor.post,
        **texts,
    )
    words = f"{version.get_origin_display()}拟订处置方案 {version}：{scheme.title}"
    subject.tell_deciders(incident, f"{version} 待审定：{scheme.title}", at=now, clause=CLAUSE)
    entry = Entry("scheme.drafted", words, clause="5.4.3", data=_data(version) | texts)
    subject.write(incident, actor, now, entry)
    return version


def _decide(actor, code, number, status, reason, now, seen) -> SchemeVersion:
    incident, row = _take(actor, code, number)
    if status == Status.REJECTED:
        reason = subject.reason_needed(reason, CLAUSE)
    version = row.versions.select_for_update().get(status=Status.DRAFT)
    if seen is not None and version.version != seen:
        raise WrongState(f"您看的是第{seen}版，现在待审定的是第{version.version}版。", "moved_on", CLAUSE)
    version.status, version.reason = status, reason
    version.decided_at, version.decided_by = now, actor.post
    version.save()
    said = version.get_status_display()
    subject.tell_office(incident, f"{version} {said}：{row.title}", at=now, text=reason, clause=CLAUSE)
    action = "scheme.adopted" if status == Status.ADOPTED else "scheme.rejected"
    entry = Entry(
        action, f"处置方案 {version} {said}：{row.title}", clause=CLAUSE, reason=reason, data=_data(version)
    )
    subject.write(incident, actor, now, entry)
    return version


def _data(version: SchemeVersion) -> dict:
    return {"scheme": version.scheme.number, "version": version.version}
