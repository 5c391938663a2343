"""The reference data of a new installation: the bodies, and the plan as printed, put into force."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from incidents import ledger
from incidents.ledger import Entry
from incidents.models import (
    Clause,
    Criterion,
    DeadlineRule,
    EscalationStep,
    EventClass,
    GroupTemplate,
    Organization,
    PlanSubmission,
    PlanVersion,
)
from incidents.services.command import guide_reference
from incidents.services.revision import plan_approving, plan_versions

Status, Outcome = PlanVersion.Status, PlanSubmission.Outcome
LINKS = ("parent", "host", "county")
NEWER = ("brief_prefix",)
"""What a newer release knows of bodies that are there already: filled where it is blank."""


@dataclass(frozen=True)
class Loaded:
    """What a loading added; nothing when all was there."""

    organizations: int = 0
    plan: PlanVersion | None = None

    def __bool__(self):
        return bool(self.organizations or self.plan)


@transaction.atomic
def load_reference(now: datetime) -> Loaded:
    """Add the bodies that are missing; put the first plan into force, or add what a newer release brings to it."""
    with connection.cursor() as cursor:  # two loadings at once: the second waits and finds all there
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('load_reference'))")
    added, filled = _add_missing_organizations(_read("organizations.json")["organizations"])
    rows = _read("plan.json")
    there = PlanVersion.objects.exists()
    plan = _put_new_rows_into_force(rows, now) if there else _put_first_plan_into_force(rows, now)
    guides = guide_reference.add_missing(_read("guides.json")["guides"], now)
    if there:
        _tell({"补入单位": added, "补全单位": filled, "补入处置要领": guides}, now)
    return Loaded(organizations=added, plan=plan)


def _tell(counts: dict[str, int], now: datetime):
    """What a newer release brought beside the plan's own rows."""
    if words := "、".join(f"{what} {count}" for what, count in counts.items() if count):
        _write(Entry("reference.loaded", f"随系统升级{words}"), now)


def _write(entry: Entry, now: datetime):
    for office in Organization.objects.filter(kind=Organization.Kind.OFFICE):
        ledger.append(ledger.body_chain(office), entry, at=now)


def _read(name: str) -> dict:
    return json.loads((settings.BASE_DIR / "fixtures" / name).read_text("utf-8"))


def _add_missing_organizations(rows: list[dict]) -> tuple[int, int]:
    """Create the bodies that are known neither by code nor by name; what the city has edited stays. How many were added,
    and how many blanks were filled."""
    filled = 0
    there = list(Organization.objects.only("code", "name"))
    by_code = {organization.code: organization for organization in there}
    by_name = {organization.name: organization for organization in there}
    found = {row["code"]: by_code.get(row["code"]) or by_name.get(row["name"]) for row in rows}
    known = {code: organization for code, organization in found.items() if organization}
    for row in rows:
        for name in NEWER:
            if row.get(name) and row["code"] in known:
                blank = Organization.objects.filter(pk=known[row["code"]].pk, **{name: ""})
                filled += blank.update(**{name: row[name]})
    missing = [row for row in rows if row["code"] not in known]
    added = len(missing)
    while missing:  # a generation at a time: a body needs those that it points at
        ready = [row for row in missing if all(row[link] in known for link in LINKS if row.get(link))]
        if not ready:
            raise ValueError(f"organizations.json: {missing[0]['code']} names a body that can't be found")
        for organization in Organization.objects.bulk_create(_organization(row, known) for row in ready):
            known[organization.code] = organization
        missing = [row for row in missing if row["code"] not in known]
    return added, filled


def _organization(row: dict, known: dict[str, Organization]) -> Organization:
    return Organization(**row | {link: known[row[link]] for link in LINKS if row.get(link)})


def _put_first_plan_into_force(plan: dict, now: datetime) -> PlanVersion:
    """Fill a draft, the only state in which a plan can be written, and activate it."""
    version = PlanVersion.objects.create(**plan["version"])
    for model, rows in (
        (Clause, [row | {"text": "\n".join(row["text"])} for row in _in_order(plan["clauses"])]),
        (EventClass, _in_order(plan["event_classes"])),
        (Criterion, plan["criteria"]),
        (GroupTemplate, [_group(row) for row in _in_order(plan["working_groups"])]),
        (DeadlineRule, [_rule(row) for row in _in_order(plan["rules"])]),
        (EscalationStep, [_step(row) for row in plan["steps"]]),
    ):
        model.objects.bulk_create(model(version=version, **row) for row in rows)
    version.status = PlanVersion.Status.ACTIVE
    version.activated_at = now
    version.save()
    entry = Entry("plan.activated", f"{version.title}（{version.document_no}）随系统装载生效", clause="8.6")
    _write(entry, now)
    return version


def _group(row: dict) -> dict:
    return row | {"lead": Organization.objects.get(code=row["lead"])}


def _rule(row: dict) -> dict:
    interval = row.get("interval")
    return row | {"limit": _minutes(row["limit"]), "interval": interval and _minutes(interval)}


def _put_new_rows_into_force(plan: dict, now: datetime) -> PlanVersion | None:
    """A newer release knows rules that no version here has ever had: a new version begins with them (§8.4).

    What the city has taken out or changed stays so. Where a draft is under way the rows join it, and take
    effect with it.
    """
    withdrawn = {"version__status": Status.WITHDRAWN}
    of_a_plan = DeadlineRule.objects.exclude(**withdrawn)
    known = set(of_a_plan.values_list("code", "creditor", "severest"))
    rules = [_rule(row) for row in _in_order(plan["rules"])]
    rules = [row for row in rules if (row["code"], row["creditor"], row["severest"]) not in known]
    if not rules:
        return None
    ladders = set(EscalationStep.objects.exclude(**withdrawn).values_list("kind", flat=True))
    steps = [_step(row) for row in plan["steps"] if row.get("kind", "") not in ladders]
    codes = "、".join(sorted({row["code"] for row in rules}))
    plan_versions.hold()
    plan_versions.take_effect(now=now)
    revision = plan_versions.under_way()
    waiting = revision if revision and revision.status == Status.APPROVED else None
    if revision and not waiting:
        if revision.status == Status.SUBMITTED:
            why = f"系统升级带来规则 {codes}，须并入后重新报批"
            plan_approving.back_to_draft(revision, Outcome.RECALLED, why, by=None, now=now)
        _add(revision, rules, steps)
        _write(Entry("reference.loaded", f"系统升级带来的规则 {codes} 并入预案修订稿", clause="8.4"), now)
        return None
    if waiting:
        waiting.status, waiting.withdrawn_why = Status.WITHDRAWN, f"系统升级补入规则 {codes}，另立一版"
        waiting.save(update_fields=["status", "withdrawn_why"])
    note = f"随系统升级补入规则 {codes}"
    version = plan_versions.copy_of_the_plan_in_force()
    _add(version, rules, steps)
    plan_versions.approve(version, note=note, now=now)
    entry = Entry("plan.activated", f"预案第{version.number}版随系统升级生效，补入规则 {codes}", clause="8.4")
    _write(entry, now)
    if waiting:
        _approve_anew(waiting, version, rules, steps, note, now)
    return version


def _add(version: PlanVersion, rules: list[dict], steps: list[dict]):
    DeadlineRule.objects.bulk_create(DeadlineRule(version=version, **row) for row in rules)
    EscalationStep.objects.bulk_create(EscalationStep(version=version, **row) for row in steps)


def _approve_anew(waiting: PlanVersion, active: PlanVersion, rules, steps, note: str, now: datetime):
    """What is approved for a time to come takes effect then, with the new rules in it."""
    again = plan_versions.copy_of(waiting, based_on=active)
    there = set(again.deadlinerule_set.values_list("code", "creditor", "severest"))
    rules = [row for row in rules if (row["code"], row["creditor"], row["severest"]) not in there]
    _add(again, rules, steps)
    plan_versions.approve(
        again,
        document_no=waiting.document_no,
        note=f"{waiting.note}；{note}（原第{waiting.number}版）",
        effective_at=waiting.activated_at,
        now=now,
    )
    words = f"已定的预案第{waiting.number}版{note}，改为第{again.number}版，生效时间不变"
    _write(Entry("plan.approved", words, clause="8.4"), now)


def _in_order(rows: list[dict]) -> list[dict]:
    return [row | {"order": order} for order, row in enumerate(rows, 1)]


def _step(row: dict) -> dict:
    return row | {"offset": _minutes(row["offset"])}


def _minutes(count: int) -> timedelta:
    return timedelta(minutes=count)
