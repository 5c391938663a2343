"""What is open on a person who leaves a post, or altogether: what must pass to somebody, and what need only be told."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from alerts.models import Deadline, Notification
from incidents.models import ApiKey, Contact, Organization, Post, PublicRelease, Role, User
from incidents.roles import ON_ROSTERS
from incidents.services.roster.duty import people_of
from incidents.services.roster.duty_passing import seats_of

Kind = Organization.Kind
NEEDED = frozenset({Role.DUTY_OFFICER, Role.OFFICE_DIRECTOR, Role.COMMANDER, Role.APPROVER})
"""Posts without whose holder the plan stands still; an administrator must remain somewhere."""
CITY_KINDS = {Kind.OFFICE, Kind.HEADQUARTERS, Kind.CITY_GOVERNMENT, Kind.MEMBER}


@dataclass(frozen=True)
class Group:
    """What passes to one successor together. `may_fall`: it may also be left to nobody, in these words."""

    key: str
    title: str
    lines: list[str]
    people: list[User]
    may_fall: str = ""
    body: Organization | None = None
    post: Post | None = None


@dataclass(frozen=True)
class Duties:
    groups: list[Group] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    """Goes on without the person, but whoever ends the account should know."""


def of(person: User, ending: Iterable[Post], now: datetime) -> Duties:
    """With the end of these posts. All that he holds: he leaves altogether."""
    ending = list(ending)
    held = list(person.posts.filter(is_active=True).select_related("organization"))
    remaining = [post for post in held if post not in ending]
    leaves = not remaining
    off_rosters = _left(ending, [post for post in remaining if post.role in ON_ROSTERS])
    left = _left(ending, remaining)
    groups = list(_last_posts(person, ending))
    newcomers = {group.post.organization_id: group.people for group in groups}
    groups += [*_seats(person, off_rosters, newcomers, now), *_contacts(person, left, newcomers)]
    if leaves:
        groups += _drafts(person, left)
    return Duties(groups, [*_told(person, left), *_last_elsewhere(ending)])


def _left(ending: list[Post], remaining: list[Post]) -> list[Organization]:
    """The bodies in which none of these posts remains."""
    kept = {post.organization_id for post in remaining}
    found = {post.organization_id: post.organization for post in ending if post.organization_id not in kept}
    return list(found.values())


def _others(post: Post, ending: list[Post]):
    """Who goes on holding it."""
    others = Post.objects.filter(role=post.role, is_active=True, person__is_active=True)
    others = others.filter(organization__is_active=True).exclude(pk__in=[each.pk for each in ending])
    return others if post.role == Role.ADMINISTRATOR else others.filter(organization=post.organization)


def _last_posts(person: User, ending: list[Post]) -> Iterable[Group]:
    """Posts that would stand empty, of bodies in use. One administrator is enough, wherever he sits."""
    needed = [post for post in ending if post.role in NEEDED and post.organization.is_active]
    needed += [post for post in ending if post.role == Role.ADMINISTRATOR][:1]
    for post in needed:
        if _others(post, ending).exists():
            continue
        yield Group(
            f"post-{post.pk}",
            f"{post}：最后一位{post.get_role_display()}",
            ["没有其他人担任；由谁接任？"],
            candidates(person),
            post=post,
        )


def candidates(person: User) -> list[User]:
    """Who may take over a post of the city: an active person of its bodies."""
    posts = Post.objects.filter(
        is_active=True, organization__is_active=True, organization__kind__in=CITY_KINDS
    )
    people = User.objects.filter(is_active=True, pk__in=posts.values("person")).exclude(pk=person.pk)
    return list(people.order_by("name", "pk"))


def _seats(person: User, bodies: list[Organization], newcomers: dict, now: datetime) -> Iterable[Group]:
    shifts = list(seats_of(person, bodies, now))
    for body in bodies:
        lines = [
            f"{shift}{'（正在值班）' if shift.has_started(now) else ''}"
            for shift in shifts
            if shift.organization_id == body.pk
        ]
        if lines:
            people = _colleagues(person, body, newcomers.get(body.pk, []))
            yield Group(f"seats-{body.code}", f"{body}的班次", lines, people, "撤下，显示为空岗", body)


def _contacts(person: User, bodies: list[Organization], newcomers: dict) -> Iterable[Group]:
    rows = Contact.objects.filter(person=person, organization__in=bodies).order_by("duty", "order")
    for body in bodies:
        own = [row for row in rows if row.organization_id == body.pk]
        lines = [f"{row.get_duty_display()}联系人 {row.phone}".strip() for row in own]
        if lines:
            people = _colleagues(person, body, newcomers.get(body.pk, []))
            falls = "删去，不再有此联系人"
            yield Group(f"contacts-{body.code}", f"{body}的常设联系人", lines, people, falls, body)


def _drafts(person: User, bodies: list[Organization]) -> Iterable[Group]:
    drafts = list(person.drafts.order_by("form"))
    if drafts:
        people = {each.pk: each for body in bodies for each in _colleagues(person, body)}
        lines = [f"{timezone.localtime(draft.saved_at):%m-%d %H:%M} 保存" for draft in drafts]
        yield Group("drafts", "未提交的草稿", lines, list(people.values()), "删去")


def _colleagues(person: User, body: Organization, newcomers: Iterable[User] = ()) -> list[User]:
    """With those who may take over a post there in the same act."""
    found = {each.pk: each for each in [*people_of(body).exclude(pk=person.pk), *newcomers]}
    return list(found.values())


def _told(person: User, bodies: list[Organization]) -> Iterable[str]:
    chasing = Notification.objects.filter(
        person=person, kind__in=[Notification.Kind.BREACH, Notification.Kind.ESCALATION]
    )
    debts = (
        Deadline.objects.real()
        .answerable()
        .filter(acknowledged_at=None, pk__in=chasing.values("deadline"))
        .count()
    )
    if debts:
        yield f"{debts} 项超时事项曾通知此人，尚无人知悉：升级提醒照常继续，由其他被通知的人知悉。"
    unfinished = PublicRelease.objects.filter(
        drafter=person, status__in=PublicRelease.BEFORE_APPROVAL, incident__is_drill=False
    ).count()
    if unfinished:
        yield f"{unfinished} 件起草中的信息发布：由应急办其他人继续。"
    firms = [body for body in bodies if body.kind == Kind.ENTERPRISE]
    keys = ApiKey.objects.filter(enterprise__in=firms, revoked_at=None).count()
    if keys:
        yield f"{keys} 个接口密钥属于企业，继续有效；如此人知道密钥，请企业轮换。"


def _last_elsewhere(ending: list[Post]) -> Iterable[str]:
    """Outside the city's own bodies an empty post is the body's affair, and said."""
    for post in ending:
        outside = post.role in (Role.MEMBER, Role.COUNTY, Role.ENTERPRISE)
        if outside and not _others(post, ending).exists():
            yield f"{post.organization}将没有{post.get_role_display()}：该单位不能再签收和报告，请尽快另行任职。"
