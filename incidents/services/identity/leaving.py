"""Somebody leaves a post, or altogether: what is open on him passes on in the same transaction, his sessions end at once,
and the ledger tells all of it (domain §5). The last administrator stays: the database holds that too.
"""

from collections.abc import Iterable
from datetime import datetime

from alerts.models import CalendarFeed, Notification
from alerts.services import inbox
from incidents import ledger
from incidents.ledger import Entry
from incidents.models import Contact, Post, User
from incidents.refusals import FieldError, Invalid, NotAllowed, NotFound, WrongState, wrong
from incidents.roles import Actor, require
from incidents.services import subject
from incidents.services.identity import open_duties, people, signed_in
from incidents.services.identity.open_duties import Group
from incidents.services.roster import duty_passing
from incidents.services.roster.duty import lock_people
from incidents.services.training import training_renewal
from incidents.services.transaction import use_case

CLAUSE = people.CLAUSE
NOBODY = "(nobody)"
"""Said instead of a successor: it falls. No user name has brackets."""
Successors = dict[str, str]
"""By the key of a group: the successor's user name, or `NOBODY`."""


@use_case
def deactivate(*, actor: Actor, person: User, reason: str, successors: Successors, now: datetime) -> User:
    """Every post ends with the account; who comes back is appointed anew."""
    require(actor, "account.deactivate")
    if actor.person == person:
        raise NotAllowed("不能停用自己的账号，须由另一位系统管理员办理。", "own_account", CLAUSE)
    row = _locked(person, successors)
    if not row.is_active:
        raise WrongState("账号已经停用。", "inactive", CLAUSE)
    reason = subject.reason_needed(reason, CLAUSE)
    ending = list(row.posts.filter(is_active=True).select_related("organization", "person"))
    told = _hand_on(actor, row, ending, successors, reason, now)
    row.is_active = False
    with people.an_administrator_remaining():
        for post in ending:
            _end(post, actor, reason, now)
        row.save(update_fields=["is_active"])
    row.drafts.all().delete()
    CalendarFeed.objects.filter(person=row, revoked_at=None).update(revoked_at=now)
    signed_in.end_all(actor=actor, person=row, now=now)
    _write(row, "account.deactivated", "停用账号", reason, told, actor, now)
    return row


@use_case
def end_post(*, actor: Actor, post: Post, reason: str, successors: Successors, now: datetime) -> Post:
    """The row stays, with who ended it and when."""
    require(actor, "account.end_post")
    row = _locked(post.person, successors)
    ending = row.posts.filter(pk=post.pk).select_related("organization", "person").first()
    if ending is None:
        raise NotFound("没有这个任职。", "not_found")
    if not ending.is_active:
        raise WrongState(f"{ending}已经离任。", "ended", CLAUSE)
    reason = subject.reason_needed(reason, CLAUSE)
    told = _hand_on(actor, row, [ending], successors, reason, now)
    with people.an_administrator_remaining():
        _end(ending, actor, reason, now)
    if told:
        _write(row, "account.duties_passed", f"移交：{ending}", reason, told, actor, now)
    return ending


def _locked(person: User, successors: Successors) -> User:
    """The person and whoever takes over, in the order of their ids."""
    taking = User.objects.filter(username__in=set(successors.values())).values_list("pk", flat=True)
    lock_people([person.pk, *taking])
    return people.locked(person)


def _hand_on(
    actor: Actor, person: User, ending: list[Post], successors: Successors, reason: str, now: datetime
) -> list[str]:
    """What stands open now, each to whom was named; without a name nothing is done. Tells what passed to whom."""
    groups = open_duties.of(person, ending, now).groups
    chosen = _chosen(groups, successors)
    told, received = [], {}
    for group in groups:
        to = chosen[group.key]
        _pass(actor, person, group, to, reason, now)
        told.append(f"{group.title} → {to or group.may_fall}")
        if to:
            received.setdefault(to, []).append(f"{group.title}：{'；'.join(group.lines)}")
    for to, lines in received.items():
        inbox.tell(
            [to],
            kind=Notification.Kind.NEWS,
            title=f"请接手：{person}的工作",
            text="\n".join(lines),
            clause=CLAUSE,
            at=now,
        )
    return told


def _chosen(groups: Iterable[Group], successors: Successors) -> dict[str, User | None]:
    chosen, errors = {}, []
    for group in groups:
        named = successors.get(group.key, "")
        to = next((each for each in group.people if each.username == named), None)
        if to is None and not (named == NOBODY and group.may_fall):
            words = f"{group.title}：请选择接手的人。" if not named else f"{group.title}：所选的人不能接手。"
            if not group.people and not group.may_fall:
                words = f"{group.title}：没有可以接任的人，请先建立账号并任职。"
            errors.append(FieldError(f"/{group.key}", "successor_needed", words, CLAUSE))
        chosen[group.key] = to
    if errors:
        raise Invalid(*errors)
    return chosen


def _pass(actor: Actor, person: User, group: Group, to: User | None, reason: str, now: datetime):
    if group.post:
        post = group.post
        people.assign(
            actor=actor,
            person=to,
            body=post.organization.code,
            role=post.role,
            title=post.title,
            now=now,
            successor=True,
        )
    elif group.key.startswith("seats-"):
        duty_passing.pass_on(
            actor=actor,
            body=group.body,
            person=person,
            to=to,
            reason=reason,
            pointer=f"/{group.key}",
            now=now,
        )
    elif group.key.startswith("contacts-"):
        _pass_contacts(actor, person, group, to, now)
    elif to:
        _pass_drafts(person, to, group)


def _pass_contacts(actor: Actor, person: User, group: Group, to: User | None, now: datetime):
    """Who is the contact already does not become it twice."""
    rows = Contact.objects.filter(person=person, organization=group.body)
    if to:
        doubled = Contact.objects.filter(person=to, organization=group.body).values("duty")
        rows.filter(duty__in=doubled).delete()
        rows.update(person=to, phone=to.phone)
    else:
        rows.delete()
    words = f"常设联系人：{'、'.join(group.lines)}"
    personal = {"原联系人": str(person), "联系人": str(to or "")}
    entry = Entry("contacts.passed", words if to else f"删去{words}", clause="5.2.3", personal=personal)
    ledger.append(ledger.body_chain(group.body), entry, at=now, actor=actor)


def _pass_drafts(person: User, to: User, group: Group):
    if to.drafts.filter(form__in=person.drafts.values("form")).exists():
        raise wrong(f"/{group.key}", "has_his_own", f"{to}自己有同一表单的草稿，请另选他人或删去。", CLAUSE)
    person.drafts.update(person=to)


def _end(post: Post, actor: Actor, reason: str, now: datetime):
    post.is_active, post.ended_at, post.ended_by = False, now, actor.post
    post.save(update_fields=["is_active", "ended_at", "ended_by"])
    training_renewal.left(post, actor=actor, now=now)
    people.write_post(post, "post.ended", "免去任职", now, actor, reason)


def _write(person: User, action: str, words: str, reason: str, told: list[str], actor: Actor, now: datetime):
    passed = {f"移交{n}": line for n, line in enumerate(told, 1)}
    entry = Entry(action, words, clause=CLAUSE, reason=reason, data={"passed": len(told)}, personal=passed)
    ledger.append(ledger.account_chain(person), entry, at=now, actor=actor)
