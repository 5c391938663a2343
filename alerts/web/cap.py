"""Bulletins as CAP 1.2 for everyone (§4.4: what is issued is public): an Atom feed, and each message under its name.

No account is asked for: a message holds the seven contents and no person. An exercise's is shown to those alone who
see its warning.
"""

import hashlib
from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.views.decorators.http import require_safe

from alerts import cap
from alerts.cap.message import MIME
from alerts.models import CapMessage, Warning
from incidents.models import Organization
from incidents.web.caller import caller_of

MOST = 50
LIFTED_STAYS = timedelta(days=3)
"""Who asks once a day still learns that a warning was lifted."""


def current(now):
    """What the feed carries: every message of the warnings in force, and of those lifted not long ago; newest first."""
    lifted = Q(bulletin__warning__lifted_at__gt=now - LIFTED_STAYS)
    in_force = Q(bulletin__warning__status=Warning.Status.ISSUED)
    return CapMessage.objects.filter(in_force | lifted, status=CapMessage.Status.ACTUAL)[:MOST]


@require_safe
def feed(request):
    messages = list(current(timezone.now()))
    base = settings.BASE_URL or request.build_absolute_uri("/").rstrip("/")
    etag = _digest(base, *(message.identifier for message in messages))
    latest = max((message.sent for message in messages), default=None)
    answer = get_conditional_response(request, etag=etag, last_modified=latest and int(latest.timestamp()))
    if answer is None:
        publisher = Organization.objects.filter(kind=Organization.Kind.HEADQUARTERS).order_by("pk").first()
        author = publisher.name if publisher else "预警发布机关"
        body = cap.feed(
            [cap.parse(message.text.encode()).messages[0] for message in messages],
            url=base + reverse("cap-feed"),
            title=f"{author}预警信息",
            author=author,
            updated=latest or timezone.now(),
            link=lambda message: base + reverse("cap-message", args=[message.identifier]),
        )
        answer = HttpResponse(body, content_type="application/atom+xml; charset=utf-8")
    return _dated(answer, etag, latest)


@require_safe
def message(request, identifier: str):
    found = None if "\0" in identifier else CapMessage.objects.filter(identifier=identifier).first()
    if found is None or not _may_see(request, found):
        raise Http404("没有这份预警报文。")
    etag = _digest(found.text)
    sent = int(found.sent.timestamp())
    answer = get_conditional_response(request, etag=etag, last_modified=sent)
    if answer is None:
        answer = HttpResponse(found.text, content_type=f"{MIME}; charset=utf-8")
        answer["Content-Disposition"] = f'inline; filename="{identifier}.xml"'
    answer = _dated(answer, etag, found.sent)
    if found.status != CapMessage.Status.ACTUAL:
        answer["Cache-Control"] = "private, no-store"
    return answer


def _may_see(request, found: CapMessage) -> bool:
    if found.status == CapMessage.Status.ACTUAL:
        return True
    seen = Warning.with_drills.visible_to(caller_of(request).actors)
    return seen.filter(bulletins=found.bulletin_id).exists()


def _digest(*texts: str) -> str:
    return quote_etag(hashlib.sha256("\n".join(texts).encode()).hexdigest()[:32])


def _dated(answer: HttpResponse, etag: str, at) -> HttpResponse:
    answer["ETag"] = etag
    if at:
        answer["Last-Modified"] = http_date(at.timestamp())
    answer["Cache-Control"] = "no-cache"
    return answer
