"""`Idempotency-Key`: a POST that is sent again, after a lost answer say, has one effect and one answer.

The answer is committed in one transaction with the work it tells of. A refused request rolls its own work
back to a savepoint, and its refusal is kept like any other answer.
"""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone
from rest_framework.response import Response

from incidents.api import problems
from incidents.api.problems import Problem
from incidents.kept import kept
from incidents.models import IdempotentAnswer
from incidents.rows import insert

KEPT_FOR = timedelta(hours=24)
KEPT_REFUSALS = {400, 409, 422}
"""Beside 2xx. What may turn out otherwise next time (401, 403, 429, 5xx) is not kept."""

VALID = re.compile(r"[\x21-\x7e]([\x20-\x7e]{0,198}[\x21-\x7e])?")


def answer_once(view, request, work: Callable[[], Response]) -> Response:
    """The answer of `work`, or the first answer again if this caller's key has been seen on this path."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        with transaction.atomic():
            return work()
    if not VALID.fullmatch(key):
        raise Problem(400, "idempotency_key_invalid", "Idempotency-Key 须为 1 至 200 个可见 ASCII 字符。")
    scope = {
        "caller": _caller(request),
        "method": request.method,
        "path": request.path.rstrip("/"),
        "key": key,
    }
    with transaction.atomic():
        _lock(scope)
        body_hash = _body_hash(scope, view.meaning(request))
        earlier = _kept_answer.first(*scope.values())
        if earlier and earlier.created_at > timezone.now() - KEPT_FOR:
            return _again(earlier, body_hash)
        response = _answer(view, work)
        if response.status_code < 300 or response.status_code in KEPT_REFUSALS:
            answer = {
                "body_hash": body_hash,
                "status": response.status_code,
                "body": json.dumps(response.data, ensure_ascii=False),
                "created_at": timezone.now(),
            }
            if earlier:
                IdempotentAnswer.objects.filter(pk=earlier.pk).update(**answer)
            else:
                insert([IdempotentAnswer(**scope, **answer)])
        return response


@kept
def _kept_answer(caller, method, path, key):
    return IdempotentAnswer.objects.filter(caller=caller, method=method, path=path, key=key)


def _answer(view, work: Callable[[], Response]) -> Response:
    try:
        with transaction.atomic():
            return work()
    except Exception as error:
        return view.handle_exception(error)  # raises what is no refusal, which undoes all


def _again(earlier: IdempotentAnswer, body_hash: str) -> Response:
    if earlier.body_hash != body_hash:
        raise Problem(422, "idempotency_key_reused", "此 Idempotency-Key 已用于内容不同的请求。")
    response = Response(json.loads(earlier.body), earlier.status, headers={"Idempotent-Replayed": "true"})
    if earlier.status >= 400:
        response.content_type = problems.MEDIA_TYPE
    return response


def _caller(request) -> str:
    key = getattr(request.user, "key", None)
    return f"key:{key.pk}" if key else f"user:{request.user.pk}"


def _lock(scope: dict):
    """Held until the work is committed; a request that is still running is not waited for."""
    digest = hashlib.sha256("\n".join(scope.values()).encode()).digest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [int.from_bytes(digest[:8], signed=True)])
        if not cursor.fetchone()[0]:
            raise Problem(409, "idempotency_in_progress", "相同 Idempotency-Key 的请求仍在处理中，请稍候。")


def _body_hash(scope: dict, body: str) -> str:
    return hashlib.sha256("\n".join([scope["method"], scope["path"], body]).encode()).hexdigest()
