"""`Idempotency-Key`: a POST that is sent again, after a lost answer say, has one effect and one answer.

The answer is committed in one transaction with the work it tells of. A refused request rolls its own work
back to a savepoint, and its refusal is kept like any other answer.
"""

import hashlib
import re
from collections.abc import Callable
from functools import partial

from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from rest_framework.response import Response

from incidents.api import problems
from incidents.api.problems import Problem
from incidents.models import IdempotentAnswer
from incidents.prepared import Prepared, execute
from incidents.rows import insert, made, together
from incidents.services.transaction import undone_by_caller

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
        earlier = _locked(scope)
        body_hash = _body_hash(scope, view.meaning(request))
        if earlier and earlier.created_at > timezone.now() - IdempotentAnswer.KEPT_FOR:
            return _again(view, earlier, body_hash)
        keep = partial(_keep, view, scope, earlier, body_hash)
        to_tell = list(connection.run_on_commit)
        try:
            with undone_by_caller(), together({IdempotentAnswer: 1}):
                return keep(work())
        except DatabaseError:
            raise  # its transaction is lost, and perhaps its connection
        except Exception as error:
            refusal = view.handle_exception(error)  # raises what is no refusal, which undoes all
            _undo_work()
            connection.run_on_commit = to_tell
            return keep(refusal)


def _keep(
    view, scope: dict, earlier: IdempotentAnswer | None, body_hash: str, response: Response
) -> Response:
    if response.status_code < 300 or response.status_code in KEPT_REFUSALS:
        answer = {
            "body_hash": body_hash,
            "status": response.status_code,
            "body": view.keep(response.data),
            "location": response.headers.get("Location", ""),
            "etag": response.headers.get("ETag", ""),
            "created_at": timezone.now(),
        }
        if not (earlier and IdempotentAnswer.objects.filter(pk=earlier.pk).update(**answer)):
            insert([made(IdempotentAnswer, **scope, **answer)])
    return response


def _undo_work():
    transaction.set_rollback(False)
    with connection.cursor() as cursor:
        cursor.execute(f"ROLLBACK TO {BEFORE_WORK}")


def _again(view, earlier: IdempotentAnswer, body_hash: str) -> Response:
    if earlier.body_hash != body_hash:
        raise Problem(422, "idempotency_key_reused", "此 Idempotency-Key 已用于内容不同的请求。")
    told = {"Location": earlier.location, "ETag": earlier.etag, "Idempotent-Replayed": "true"}
    headers = {name: value for name, value in told.items() if value}
    response = Response(view.recall(earlier.body), earlier.status, headers=headers)
    if earlier.status >= 400:
        response.content_type = problems.MEDIA_TYPE
    return response


def _caller(request) -> str:
    key = getattr(request.user, "key", None)
    return f"key:{key.pk}" if key else f"user:{request.user.pk}"


BEFORE_WORK = "before_work"
LOCK = f"""SELECT set_config('zmd.locked', pg_try_advisory_xact_lock(%s)::text, true);
SAVEPOINT {BEFORE_WORK}"""
RECALLED = ("id", "body_hash", "status", "body", "location", "etag", "created_at")
EARLIER = Prepared(
    "earlier_answer",
    f"""SELECT current_setting('zmd.locked') = 'true', {", ".join(RECALLED)}
    FROM (SELECT) nothing LEFT JOIN {IdempotentAnswer._meta.db_table}
    ON (caller, method, path, key) = ($1, $2, $3, $4)""",
    ["text"] * 4,
)
"""One round trip with the lock. What is on record is looked for by a statement of its own, which sees what was committed
before the lock was free; to the savepoint a refusal rolls back, and the commit releases it."""


def _locked(scope: dict) -> IdempotentAnswer | None:
    """The answer on record, under a lock that is held until the work is committed; a request that is still running is
    not waited for."""
    digest = hashlib.sha256("\n".join(scope.values()).encode()).digest()
    with connection.cursor() as cursor:
        lock = int.from_bytes(digest[:8], signed=True)
        execute(cursor, (LOCK, [lock]), (EARLIER, list(scope.values())))
        is_ours, *told = cursor.fetchone()
    if not is_ours:
        raise Problem(409, "idempotency_in_progress", "相同 Idempotency-Key 的请求仍在处理中，请稍候。")
    return IdempotentAnswer(**dict(zip(RECALLED, told, strict=True))) if told[0] else None


def _body_hash(scope: dict, body: str) -> str:
    return hashlib.sha256("\n".join([scope["method"], scope["path"], body]).encode()).hexdigest()
