"""信息发布 for the public (§5.2.5): without login, session or cookie, so that anybody's cache may keep it."""

import hashlib

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_GET, require_safe

from incidents.models import PublicRelease
from incidents.web.identity.accounts import the_office

PER_PAGE = 30
SECONDS = 60
ROBOTS = "User-agent: *\nAllow: {public}\nAllow: /static/\nDisallow: /\n"


@require_safe
def index(request):
    """Newest first; a version that a newer one took the place of is reached from that one."""
    rows = _published().select_related("superseded_by").order_by("-published_at", "-pk")
    current = [row for row in rows if row.successor is None]
    page = Paginator(current, PER_PAGE).get_page(request.GET.get("page"))
    return _page(request, "public/index.html", {"page": page})


@require_safe
def release(request, number: str):
    found = None if "\0" in number else _published().filter(number=number).first()
    if found is None:
        raise Http404("没有这条信息。")
    earlier, before = [], found.supersedes
    while before:
        if before.published_at:
            earlier.append(before)
        before = before.supersedes
    return _page(request, "public/release.html", {"release": found, "earlier": earlier})


@require_GET
def robots(request):
    return HttpResponse(ROBOTS.format(public=reverse("public")), content_type="text/plain")


def _published():
    rows = PublicRelease.objects.filter(published_at__isnull=False, incident__is_drill=False)
    return rows.select_related("supersedes", "superseded_by")


def _page(request, template: str, context: dict) -> HttpResponse:
    """Without the request in the template nothing of a person or a session can get in."""
    text = render_to_string(template, context | {"office": the_office()})
    tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:20]}"'
    same = tag in request.headers.get("If-None-Match", "")
    response = HttpResponseNotModified() if same else HttpResponse(text)
    response["ETag"] = tag
    response["Cache-Control"] = f"public, max-age={SECONDS}"
    return response
