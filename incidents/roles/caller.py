"""Who acts, in which of his posts; whether he may, and whether the state allows it. Asked by screens, API and services."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q

from incidents.models.access import ApiKey
from incidents.models.exercise import Drill
from incidents.models.organization import Organization
from incidents.models.people import Post, Role, User
from incidents.refusals import NotAllowed, WrongState, wrong

from .act import Act
from .table import TABLE


@dataclass(frozen=True)
class Actor:
    """Who acts: a person in one of his posts, an enterprise's key, or the system itself."""

    organization: Organization | None = None
    role: str | None = None
    person: User | None = None
    post: Post | None = None
    key: ApiKey | None = None
    in_drill: bool = False
    """Acts in a drill (a test key always does): sees drills alone, and what it makes is one (domain §8)."""
    drill: Drill | None = None
    """Which one; None: a test key's sandbox, or none at all."""

    def __str__(self):
        if self.post:
            return f"{self.post}（{self.person}）"
        return f"{self.organization}（接口）" if self.key else "系统"


SYSTEM = Actor()


def is_of(actor: Actor, prefix: str = "") -> Q:
    """What is as real as the actor is: of his drill, or of none."""
    marks = {f"{prefix}is_drill": actor.in_drill}
    return Q(**marks | {f"{prefix}drill": actor.drill}) if actor.in_drill else Q(**marks)


def require(actor: Actor, code: str, subject: Any = None) -> Act:
    """403 if the post may not, then 409 if the state does not allow it."""
    act = TABLE[code]
    if actor.role not in act.roles:
        raise NotAllowed(f"“{act.name}”须由{act.role_names}办理。", "role", act.clause)
    if actor.in_drill and act.is_never_drilled:
        raise NotAllowed(
            f"“{act.name}”改动的是真实数据，演练中（含测试密钥）不能办理。", "not_in_drill", act.clause
        )
    if why := why_not_now(act, subject):
        raise WrongState(why, "wrong_state", act.clause)
    return act


def why_not_now(act: Act, subject: Any) -> str | None:
    """What stands in the way on this incident or warning."""
    if subject is None:
        return None
    if act.states is not None and subject.status not in act.states:
        return f"{subject.noun}处于“{subject.get_status_display()}”，不能{act.name}。"
    return next((why for condition in act.conditions if (why := condition(subject))), None)


@dataclass(frozen=True)
class Offer:
    """An act as offered to a person: the posts in which it may be done, or why it may not be done now."""

    act: Act
    actors: tuple[Actor, ...]
    why_not: str | None

    @property
    def allowed(self) -> bool:
        return self.why_not is None


@dataclass(frozen=True)
class Caller:
    """Who stands at the door, with every post in which he might act."""

    actors: tuple[Actor, ...]

    @classmethod
    def of_user(cls, user: User) -> "Caller":
        posts = user.posts.filter(is_active=True, organization__is_active=True).select_related("organization")
        return cls(tuple(Actor(post.organization, post.role, user, post) for post in posts))

    def in_drill(self, drill: Drill) -> "Caller":
        """The same person, acting in this drill in those of his posts that take part."""
        posts = set(drill.participants.values_list("post", flat=True))
        playing = (actor for actor in self.actors if actor.post and actor.post.pk in posts)
        return Caller(tuple(replace(actor, in_drill=True, drill=drill) for actor in playing))

    @classmethod
    def of_key(cls, key: ApiKey) -> "Caller":
        return cls((Actor(key.enterprise, Role.ENTERPRISE, key=key, in_drill=key.is_test),))

    @property
    def drill(self) -> Drill | None:
        """That he acts in: the same in all his posts."""
        return next((actor.drill for actor in self.actors), None)

    @property
    def roles(self) -> set[str]:
        return {actor.role for actor in self.actors}

    def has_scope(self, scope: str) -> bool:
        """A key is good for its scopes; people have none."""
        return all(actor.key is None or scope in actor.key.scopes for actor in self.actors)

    def actors_for(self, code: str) -> tuple[Actor, ...]:
        return tuple(actor for actor in self.actors if actor.role in TABLE[code].roles)

    def actor_for(self, code: str, post_id: int | None = None) -> Actor:
        """The post to act in; where several would do, the person picks by `post_id`."""
        able = self.actors_for(code)
        if post_id is not None:
            able = tuple(actor for actor in able if actor.post and actor.post.pk == post_id)
        if not able:
            act = TABLE[code]
            raise NotAllowed(f"“{act.name}”须由{act.role_names}办理。", "role", act.clause)
        if len(able) > 1:
            raise wrong("/post", "choose_post", "您有多个职务可办理此事，请选择以何职务办理。", "2.2.1")
        return able[0]

    def offers(self, subject: Any, codes: Iterable[str] = TABLE) -> list[Offer]:
        """Every act on the incident or warning, with the posts that may do it and what stands in its way."""
        offers = []
        for code in codes:
            act = TABLE[code]
            if act.states is None or act.on != subject._meta.model_name:
                continue
            able = self.actors_for(code)
            why = why_not_now(act, subject) if able else f"须由{act.role_names}办理。"
            offers.append(Offer(act, able, why))
        return offers
