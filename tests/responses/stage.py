"""An incident of level Ⅲ, as far into its response as a test needs, and how an act on it is done."""

from django.utils import timezone

from incidents.models import Incident, Level
from incidents.services.command import ordering
from incidents.services.notice import reporting_up
from incidents.services.response import approving, commanding, grading
from tests.cast import call_in


def act(service, actor, incident, **arguments):
    return service(actor=actor, number=incident.number, now=arguments.pop("now", timezone.now()), **arguments)


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def graded(cast, level=Level.III, **more) -> Incident:
    deaths = {Level.I: 30, Level.II: 12, Level.III: 4, Level.IV: 0}[level]
    incident = call_in(cast, figures={"deaths": deaths}, **more)
    act(grading.grade, cast.office_director, incident, level=level)
    return incident


def approved(cast, **more) -> Incident:
    incident = graded(cast, **more)
    act(reporting_up.propose_response, cast.office_director, incident, words="建议启动Ⅲ级响应")
    act(approving.approve, cast.approver, incident, document_no="驻政文〔2026〕1号")
    return incident


def started(cast, **arguments) -> Incident:
    incident = approved(cast)
    act(commanding.start_three, cast.commander, incident, **arguments)
    return incident


def order(cast, incident, actor=None, **more):
    arguments = {"to": cast.firm.code, "task": "转移邮件"} | more
    return act(ordering.issue, actor or cast.commander, incident, **arguments)


def on(service, actor, row, **arguments):
    """An act on an order or a request."""
    name = "order" if hasattr(row, "receiver_id") else "request"
    now = arguments.pop("now", timezone.now())
    return service(actor=actor, now=now, **{name: row.number}, **arguments)


def states(rows) -> dict[str, str]:
    now = timezone.now()
    return {row.rule.code: str(row.state(now)) for row in rows.select_related("rule")}
