"""Ⅳ responses (§5.5): the firm starts and ends them; one already over is recorded in one act."""

from rest_framework.response import Response

from incidents.api.incidents import whole
from incidents.api.serializers import End, Past, Start, stated, validated
from incidents.api.views import Resource, etag
from incidents.models import Role
from incidents.refusals import wrong
from incidents.services.response import responding


class ResponseAct(Resource):
    """Ⅳ: the firm starts and ends it, now; what the office logs on its word may bear the time it told."""

    form, code = Start, "response.start"

    def create(self, data, number):
        actor, _ = self.lock(self.code, number, data)
        fields = stated(validated(self.form, data), "post")
        if "at" in fields and actor.role == Role.ENTERPRISE:
            raise wrong("/at", "office_only", "企业启动、结束响应以系统收到的时间为准，不能填写时间。", "5.5")
        self.act(actor=actor, number=number, now=self.now, **fields)
        incident = self.find(number)
        return Response(whole(self, incident), headers={"ETag": etag(incident)})


class ResponseStart(ResponseAct):
    """The firm starts its Ⅳ response, at the moment of the request (§5.5)."""

    act = staticmethod(responding.start_four)


class ResponseEnd(ResponseAct):
    """The firm ends its Ⅳ response, with the result (§5.5)."""

    form, code = End, "response.end"
    act = staticmethod(responding.end_four)


class ResponsePast(ResponseAct):
    """One already over when first reported, with both its times (§5.5)."""

    form = Past
    act = staticmethod(responding.record_past_four)
