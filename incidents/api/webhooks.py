"""Webhooks: where a firm's own system wants to be told, what it was told, and what came of it.

A secret is answered once, where it is made; the answer that is kept for a repeated request is sealed.
"""

from django.db import transaction
from rest_framework.response import Response

from alerts.channels import sealing, signing
from alerts.models import DeliveryState, Webhook, WebhookAttempt, WebhookDelivery
from alerts.models.webhook import IN_STATE
from alerts.services.webhook_types import TYPES
from alerts.services.wire import time
from incidents.api import changed, lists
from incidents.api.fields import Body, Count, Flag, Text, Texts
from incidents.api.problems import Problem, ScopeMissing
from incidents.api.serializers import Bare, stated, validated
from incidents.api.views import Resource, etag_of
from incidents.models.access import Scope
from incidents.services.identity import webhooks as service
from incidents.services.identity.webhooks import CODE, Wish


class Wanted(Body):
    """`POST webhooks/` and `PATCH`: what is left out stays; at the making, all events are told."""

    url = Text(2000)
    description = Text(100)
    events = Texts(40)
    is_active = Flag()
    post = Count()


class OfWebhooks(Resource):
    code = CODE
    writing_needs = Scope.ORDERS
    """Who diverts a webhook silences orders. And as it tells what a key that may read could ask for, a key needs that too:
    none gets more by a webhook than it has."""

    def check_permissions(self, request):
        super().check_permissions(request)
        if not self.caller.has_scope(Scope.READ):
            raise ScopeMissing(Scope.READ)

    def find_hook(self, hook: str) -> Webhook:
        return service.find(self.caller.actors, int(hook))

    def actor_of(self, hook: str, data: dict):
        """404 before 403, then whose post it is."""
        self.find_hook(hook)
        return self.actor(CODE, data)

    def keep(self, answer: dict) -> str:
        return sealing.seal(answer)

    def recall(self, kept: str) -> dict:
        try:
            return sealing.unseal(kept)
        except sealing.Unreadable:
            detail = (
                "这个请求已经办理过；系统已更换封存密钥，当时的答复读不出了。请查询现状，需要时更换签名密钥。"
            )
            raise Problem(409, "answer_unreadable", detail) from None


class Webhooks(OfWebhooks):
    """Where the firm's own system is told of orders, reminders, breaches and warnings (§5.2.3)."""

    def get(self, request):
        query = lists.Query(request)
        rows = service.visible(self.caller.actors)
        return lists.answer(request, query, rows, ("-id",), shown, changed.itself)

    def create(self, data):
        actor = self.actor(CODE, data)
        wish = Wish(**stated(validated(Wanted, data), "post"))
        hook, secret = service.add(actor=actor, wish=wish, now=self.now)
        where = f"{self.request.path.rstrip('/')}/{hook.pk}/"
        headers = {"Location": where, "ETag": tag(hook)}
        return Response(shown(hook) | {"secret": secret}, 201, headers=headers)


class OneWebhook(OfWebhooks):
    """One webhook: read, changed and removed for good with `If-Match` (§5.2.3)."""

    def get(self, request, hook):
        return whole(self.find_hook(hook))

    def patch(self, request, hook):
        with transaction.atomic():
            actor = self._taken(request, hook)
            wish = Wish(**stated(validated(Wanted, request.data), "post"))
            return whole(service.change(actor=actor, hook_id=int(hook), wish=wish, now=self.now))

    def delete(self, request, hook):
        with transaction.atomic():
            service.remove(actor=self._taken(request, hook), hook_id=int(hook), now=self.now)
            return Response(status=204)

    def _taken(self, request, hook):
        data = request.data if isinstance(request.data, dict) else {}
        actor = self.actor_of(hook, data)
        row = service.locked(actor, int(hook))
        self.need_match(tag(row))
        return actor


class RotateSecret(OfWebhooks):
    """A new secret; for a day what is sent is signed with the old one too (§5.2.3)."""

    def create(self, data, hook):
        actor = self.actor_of(hook, data)
        self.refuse_unless_matching(tag(service.locked(actor, int(hook))))
        validated(Bare, data)
        row, secret = service.rotate(actor=actor, hook_id=int(hook), now=self.now)
        until = {"previous_valid_until": time(self.now + signing.OVERLAP)}
        return Response(shown(row) | {"secret": secret} | until, headers={"ETag": tag(row)})


class Test(OfWebhooks):
    """Sends `webhook.test` at once (§5.2.3)."""

    def create(self, data, hook):
        actor = self.actor_of(hook, data)
        validated(Bare, data)
        return accepted(self, hook, service.test(actor=actor, hook_id=int(hook), now=self.now))


class Deliveries(OfWebhooks):
    """What was sent and what came of it, the newest first (§5.2.3)."""

    code = ""

    def get(self, request, hook):
        row = self.find_hook(hook)
        query = lists.Query(request, "state", "event")
        rows = row.deliveries.select_related("event")
        if states := query.choices("state", DeliveryState.values):
            chosen = IN_STATE[states[0]]
            for state in states[1:]:
                chosen |= IN_STATE[state]
            rows = rows.filter(chosen)
        if types := query.choices("event", list(TYPES)):
            rows = rows.filter(event__type__in=types)
        return lists.answer(request, query, rows, ("-id",), delivery, changed.itself)


class OneDelivery(OfWebhooks):
    """One delivery with its payload and attempts (§5.2.3)."""

    code = ""

    def get(self, request, hook, delivery):
        return Response(whole_delivery(service.find_delivery(self.find_hook(hook), int(delivery))))


class Replay(OfWebhooks):
    """Sends the same message once more, under its old number, by which a receiver knows it (§5.2.3)."""

    def create(self, data, hook, delivery):
        actor = self.actor_of(hook, data)
        service.find_delivery(self.find_hook(hook), int(delivery))
        validated(Bare, data)
        again = service.replay(actor=actor, hook_id=int(hook), delivery_id=int(delivery), now=self.now)
        return accepted(self, hook, again)


def accepted(view: Resource, hook: str, row: WebhookDelivery) -> Response:
    """It is on its way; what came of it is told there."""
    path = view.request.path
    where = f"{path[: path.index('webhooks/')]}webhooks/{hook}/deliveries/{row.pk}/"
    return Response(whole_delivery(row), 202, headers={"Location": where})


# — the wire's names —


def shown(row: Webhook) -> dict:
    return {
        "id": row.pk,
        "enterprise": row.enterprise.code,
        "url": row.url,
        "description": row.description,
        "events": row.events,
        "is_active": row.is_active,
        "off_because": row.off_because or None,
        "is_test": row.is_test,
        "created_at": time(row.created_at),
        "secret_changed_at": time(row.secret_changed_at),
        "last_success_at": time(row.last_success_at),
        "failing_since": time(row.failing_since),
        "failures": row.failures,
        "last_error": row.last_error,
    }


def tag(row: Webhook) -> str:
    """Moves with what one sets, not with what is sent."""
    return etag_of(row.url, row.description, row.events, row.off_because, row.secret_changed_at)


def whole(row: Webhook) -> Response:
    return Response(shown(row), headers={"ETag": tag(row)})


def delivery(row: WebhookDelivery) -> dict:
    return {
        "id": row.pk,
        "message_id": row.event.message,
        "event": row.event.type,
        "state": str(row.state),
        "created_at": time(row.created_at),
        "tries": row.tries,
        "next_attempt_at": time(row.next_attempt_at),
        "delivered_at": time(row.delivered_at),
        "given_up_at": time(row.given_up_at),
        "last_status": row.last_status,
        "last_error": row.last_error,
        "replay_of": row.replay_of_id,
    }


def whole_delivery(row: WebhookDelivery) -> dict:
    """With what was sent (null once it is pruned), and each attempt."""
    attempts = [attempt(each) for each in row.attempts.all()]
    return delivery(row) | {"payload": row.event.payload or None, "attempts": attempts}


def attempt(row: WebhookAttempt) -> dict:
    return {
        "at": time(row.at),
        "milliseconds": row.milliseconds,
        "status": row.status,
        "error": row.error,
        "answer": row.answer,
    }
