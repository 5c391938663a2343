"""Nothing happens any more in a drill that is over (§8.3): asked by whatever is about to happen in one, under lock."""

from incidents.models import Drill, Inject
from incidents.models.drill import Drillable
from incidents.refusals import WrongState
from incidents.roles import Actor

CLAUSE = "8.3"


def refuse_if_over(subject: Drillable | Inject):
    """The subject is locked, and was not before: whoever ends the drill waits for what is done here."""
    if subject.drill_id:
        _refuse(subject.drill)


def hold_open(actor: Actor):
    """Something new begins: until it is there the drill can't end (a trigger stands behind this)."""
    if actor.drill:
        _refuse(Drill.objects.select_for_update(of=("self",), no_key=True).get(pk=actor.drill.pk))


def _refuse(drill: Drill):
    if not drill.is_running:
        raise WrongState(f"演练{drill.get_status_display()}，没有登记。", "drill_over", CLAUSE)
