"""What the caller owes: of incidents, of warnings, of orders and requests, and to make ready."""

from alerts.services import wire
from incidents.api import answers, changed, lists, visible
from incidents.api.views import Resource


class Deadlines(Resource):
    """Every debt that the caller owes, in every state; `?state=open,breached` chooses (§5.2.1)."""

    def get(self, request):
        query = lists.Query(request, "state", "rule", "incident")
        rows = visible.debts(self.caller.actors).filter(
            query.wanted(rule__code=query.words("rule"), incident__number=query.words("incident"))
        )
        if states := query.choices("state", answers.State.values):
            rows = rows.with_state(self.now).filter(state_now__in=states)
        return lists.answer(
            request,
            query,
            rows,
            ("due_at", "id"),
            lambda debt: {"id": debt.pk} | answers.deadline(debt, self.now) | wire.owed_for(debt),
            lambda since: changed.deadlines(since, self.now),
        )
