"""A form that is sent twice (a double click, a reload, a restored draft) does its work once."""

import hashlib
from collections.abc import Callable
from datetime import datetime

from django.db import IntegrityError, transaction

from incidents.models import IdempotentAnswer, User


def once(person: User, path: str, token: str, now: datetime, work: Callable[[], str]) -> tuple[str, bool]:
    """Does `work` and remembers its answer under the form's token, in one transaction; or answers again.

    The row is written before the work, so that the second of two at once waits for the first and then finds
    its answer. Returns the answer, and whether it was done now.
    """
    key = {"caller": f"user:{person.pk}", "method": "POST", "path": path[:200], "key": token[:200]}
    digest = hashlib.sha256(token.encode()).hexdigest()
    if (answer := _answer(key)) is not None:
        return answer, False
    try:
        with transaction.atomic():
            row = IdempotentAnswer.objects.create(
                **key, body_hash=digest, status=303, body="", created_at=now
            )
            row.body = work()
            row.save(update_fields=["body"])
            return row.body, True
    except IntegrityError:
        if (answer := _answer(key)) is None:
            raise
        return answer, False


def _answer(key: dict) -> str | None:
    return IdempotentAnswer.objects.filter(**key).values_list("body", flat=True).first()
