"""查找: one box for everything that has a number or words; what it finds by kind, and suggestions while one types."""

from dataclasses import dataclass, replace

from django.db.models import (
    BooleanField,
    ExpressionWrapper,
    F,
    Func,
    Q,
    QuerySet,
    SmallIntegerField,
    TextField,
    Value,
)
from django.db.models.lookups import Exact
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.functional import cached_property
from django.views.decorators.http import require_GET

from incidents import drill_clock
from incidents.models import Expert, Organization, Role
from incidents.roles import Caller
from incidents.search import SHORTEST, CountOf, behind_newest, matches, words_of
from incidents.typed import NARROW, forms_of, numbers_in, telephone_in
from incidents.web.caller import caller_of, signed_in
from incidents.web.drill.drill_door import is_real_place
from incidents.web.identity import telephone
from incidents.web.situation.search_hits import Hit
from incidents.web.situation.search_kinds import KINDS, Found

DIGITS = Func(
    F("phone"), Value("[^0-9]"), Value(""), Value("g"), function="regexp_replace", output_field=TextField()
)
LONGEST = 100
COUNTED = 100
"""So many of a kind are counted: more is more."""
SHOWN, SUGGESTED, PER_PAGE = 5, 3, 30
READ_THROUGH = 10_000
"""So many of the newest rows of a large table are read through for what is common."""


@dataclass(frozen=True)
class Group:
    """What was found of one kind: the newest of it, and how many there are, up to `COUNTED`."""

    kind: Found
    hits: list[Hit]
    count: int

    @property
    def count_words(self) -> str:
        return f"{COUNTED} 以上" if self.count > COUNTED else str(self.count)

    @property
    def has_more(self) -> bool:
        return self.count > len(self.hits)


class Search:
    """What these words find for this person."""

    def __init__(self, caller: Caller, typed: str):
        self.caller, self.typed = caller, typed.strip()[:LONGEST]
        self.words = words_of(self.typed.translate(NARROW))
        self.telephone = telephone_in(self.typed)

    @property
    def is_short(self) -> bool:
        """A single character: it stands in too much to be sought in words; names are."""
        return bool(self.words) and max(map(len, self.words)) < SHORTEST

    @property
    def joined(self) -> str:
        """Single characters with spaces between them may be one word."""
        return "".join(self.words) if self.is_short and len(self.words) > 1 else ""

    @cached_property
    def bodies(self) -> dict[str, list[int]]:
        """Of each word the bodies that bear it in their names."""
        names = {f"word_{n}": _of_a_body(self.forms(word)) for n, word in enumerate(self.words)}
        named = Organization.objects.annotate(**names).filter(_any(Q(**{name: True}) for name in names))
        rows = named.order_by().values_list("pk", *names)
        found = {word: [] for word in self.words}
        for pk, *bears in rows:
            for word, does in zip(self.words, bears, strict=True):
                found[word] += [pk] * does
        return found

    def rows(self, kind: Found) -> QuerySet:
        """Every word stands in the row's own text, or in the name of one of its bodies."""
        seen = kind.rows(self.caller)
        if self.telephone and seen.model in (Organization, Expert):
            return seen.alias(digits=DIGITS).filter(digits__contains=self.telephone)
        table = seen.model._meta.db_table
        for word in self.words:
            if seen.model is Organization:
                stands = Q(pk__in=self.bodies[word])
            else:
                stands = _any(
                    kind.stands(self.caller, form) if kind.stands else matches(table, form)
                    for form in self.forms(word)
                )
            if self.bodies[word]:
                stands |= _any(Q(**{f"{name}__in": self.bodies[word]}) for name in kind.bodies)
            seen = seen.filter(stands)
        return seen

    def forms(self, word: str) -> list[str]:
        """As it was typed, and as it may have been stored; what falls apart into several words is none of these."""
        return sorted({word, *(form for form in forms_of(word) if words_of(form) == [form])})

    @cached_property
    def marks(self) -> list[str]:
        """What is marked in what is shown."""
        return sorted({form for word in self.words for form in self.forms(word)})

    def newest(self, kind: Found, most: int, before: int | None = None) -> list[QuerySet]:
        """The newest, at most so many, in one or two parts, so that neither what is common nor what is rare takes long:
        first the last of the table are read through; only if too little is found there, the index is asked for the rest."""
        rows = self.rows(kind)
        if before:
            rows = rows.filter(pk__lt=before)
        if not kind.is_large:
            return [rows.order_by("-pk")[:most]]
        floor = Value(before - READ_THROUGH) if before else behind_newest(rows.model, READ_THROUGH)
        recent = rows.filter(pk__gt=floor).order_by("-pk")[:most]
        enough = Exact(CountOf(recent.values("pk")), most)
        older = rows.filter(~Q(enough), pk__lte=floor).order_by((F("pk") + 0).desc())[:most]
        return [recent, older]

    @property
    def kinds(self) -> list[Found]:
        return [kind for kind in KINDS if kind.is_name or not self.is_short] if self.words else []

    def groups(self, shown: int, counted: int = COUNTED) -> list[Group]:
        """Which rows there are is one question for all kinds; then one more for each kind that is shown."""
        rows = [
            part.annotate(of=Value(n, SmallIntegerField())).values_list("of", "pk")
            for n, kind in enumerate(self.kinds)
            for part in self.newest(kind, counted + 1)
        ]
        found: dict[int, list[int]] = {}
        for of, pk in rows[0].union(*rows[1:], all=True) if rows else ():
            found.setdefault(of, []).append(pk)
        found = {of: sorted(pks, reverse=True)[: counted + 1] for of, pks in found.items()}
        return [
            Group(self.kinds[of], self.first(self.kinds[of], pks, shown), len(pks))
            for of, pks in sorted(found.items())
        ]

    def first(self, kind: Found, pks: list[int], most: int) -> list[Hit]:
        """The newest; of names those that are nearest to what was typed."""
        if not kind.is_name:
            return self.hits(kind, pks[:most])
        return sorted(self.hits(kind, pks), key=self.distance)[:most]

    def distance(self, hit: Hit) -> tuple:
        """From a name: it is what was typed, begins with it, or is long beside it."""
        name = hit.title.lower()
        near = [name == form for form in self.marks], [name.startswith(form) for form in self.marks]
        return (*(not any(each) for each in near), len(name))

    def hits(self, kind: Found, pks: list[int]) -> list[Hit]:
        rows = kind.rows(self.caller).select_related(*kind.with_them).in_bulk(pks)
        return [_as_it_was(kind.hit(rows[pk])) for pk in pks if pk in rows]

    def page(self, kind: Found, before: int | None) -> tuple[list[Hit], int | None]:
        """A page of one kind, from behind a row on; and behind which row the next one goes on."""
        first, *rest = (part.values_list("pk") for part in self.newest(kind, PER_PAGE + 1, before))
        pks = sorted((pk for (pk,) in first.union(*rest, all=True)), reverse=True)
        following = pks[PER_PAGE - 1] if len(pks) > PER_PAGE else None
        return self.hits(kind, pks[:PER_PAGE]), following

    def by_number(self) -> Hit | None:
        """What bears exactly this number."""
        said = numbers_in(self.typed)
        if not said:
            return None
        kinds = [kind for kind in KINDS if kind.numbers]
        rows = [
            kind.rows(self.caller)
            .filter(_any(Q(**{f"{name}__in": said}) for name in kind.numbers))
            .annotate(of=Value(n, SmallIntegerField()))
            .order_by()
            .values_list("of", "pk")[:1]
            for n, kind in enumerate(kinds)
        ]
        of, pk = min(rows[0].union(*rows[1:], all=True), default=(None, None))
        return next(iter(self.hits(kinds[of], [pk])), None) if pk else None


def _as_it_was(hit: Hit) -> Hit:
    """What is no part of the drill in which it is found keeps the time at which it really was."""
    if hit.at and drill_clock.current() and is_real_place(hit.url):
        return replace(hit, at=drill_clock.meant(hit.at))
    return hit


def _any(conditions) -> Q:
    found = Q()
    for condition in conditions:
        found |= condition
    return found


def _of_a_body(forms: list[str]) -> ExpressionWrapper:
    named = _any(Q(initials__iexact=form) | matches("incidents_organization", form) for form in forms)
    return ExpressionWrapper(named, output_field=BooleanField())


def searcher(request) -> Search:
    """Whoever sees anything of what happens; for the rest there is no search (404)."""
    caller = caller_of(request)
    if not caller.roles - {Role.ADMINISTRATOR}:
        raise Http404
    return Search(caller, request.GET.get("q", ""))


@signed_in
@require_GET
def page(request):
    """By kind; of one kind, all of it; a whole number leads straight to what bears it."""
    search = searcher(request)
    kind = next((kind for kind in search.kinds if kind.code == request.GET.get("kind")), None)
    context = {"search": search, "kind": kind, "shortest": SHORTEST}
    context["may_telephone"] = not search.caller.roles.isdisjoint(telephone.ROLES)
    if kind:
        before = request.GET.get("before", "")
        before = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
        context["hits"], context["following"] = search.page(kind, before)
    else:
        if hit := search.by_number():
            return redirect(hit.url)
        context["groups"] = search.groups(SHOWN)
    return render(request, "incidents/situation/search.html", context)


@signed_in
@require_GET
def suggest(request):
    """The few that stand under the box while one types."""
    search = searcher(request)
    groups = search.groups(SUGGESTED)
    context = {"search": search, "groups": groups, "straight": None if groups else search.by_number()}
    return render(request, "incidents/situation/search_suggestions.html", context)
