"""Notices (通报, §5.2.4): what a firm was told, and that it has read it. Of another's incident it sees no more."""

from rest_framework.response import Response

from alerts.services import wire
from incidents.api import answers, lists
from incidents.api.views import Resource
from incidents.models import Notice, NoticeAddressee
from incidents.querysets import visible_notices
from incidents.services import informing


class Notices(Resource):
    def get(self, request):
        query = lists.Query(request, "read")
        rows = visible_notices(self.caller.actors).filter(status=Notice.Status.SENT)
        if chosen := query.choices("read", ["true", "false"]):
            bodies = informing.bodies_of(self.caller.actors)
            unread = NoticeAddressee.objects.filter(organization__in=bodies, read_at=None).values("notice")
            if chosen == ["false"]:
                rows = rows.filter(pk__in=unread)
            elif chosen == ["true"]:
                rows = rows.exclude(pk__in=unread)
        rows = rows.select_related("corrects", "corrected_by").prefetch_related(
            "addressees__organization__parent__parent"
        )
        return lists.answer(request, query, rows, ("-id",), lambda row: shown(row, self.caller.actors))


class NoticeRead(Resource):
    def create(self, data, id):
        number = informing.number_of(int(id), self.caller.actors)
        actor = self.actor("notice.read", data)
        row = informing.read(actor=actor, notice=number, now=self.now)
        return Response(shown(row, self.caller.actors))


def shown(row: Notice, actors) -> dict:
    """Needs its addressees at hand. `read_at`: when all of the caller's bodies had read it."""
    own = informing.own_rows(row, actors)
    read = [one.read_at for one in own]
    later = getattr(row, "corrected_by", None)
    return wire.notice(row) | {
        "clause": informing.CLAUSE,
        "read_at": answers.time(max(read)) if read and None not in read else None,
        "corrected_by": later.number if later and later.is_sent else None,
        "addressees": [one.organization.code for one in own],
    }
