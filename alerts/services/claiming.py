"""Whose turn it is in the sweep: the next subjects of which something is due and which nobody else holds, with their due debts.

What has happened goes first; where nothing of that is due, what is to be made ready. What is only played (a drill, a sandbox)
yields to both: it is asked for by itself, and few at a time, so that what falls due in earnest meanwhile waits for no more
than these.
"""

from datetime import datetime

from alerts.models import Deadline, Undertaking, Warning
from incidents.models import DeadlineRule, Incident, Organization, TaskOrder

BATCH = 500
"""Incidents, or warnings, or undertakings, per transaction."""
FEW = 20
"""The same of what yields."""
AT_HAND = 20 * BATCH
"""How many due debts a batch looks for its subjects among: more than all other sweepers can hold at once."""
READ = {
    Incident: "enterprise_id, level, proposed_level, is_drill, drill_id",
    Warning: "enterprise_id, level, proposed_level, is_drill, drill_id",
    Undertaking: "body_id, matter, until_at",
}
"""What the sweep reads of a subject, beside what all have."""
HAPPENED = (Incident, Warning)


def lock_due(
    now: datetime, *, yielding: bool = False, only: tuple[type, int] | None = None
) -> list[Deadline] | None:
    """The due debts of the next subjects that nobody else holds, in earnest or of what yields, or of this subject `only`;
    None if there is no such subject.

    An empty list: another sweeper has just fired what was due of these.
    """
    if only:
        held = _lock(only[:1], now, f"{_key(only[0])} = {only[1]:d}", 1)
    elif yielding:
        held = _lock(HAPPENED, now, "yields", FEW)
    else:
        held = _lock(HAPPENED, now, "NOT yields", BATCH) or _lock((Undertaking,), now, "NOT yields", BATCH)
    if not held:
        return None
    due, debts = Deadline.objects.select_for_update().filter(next_step_at__lte=now), []
    for model, subjects in held.items():
        key = _key(model)
        debts += due.filter(**{f"{key}__in": list(subjects)}).order_by(key, "id")
    _relate(debts, held)
    return debts


def all_due(now: datetime) -> list[tuple[type, int]]:
    """Every subject of which something is due, in the order in which they are locked."""
    due = Deadline.objects.filter(next_step_at__lte=now)
    found = []
    for model in (*HAPPENED, Undertaking):
        keys = due.exclude(**{_key(model): None}).order_by(_key(model)).values_list(_key(model), flat=True)
        found += [(model, pk) for pk in keys.distinct()]
    return found


def _lock(models: tuple[type, ...], now: datetime, which: str, most: int) -> dict[type, dict]:
    """By model and id."""
    held = {model: _lock_subjects(model, now, which, most) for model in models}
    return {model: subjects for model, subjects in held.items() if subjects}


def _lock_subjects(model: type, now: datetime, which: str, most: int) -> dict:
    """By id, so that all who lock several do it in one order. The array keeps the planner to the two indexes:
    it never reads what is open but not due, nor another subject."""
    key = _key(model)
    found = model.objects.raw(
        f"""SELECT id, number, title, office_id, plan_version_id, {READ[model]}
        FROM {model._meta.db_table}
        WHERE id = ANY(ARRAY(
            SELECT {key} FROM alerts_deadline WHERE next_step_at <= %s AND {key} IS NOT NULL AND {which}
            ORDER BY next_step_at LIMIT %s))
        ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED""",  # nosec B608 # names and conditions of our own
        [now, AT_HAND, most],
    )
    return {subject.pk: subject for subject in found}


def _key(model: type) -> str:
    return f"{model._meta.model_name}_id"


def _relate(debts: list[Deadline], held: dict[type, dict]):
    """Rules, bodies and orders are few, and shared by all debts of a batch."""
    named = {name: {getattr(debt, f"{name}_id") for debt in debts} for name in ("debtor", "creditor", "desk")}
    subjects = [subject for those in held.values() for subject in those.values()]
    offices = {subject.office_id for subject in subjects}
    bodies = Organization.objects.select_related("parent").in_bulk(set.union(offices, *named.values()))
    rules = DeadlineRule.objects.in_bulk({debt.rule_id for debt in debts})
    ordered = {debt.order_id for debt in debts} - {None}
    orders = TaskOrder.objects.in_bulk(ordered) if ordered else {}
    for subject in subjects:
        subject.office = bodies[subject.office_id]
    for debt in debts:
        for model, those in held.items():
            if pk := getattr(debt, _key(model)):
                setattr(debt, model._meta.model_name, those[pk])
        debt.rule, debt.order = rules[debt.rule_id], orders.get(debt.order_id)
        for name in named:
            setattr(debt, name, bodies[getattr(debt, f"{name}_id")])
