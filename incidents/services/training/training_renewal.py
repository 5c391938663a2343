"""复训 (§8.2): whoever can be rostered until a day is to be trained anew by it; his bodies owe it (Q5, decided)."""

from datetime import datetime

from django.db.models import Max
from django.utils import timezone

from alerts.models import Training
from incidents.models import Post, User
from incidents.querysets import KEEP_A_DESK
from incidents.roles import ON_ROSTERS, Actor
from incidents.services.debt import undertakings

RULE = "Q5"


def matter_of(person: User) -> str:
    """The page that the debt leads to."""
    return f"trainee/{person.pk}"


def renewed(training: Training, *, actor: Actor, now: datetime) -> None:
    """A pass that reaches further than any before it settles what was owed, and the next is owed by its end."""
    if training.valid_until < timezone.localdate(now) or training.valid_until < _newest(training.person):
        return
    for post in _posts(training.person):
        undertakings.settle(at=now, **_about(post, actor, now))
        _owe(post, training, actor, now)


def taken_back(training: Training, *, actor: Actor, now: datetime) -> None:
    """A pass stands no longer: what stands decides until when; without any he can't be rostered, and nothing is owed."""
    newest = _newest(training.person)
    left = Training.objects.filter(person=training.person, withdrawn_at=None, valid_until=newest).first()
    for post in _posts(training.person):
        if left:
            _owe(post, left, actor, now)
        else:
            undertakings.void(why="培训合格记录已撤销", **_about(post, actor, now))


def joined(post: Post, *, actor: Actor, now: datetime) -> None:
    """Who comes with a pass that is valid is trained anew by its end, for his new body too."""
    if post not in _posts(post.person):
        return
    passed = Training.objects.filter(person=post.person, withdrawn_at=None)
    newest = passed.filter(valid_until__gte=timezone.localdate(now)).order_by("valid_until").last()
    if newest:
        _owe(post, newest, actor, now)


def left(post: Post, *, actor: Actor, now: datetime) -> None:
    """Who is in the body no more is trained anew by it no more."""
    if post.role in ON_ROSTERS and not _posts(post.person).filter(organization=post.organization).exists():
        undertakings.void(why="已不在该单位任职", **_about(post, actor, now))


def _owe(post: Post, training: Training, actor: Actor, now: datetime) -> None:
    undertakings.owe(
        title=f"复训：{post.title}一人，培训合格有效至 {training.valid_until}",
        due_at=undertakings.due_on(training.valid_until),
        **_about(post, actor, now),
    )


def _about(post: Post, actor: Actor, now: datetime) -> dict:
    return {
        "body": post.organization,
        "rule": RULE,
        "matter": matter_of(post.person),
        "now": now,
        "actor": actor,
    }


def _posts(person: User):
    """One of each body in which he can be rostered."""
    posts = Post.objects.filter(person=person, is_active=True, role__in=ON_ROSTERS)
    posts = posts.filter(organization__kind__in=KEEP_A_DESK)
    return (
        posts.select_related("organization", "person")
        .order_by("organization_id", "pk")
        .distinct("organization_id")
    )


def _newest(person: User):
    return Training.objects.filter(person=person, withdrawn_at=None).aggregate(last=Max("valid_until"))[
        "last"
    ]
