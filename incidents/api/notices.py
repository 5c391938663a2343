"""Notices (通报, §5.2.4): what a firm was told, and that it has read it. Of another's incident it sees no more."""

from rest_framework.response import Response

from alerts.services import wire
from incidents.api import answers, changed, lists
from incidents.api.serializers import Bare, validated
from incidents.api.views import Resource, etag_of
from incidents.models import Notice, NoticeAddressee, Scope
from incidents.paper_sight import visible_notices
from incidents.refusals import NotFound
from incidents.services import subject
from incidents.services.notice import informing, notice_reading

ADDRESSEES = "addressees__organization__parent__parent"


class Notices(Resource):
    def get(self, request):
        """Notices sent to the firm and those below it; `?read=false` for those not yet read (§5.2.4)."""
        query = lists.Query(request, "read")
        rows = visible_notices(self.caller.actors).filter(status=Notice.Status.SENT)
        if chosen := query.choices("read", ["true", "false"]):
            bodies = notice_reading.bodies_of(self.caller.actors)
            unread = NoticeAddressee.objects.filter(organization__in=bodies, read_at=None).values("notice")
            if chosen == ["false"]:
                rows = rows.filter(pk__in=unread)
            elif chosen == ["true"]:
                rows = rows.exclude(pk__in=unread)
        rows = rows.select_related("corrects", "corrected_by").prefetch_related(ADDRESSEES)
        return lists.answer(
            request, query, rows, ("-id",), lambda row: shown(row, self.caller.actors), changed.notices
        )


class OneNotice(Resource):
    def get(self, request, id):
        """One notice, and when it was read for the firm (§5.2.4)."""
        return whole(found(self, id), self.caller.actors)


class NoticeRead(Resource):
    """The firm, and those below it, have read it (§5.2.4)."""

    code = "notice.read"
    writing_needs = Scope.ORDERS

    def create(self, data, id):
        row = found(self, id)
        actor = self.actor(self.code, data)
        subject.locked_with(actor, self.code, visible_notices([actor]), row.number, "通报")
        self.refuse_unless_matching(tag(found(self, id), self.caller.actors))
        validated(Bare, data)
        notice_reading.read(actor=actor, notice=row.number, now=self.now)
        return whole(found(self, id), self.caller.actors)


def found(view: Resource, id: str) -> Notice:
    rows = visible_notices(view.caller.actors).filter(status=Notice.Status.SENT, pk=int(id))
    row = rows.select_related("corrects", "corrected_by").prefetch_related(ADDRESSEES).first()
    if row is None:
        raise NotFound(f"没有编号为 {id} 的通报。", "not_found")
    return row


def tag(row: Notice, actors) -> str:
    return etag_of(shown(row, actors))


def whole(row: Notice, actors) -> Response:
    return Response(shown(row, actors), headers={"ETag": tag(row, actors)})


def shown(row: Notice, actors) -> dict:
    """Needs its addressees at hand. `read_at`: when all of the caller's bodies had read it."""
    own = notice_reading.own_rows(row, actors)
    read = [one.read_at for one in own]
    later = getattr(row, "corrected_by", None)
    return wire.notice(row) | {
        "clause": informing.CLAUSE,
        "read_at": answers.time(max(read)) if read and None not in read else None,
        "corrected_by": later.number if later and later.is_sent else None,
        "addressees": [one.organization.code for one in own],
        "actions": answers.actions_of(["notice.read"] if None in read else [], id=row.pk),
    }
