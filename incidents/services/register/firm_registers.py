"""What the firms' registers (§4.1) share: which firm, which day, who is told, and until when something is owed."""

from datetime import date, datetime

from django.utils import timezone

from alerts.models import Notification
from alerts.services import inbox
from alerts.services.directory import reached_for
from alerts.services.rounds import end_of_day
from incidents.ledger import Entry
from incidents.models import Organization
from incidents.models.attachment import KeptFile
from incidents.refusals import NotAllowed, wrong
from incidents.register_sight import visible_firms
from incidents.roles import Actor
from incidents.services.check import Check
from incidents.services.report.intake_fields import office_of
from incidents.services.subject import reason_needed, refuse_longer

CLAUSE = "4.1"
LONGEST = 2000
"""Of a text without a limit of its own."""

due_at = end_of_day
"""A day as a limit: it is over with the day."""


def firm_of(actor: Actor, code: str, clause: str = CLAUSE) -> Organization:
    """The firm of this code that the actor may enter something for; a firm's own where none is said."""
    firms = visible_firms([actor]).filter(is_active=True).select_related("county", "parent")
    if not code and actor.role == "enterprise":
        code = actor.organization.code
    firm = firms.filter(code=code).first() if code else None
    if firm is None:
        words = "没有这家企业，或不在您的范围内。" if code else "请选择企业。"
        raise wrong("/enterprise", "not_found" if code else "required", words, clause)
    office_over(firm, clause)
    return firm


def office_over(firm: Organization, clause: str = CLAUSE) -> Organization:
    """The emergency office of its city: the number's prefix, and who checks."""
    if firm.county is None:
        raise wrong("/enterprise", "no_county", f"{firm}没有登记所在县区，不在任何应急办的范围内。", clause)
    return office_of(firm.county)


def one_at_a_time(body: Organization):
    """What is counted or looked for before it is written, nobody else writes meanwhile: until the transaction ends."""
    Organization.objects.select_for_update(no_key=True).get(pk=body.pk)


def refuse_own_work(actor: Actor, steps, clause: str = CLAUSE):
    """Who reported it rectified does not judge that himself, in whatever post. `steps`: those reports, of one entry."""
    last = steps.select_related("by").order_by("pk").last()
    if last and last.by and actor.person and last.by.person_id == actor.person.pk:
        raise NotAllowed("整改由您本人报告，须由他人复查。", "role", clause)


def needed(check: Check, longest: dict[str, int], names: dict[str, str], texts: dict[str, str]) -> dict:
    """The texts, stripped; each that `names` has must be there, and none be longer than its limit."""
    told = {name: (value or "").strip() for name, value in texts.items()}
    for name, label in names.items():
        if not told.get(name):
            check.wrong(f"/{name}", "required", f"请填写{label}。")
        check.text(f"/{name}", label, told.get(name), longest.get(name, LONGEST))
    return told


def words_said(text: str, *, field: str = "reason", name: str = "理由", clause: str = CLAUSE) -> str:
    """The words that an act consists of, stripped: there are some, and no more than is taken."""
    text = reason_needed(text, clause, field=field, name=name)
    refuse_longer(field, name, text, LONGEST)
    return text


def day_needed(
    check: Check,
    pointer: str,
    name: str,
    day: date | None,
    *,
    first: date | None = None,
    last: date | None = None,
    words: str = "",
):
    """A day between 2000 and 2100, and between these; `words`: what is said when it is not."""
    if day is None:
        check.wrong(pointer, "required", f"请填写{name}。")
    elif not 2000 <= day.year < 2100:
        check.wrong(pointer, "out_of_range", f"{name}须在 2000 年至 2100 年之间。")
    elif (first and day < first) or (last and day > last):
        check.wrong(pointer, "out_of_range", words)


def past_day(check: Check, pointer: str, name: str, day: date | None, now: datetime):
    day_needed(check, pointer, name, day, last=timezone.localdate(now), words=f"{name}不能晚于今天。")


def coming_day(check: Check, pointer: str, name: str, day: date | None, now: datetime):
    day_needed(check, pointer, name, day, first=timezone.localdate(now), words=f"{name}不能早于今天。")


def tell(*bodies: Organization, title: str, matter: str, now: datetime, text: str = "", clause=CLAUSE):
    """News for the desks of these bodies, which leads to the page of what it is about."""
    people = reached_for(*bodies, at=now)
    about = {"kind": Notification.Kind.NEWS, "clause": clause, "matter": matter}
    inbox.tell(people, title=title, text=text, at=now, **about)


def about_file(file: KeptFile) -> dict:
    """What the ledger says of a file."""
    return {"attachment": file.number, "sha256": file.sha256, "size": file.size, "type": file.media_type}


def entry(action: str, words: str, *, clause=CLAUSE, reason="", data: dict, by: str = "") -> Entry:
    """Of a register: on the firm's chain. `by`: the person named in it."""
    return Entry(action, words, clause=clause, reason=reason, data=data, for_firm=True, personal={"by": by})
