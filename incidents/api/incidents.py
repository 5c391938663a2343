"""Incidents, their reports and timeline, as a courier firm files and reads them."""

from django.db.models import Q, prefetch_related_objects
from rest_framework.response import Response

from alerts.models import Deadline
from alerts.services.visibility import sees_debt
from alerts.services.wire import ROMAN
from incidents.api import answers, changed, lists, visible
from incidents.api.serializers import LEVELS, Filing, FurtherReport, stated, validated
from incidents.api.views import Resource, etag
from incidents.models import Incident, Report, Status
from incidents.querysets import visible_timeline
from incidents.services.report import intake

BY_API = intake.Arrival(Report.Channel.API)
NOT_GRADED = "none"
KINDS = [kind.lower() for kind in Report.Kind.values]
FILTERS = ("status", "level", "event_class", "enterprise", "county")
FILTERS += ("occurred_since", "occurred_before", "received_since", "received_before")


class Incidents(Resource):
    """The incidents that exist for the caller, newest first (§5.2.1)."""

    code = "incident.open"
    writes_count_as = "filing"

    def get(self, request):
        query = lists.Query(request, *FILTERS)
        actors = self.caller.actors
        return lists.answer(
            request,
            query,
            visible.incidents(actors).filter(wanted(query)),
            ("-id",),
            answers.incident,
            lambda since: changed.incidents(since, actors),
        )

    def create(self, data):
        """Files an incident with its first report; the answer is the receipt, with every debt that follows (§5.2.1)."""
        actor = self.actor(self.code, data)
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
        return Response(
            {
                "number": incident.number,
                "is_drill": incident.is_drill,
                "status": incident.status,
                "level": ROMAN[incident.level],
                "proposed_level": ROMAN[incident.proposed_level],
                "because": answers.because(incident.opened_with),
                "report": {"number": report.number, "received_at": answers.time(report.received_at)},
                "deadlines": owed(self, incident, incident.opened_debts),
            },
            201,
            headers={"Location": f"{self.request.path.rstrip('/')}/{incident.number}/"},
        )


class OneIncident(Resource):
    """One incident: its facts, level, responses, debts, and what the caller may do now (§5.2.1)."""

    def get(self, request, number):
        incident = self.find(number)
        return Response(whole(self, incident), headers={"ETag": etag(incident)})


class Reports(Resource):
    """What was reported by the firm, by those below it and by its superior units for it (§5.2.1)."""

    code = "report.file"
    writes_count_as = "filing"

    def get(self, request, number):
        query = lists.Query(request, "kind")
        kinds = [kind.upper() for kind in query.choices("kind", KINDS)]
        actors = self.caller.actors
        rows = visible.reports(self.find(number), actors).filter(query.wanted(kind=kinds))
        return lists.answer(request, query, rows, ("serial",), answers.report_for(actors), changed.reports)

    def create(self, data, number):
        """Files a further report, or corrects an earlier one, which stays readable (§5.2.1)."""
        actor, incident = self.lock(self.code, number, data)
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
    """What the caller may see of the incident's timeline, oldest first (§6.4)."""

    def get(self, request, number):
        query = lists.Query(request)
        incident = self.find(number)
        rows = visible_timeline(incident, self.caller.actors).select_related("organization", "post")
        response = lists.answer(request, query, rows, ("seq",), answers.entry, changed.timeline)
        response["ETag"] = etag(incident)
        return response


def wanted(query: lists.Query) -> Q:
    levels = query.choices("level", [*LEVELS, NOT_GRADED])
    graded = query.wanted(level=[LEVELS[level] for level in levels if level in LEVELS])
    if NOT_GRADED in levels:
        graded = Q(level=None) | graded if graded else Q(level=None)
    return (
        query.wanted(
            status=query.choices("status", Status.values),
            event_class__code=query.words("event_class"),
            enterprise__code=query.words("enterprise"),
            county__short_name=query.words("county"),
        )
        & graded
        & query.between("occurred_at", "occurred")
        & query.between("received_at", "received")
    )


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
    prefetch_related_objects([incident], "responses__body", "on_scene_commands")
    return answers.incident(incident) | {
        "counties_affected": [county.short_name for county in incident.counties_affected.all()],
        "responses": [answers.response(row) for row in incident.responses.all()],
        "on_scene_commands": [answers.on_scene(row) for row in incident.on_scene_commands.all()],
        "deadlines": owed(view, incident),
        "actions": answers.actions(view.caller, incident),
    }
