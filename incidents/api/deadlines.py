"""What the caller owes: of incidents, of warnings, of orders and requests."""

from alerts.services import wire
from incidents.api import answers, lists, visible
from incidents.api.views import Resource


class Deadlines(Resource):
    def get(self, request):
        query = lists.Query(request, "state")
        rows = visible.debts(self.caller.actors)
        if states := query.choices("state", answers.State.values):
            rows = rows.with_state(self.now).filter(state_now__in=states)
        return lists.answer(
            request,
            query,
            rows,
            ("due_at", "id"),
            lambda debt: answers.deadline(debt, self.now) | wire.owed_for(debt),
        )
