"""What keys of the sums of 统计 are called, and by which code a filter names them. A class has one code in every version,
and the name that it has in the latest."""

from collections import defaultdict
from functools import cached_property

from django.utils import timezone

from incidents.models import DeadlineRule, EventClass, Organization, Origin, ever_in_force
from incidents.services.analysis.statistics_asked import NO_FIRM, Asked
from incidents.services.analysis.tallying import Kind


class Names:
    @cached_property
    def classes(self) -> dict[str, tuple[str, str]]:
        rows = EventClass.objects.filter(ever_in_force(timezone.now()))
        rows = list(rows.order_by("version__number").values_list("pk", "code", "name"))
        latest = {code: name for _, code, name in rows}
        return {str(pk): (code, latest[code]) for pk, code, _ in rows}

    @cached_property
    def bodies(self) -> dict[str, tuple[str, str]]:
        rows = Organization.objects.values_list("pk", "code", "short_name", "name")
        found = {str(pk): (code, short or name) for pk, code, short, name in rows}
        return found | {"": (NO_FIRM, "企业未明确")}

    @cached_property
    def rules(self) -> dict[int, tuple[str, str]]:
        """By its code, whose debts to several bodies are rules of their own; named as in the latest version."""
        rows = list(
            DeadlineRule.objects.filter(ever_in_force(timezone.now()))
            .order_by("-version__number", "order")
            .values_list("pk", "code", "name", "version")
        )
        named = defaultdict(list)
        for _, code, name, version in rows:
            named[code, version].append(name)
        latest = {}
        for (code, _), names in named.items():
            latest.setdefault(code, f"{code} {names[0]}{'等' if len(set(names)) > 1 else ''}")
        return {pk: (code, latest[code]) for pk, code, _, _ in rows}

    def of(self, kind: str) -> dict[str, tuple[str, str]]:
        """By key, the code and the name."""
        if kind == Kind.CLASS:
            return self.classes
        if kind == Kind.ORIGIN:
            return {origin.value: (origin.value, origin.label) for origin in Origin}
        return self.bodies

    def keys(self, asked: Asked) -> dict[str, list[str]]:
        """By kind, the keys of the sums that the filters name."""
        return {
            kind: [key for key, (code, _) in self.of(kind).items() if code == chosen]
            for kind, chosen in asked.keys.items()
        }
