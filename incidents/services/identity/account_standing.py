"""How every account stands at the door: locked or not, with which second factors, and whether its posts demand one."""

from dataclasses import dataclass
from datetime import datetime

from incidents.models import MUST_HAVE_SECOND_FACTOR, Post, User
from incidents.services.identity import lockouts, second_factors


@dataclass
class Standing:
    person: User
    posts: list[Post]
    factors: list[str]
    locked_until: datetime | None

    @property
    def must(self) -> bool:
        return any(post.role in MUST_HAVE_SECOND_FACTOR for post in self.posts)


def of_all(now: datetime) -> list[Standing]:
    """Of accounts in use, by user name."""
    people = list(User.objects.filter(is_active=True).order_by("username"))
    posts: dict[int, list[Post]] = {person.pk: [] for person in people}
    held = Post.objects.filter(is_active=True, organization__is_active=True).select_related("organization")
    for post in held.filter(person__in=people):
        posts[post.person_id].append(post)
    factors: dict[int, list[str]] = {person.pk: [] for person in people}
    for name, kind in second_factors.KINDS.items():
        for owner in kind.objects.filter(user__in=people).values_list("user", flat=True):
            factors[owner].append(second_factors.NAMES[name])
    locks = lockouts.locks_of(people, now)
    return [Standing(person, posts[person.pk], factors[person.pk], locks.get(person.pk)) for person in people]
