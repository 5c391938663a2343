"""Incidents, their reports and timeline, as a courier firm files and reads them."""

from django.db.models import Exists, OuterRef
from rest_framework.response import Response

from alerts.models import Deadline
from alerts.services.visibility import sees_debt
from incidents.api import answers, lists, visible
from incidents.api.serializers import ROMAN, Filing, FurtherReport, stated, validated
from incidents.api.views import Resource, etag
from incidents.models import Incident, Report, Status, plan_parts
from incidents.querysets import visible_timeline
from incidents.services import figures, intake

BY_API = intake.Arrival(Report.Channel.API)


class Incidents(Resource):
    def get(self, request):
        query = lists.Query(request, "status", "updated_since")
        rows = visible.incidents(self.caller.actors)
        if statuses := query.choices("status", Status.values):
            rows = rows.filter(status__in=statuses)
        if since := query.time("updated_since"):
            news = visible_timeline(OuterRef("pk"), self.caller.actors).filter(at__gte=since)
            rows = rows.filter(Exists(news))
        return lists.answer(request, query, rows, ("-id",), answers.incident)

    def create(self, data):
        actor = self.actor("incident.open", data)
        facts = validated(Filing, data)
        contents = dict(facts["report"])
        incident, report = intake.open_incident(
            actor=actor,
            kind=contents["kind"],
            arrival=BY_API,
            facts=stated(facts, "report", "post"),
            contents=stated(contents, "kind"),
            now=self.now,
        )
        criteria = plan_parts(incident.plan_version_id).criteria
        proposal = figures.propose(criteria, figures.latest_figures([report]))
        return Response(
            {
                "number": incident.number,
                "status": incident.status,
                "level": ROMAN[incident.level],
                "proposed_level": ROMAN[incident.proposed_level],
                "because": answers.because(proposal),
                "report": {"number": report.number, "received_at": answers.time(report.received_at)},
                "deadlines": owed(self, incident, incident.opened_debts),
            },
            201,
        )

    def finalize_response(self, request, response, *args, **kwargs):
        if response.status_code == 201:
            response["Location"] = f"{request.path.rstrip('/')}/{response.data['number']}/"
        return super().finalize_response(request, response, *args, **kwargs)


class OneIncident(Resource):
    def get(self, request, number):
        incident = self.find(number)
        return Response(whole(self, incident), headers={"ETag": etag(incident)})


class Reports(Resource):
    def get(self, request, number):
        query = lists.Query(request)
        rows = visible.reports(self.find(number), self.caller.actors)
        return lists.answer(request, query, rows, ("serial",), answers.report)

    def create(self, data, number):
        actor, incident = self.lock("report.file", number, data)
        fields = validated(FurtherReport, data)
        report = intake.file_report(
            actor=actor,
            number=number,
            kind=fields["kind"],
            arrival=BY_API,
            contents=stated(fields, "kind", "supersedes", "known_at", "post"),
            now=self.now,
            supersedes=fields.get("supersedes"),
            known_at=fields.get("known_at"),
        )
        return Response(
            {
                "number": report.number,
                "kind": report.kind.lower(),
                "received_at": answers.time(report.received_at),
                "supersedes": fields.get("supersedes"),
                "incident": number,
                "status": incident.status,
                "level": ROMAN[incident.level],
                "proposed_level": ROMAN[report.incident.proposed_level],
                "deadlines": owed(self, incident),
            },
            201,
        )


class Timeline(Resource):
    def get(self, request, number):
        query = lists.Query(request)
        incident = self.find(number)
        rows = visible_timeline(incident, self.caller.actors).select_related("organization", "post")
        response = lists.answer(request, query, rows, ("seq",), answers.entry)
        response["ETag"] = etag(incident)
        return response


def owed(view: Resource, incident: Incident, opened: list[Deadline] | None = None) -> list[dict]:
    """Every debt of the incident that the caller owes, in every state. `opened`: all its debts, where these are at hand."""
    actors = view.caller.actors
    if opened is None:
        debts = visible.debts(actors).filter(incident=incident)
    else:
        seen = (debt for debt in opened if any(sees_debt(actor, debt) for actor in actors))
        debts = sorted(seen, key=lambda debt: (debt.due_at, debt.pk))
    return answers.deadlines(debts, view.now)


def whole(view: Resource, incident: Incident) -> dict:
    return answers.incident(incident) | {
        "counties_affected": [county.short_name for county in incident.counties_affected.all()],
        "deadlines": owed(view, incident),
        "actions": answers.actions(view.caller, incident),
    }
