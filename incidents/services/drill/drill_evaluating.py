"""A drill is evaluated (§8.3) by who directed it, once; with it, what the drill was held for counts as exercised."""

from datetime import datetime

from django.db import transaction

from incidents.models import DrillEvaluation
from incidents.refusals import WrongState
from incidents.roles import Actor
from incidents.services.check import Check
from incidents.services.drill import drill_dues
from incidents.services.drill.drills import CLAUSE, locked, write

TEXTS = ("strengths", "problems", "measures")
NEEDED = ("problems", "measures")
LONGEST = 4000


@transaction.atomic
def evaluate(*, actor: Actor, number: str, verdict: str, now: datetime, **said: str) -> DrillEvaluation:
    """`said`: strengths, problems, measures. Raises `WrongState` before its end, and once it is evaluated."""
    drill = locked(actor, "drill.evaluate", number)
    if drill.status != drill.Status.ENDED:
        raise WrongState(f"演练{drill.get_status_display()}，不能评估。", "wrong_state", CLAUSE)
    check = Check(CLAUSE)
    texts = {name: (said.get(name) or "").strip() for name in TEXTS}
    if verdict not in DrillEvaluation.Verdict.values:
        check.wrong("/verdict", "not_a_choice", "请选择总体评价。")
    for name, words in texts.items():
        label = DrillEvaluation._meta.get_field(name).verbose_name
        if name in NEEDED and not words:
            check.wrong(f"/{name}", "required", f"请填写{label}；没有的写“无”。")
        check.text(f"/{name}", label, words, LONGEST)
    check.refuse()
    row = DrillEvaluation.objects.create(drill=drill, verdict=verdict, at=now, by=actor.post, **texts)
    drill.evaluate()
    drill.save()
    write(drill, actor, now, "drill.evaluated", str(row), data={"verdict": verdict})
    for body in drill_dues.took_part(drill):
        drill_dues.reckon(body, actor=actor, now=now)
    return row
