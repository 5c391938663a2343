"""A paper that leaves the system as a Word file: whoever takes it leaves a row of the ledger (domain §6)."""

from hashlib import sha256

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from incidents.documents.paper import CONTENT_TYPE, Paper
from incidents.services.closure import exporting
from incidents.web.caller import caller_of


def take_away(request, paper: Paper, name: str) -> HttpResponse:
    """The paper as a file of that name (without its ending)."""
    content = paper.to_bytes()
    exporting.note_export(
        actor=caller_of(request).actors[0],
        what=name,
        sha256=sha256(content).hexdigest(),
        now=timezone.now(),
    )
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{name}.docx")
    return response
