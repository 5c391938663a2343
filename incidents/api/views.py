"""What all resources share: JSON only, one caller, times read from one clock, POSTs answered once."""

import hashlib
import json
from datetime import UTC, datetime
from functools import cached_property

from django.db import transaction
from django.http.request import RawPostDataException
from django.utils import timezone
from rest_framework.exceptions import APIException, UnsupportedMediaType
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.permissions import SAFE_METHODS
from rest_framework.response import Response
from rest_framework.views import APIView

from incidents import ledger
from incidents.api import throttling, visible
from incidents.api.idempotency import answer_once
from incidents.api.problems import Problem, ScopeMissing
from incidents.models import Incident, Scope
from incidents.refusals import NotFound, WrongState
from incidents.roles import Actor, Caller
from incidents.services import subject


class JsonAlways(DefaultContentNegotiation):
    """There is one kind of answer; asking for another is no reason to refuse."""

    def select_renderer(self, request, renderers, format_suffix=None):
        return renderers[0], renderers[0].media_type


class Resource(APIView):
    """A path of the API. A POST is written as `create(data)`, in one transaction, repeatable by its key."""

    content_negotiation_class = JsonAlways
    metadata_class = None
    code = ""
    """The act of the role table that its changing methods do."""

    reading_needs: str = Scope.READ
    writing_needs: str = Scope.REPORT
    """The scope that a key needs for GET, and for all else; a session has every one."""
    writes_count_as = "write"
    """The budget of all but GET (see `throttling`)."""

    @property
    def caller(self) -> Caller:
        return self.request.auth

    @cached_property
    def now(self):
        """The moment of the request: what is received, judged and answered in it happens at this time."""
        return timezone.now()

    def post(self, request, **path) -> Response:
        if not hasattr(self, "create"):
            return self.http_method_not_allowed(request)
        self.read_body(request)
        return answer_once(self, request, lambda: self._create(request, path))

    def read_body(self, request):
        """Parsed before all else, so that a repeated request is known by its meaning."""
        try:
            request.raw_body = request._request.body
        except RawPostDataException:
            raise UnsupportedMediaType(request.content_type) from None
        request.refusal_of_body = None
        try:
            request.data  # noqa: B018
        except APIException as refusal:
            request.refusal_of_body = refusal

    def meaning(self, request) -> str:
        """By what a repeated body is known: spaces and the order of names don't count."""
        if request.refusal_of_body:
            return request.raw_body.hex()
        return json.dumps(request.data, sort_keys=True, separators=(",", ":"))

    def keep(self, answer: dict) -> str:
        """How an answer is kept for a repeated request."""
        return json.dumps(answer, ensure_ascii=False)

    def recall(self, kept: str) -> dict:
        return json.loads(kept)

    def _create(self, request, path: dict) -> Response:
        if request.refusal_of_body:
            raise request.refusal_of_body
        return self.create(request.data, **path)

    def scope_of(self, method: str) -> str:
        return self.reading_needs if method in SAFE_METHODS else self.writing_needs

    def check_permissions(self, request):
        super().check_permissions(request)
        needed = self.scope_of(request.method)
        if request.method in self.allowed_methods and not self.caller.has_scope(needed):
            raise ScopeMissing(Scope(needed))

    @property
    def allowed_methods(self):
        unable = set() if hasattr(self, "create") else {"POST"}
        return [method for method in super().allowed_methods if method not in unable | {"OPTIONS"}]

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        if response.status_code == 401 and "Authorization" in request.headers:
            throttling.refuse(request._request)
        for name, value in throttling.headers(request._request).items():
            response.headers[name] = value
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    # — the incident that a path names —

    def find(self, number: str) -> Incident:
        incident = visible.incidents(self.caller.actors).filter(number=number).first()
        if incident is None:
            raise NotFound(f"没有编号为 {number} 的事件。", "not_found")
        return incident

    def lock(self, code: str, number: str, data: dict) -> tuple[Actor, Incident]:
        """The post to act in and the incident, locked; refuses in the plan's order: 404, 403, 412, 409.

        Only then is the body looked at (422). The service checks again; it is asked by other doors too.
        """
        assert transaction.get_connection().in_atomic_block
        found = self.find(number)
        actor = self.actor(code, data)
        try:
            incident = subject.locked(actor, code, number)
        except WrongState:
            self.refuse_if_unlike(found)
            raise
        self.refuse_if_unlike(incident)
        return actor, incident

    def actor(self, code: str, data: dict) -> Actor:
        """The post to act in; where a person holds several that may, the body names one by `post`."""
        post = data.get("post")
        return self.caller.actor_for(code, post if type(post) is int else None)

    def refuse_if_unlike(self, incident: Incident):
        """`If-Match` on a POST is honoured where one is sent."""
        if "If-Match" in self.request.headers:
            self.refuse_unless_matching(etag(incident))

    def need_match(self, tag: str):
        """PUT, PATCH and DELETE say what they have seen: 428 without `If-Match`, 412 when it moved on."""
        if "If-Match" not in self.request.headers:
            raise Problem(428, "if_match_needed", "修改须带 If-Match，值为最近一次读取所得的 ETag。")
        self.refuse_unless_matching(tag)

    def refuse_unless_matching(self, tag: str):
        sent = self.request.headers.get("If-Match")
        if not sent or sent.strip() == "*":
            return
        if tag not in [each.strip().removeprefix("W/") for each in sent.split(",")]:
            raise Problem(412, "moved_on", "您读取之后情况已有变化，请重新读取后再定。")


def etag_of(*facts) -> str:
    """Of what has no timeline of its own: moves when one of these facts does."""
    told = json.dumps(facts, default=_plain)
    return f'"{hashlib.sha256(told.encode()).hexdigest()[:16]}"'


def _plain(fact) -> str:
    """A moment is the same in every time zone."""
    return fact.astimezone(UTC).isoformat() if isinstance(fact, datetime) else str(fact)


def etag(incident: Incident) -> str:
    """How far the incident's timeline has come."""
    return f'"{ledger.last_seq(incident.chain)}"'
