"""What the command of a response lets a firm know (§5.3, 5.4.3): the meetings that it is called to, the schemes that its
orders cite. (Working groups are of members and counties, §2.2.4.)"""

from collections.abc import Callable

from django.db.models import Prefetch, Q

from incidents.api import answers, changed, lists
from incidents.api.matters import Matters
from incidents.api.views import etag_of
from incidents.changes import Since
from incidents.models import Meeting, Scheme, SchemeVersion
from incidents.querysets import sees_office_matters, visible_meetings, visible_orders, visible_schemes


class Readable(Matters):
    """Read by firms, never changed by them; its tag moves with anything that it tells."""

    def tag(self, row):
        return etag_of(self.shown(row))

    def all(self, request, changed: Callable[[Since], Q]):
        query = lists.Query(request)
        return lists.answer(request, query, self.rows(), ("-id",), self.shown, changed)


class OfMeetings(Readable):
    noun = "会议"
    visible = staticmethod(visible_meetings)

    def rows(self):
        rows = visible_meetings(self.caller.actors).select_related("incident")
        return rows.prefetch_related("called__body", "decisions__body")

    def shown(self, row: Meeting) -> dict:
        return {
            "number": row.number,
            "incident": row.incident.number,
            "kind": row.kind,
            "clause": row.clause,
            "status": row.status,
            "topic": row.topic,
            "means": row.means,
            "place": row.place,
            "starts_at": answers.time(row.starts_at),
            "convened_at": answers.time(row.convened_at),
            "held_at": answers.time(row.held_at),
            "cancelled_reason": row.cancelled_reason,
            "called": [
                {"body": one.body.code, "name": one.body.name, "presence": one.presence or None}
                for one in row.called.all()
            ],
            "words": row.words,
            "decisions": [
                {
                    "words": one.words,
                    "body": one.body and one.body.code,
                    "due_at": answers.time(one.due_at),
                }
                for one in row.decisions.all()
            ],
        }


class Meetings(OfMeetings):
    def get(self, request):
        """Meetings that the firm is called to (§5.3, 5.4.3)."""
        return self.all(request, changed.meetings)


class OneMeeting(OfMeetings):
    def get(self, request, number):
        """One meeting: when, where, and what was decided (§5.4.3)."""
        return self.whole(number)


class OfSchemes(Readable):
    noun = "方案"
    visible = staticmethod(visible_schemes)

    def rows(self):
        versions = SchemeVersion.objects.order_by("-version")
        if not sees_office_matters(self.caller.actors):
            versions = versions.filter(pk__in=visible_orders(self.caller.actors).values("scheme"))
        rows = visible_schemes(self.caller.actors).select_related("incident")
        return rows.prefetch_related(Prefetch("versions", versions, to_attr="shown_versions"))

    def shown(self, row: Scheme) -> dict:
        return {
            "number": row.number,
            "incident": row.incident.number,
            "title": row.title,
            "versions": [
                {
                    "version": one.version,
                    "status": one.status,
                    "assessment": one.assessment,
                    "measures": one.measures,
                    "resources": one.resources,
                    "decided_at": answers.time(one.decided_at),
                }
                for one in row.shown_versions
            ],
        }


class Schemes(OfSchemes):
    def get(self, request):
        """Schemes that an order to the firm cites, in the versions cited (§5.4.3)."""
        return self.all(request, changed.schemes)


class OneScheme(OfSchemes):
    def get(self, request, number):
        """One scheme, in the versions that the firm's orders cite (§5.4.3)."""
        return self.whole(number)
