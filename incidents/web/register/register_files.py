"""A file of a firm's register (§4.1), shown in a sandbox or saved."""

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET

from incidents.refusals import Refusal, WrongState
from incidents.services.register import register_files
from incidents.services.report import attaching
from incidents.web.caller import caller_of, signed_in


@signed_in
@require_GET
def one(request, number: str):
    try:
        row, file = register_files.hand_out(
            actors=caller_of(request).actors, number=number, now=timezone.now()
        )
    except WrongState as refusal:
        messages.error(request, str(refusal))
        return redirect("preparedness")
    except Refusal as refusal:
        raise Http404(refusal.detail) from refusal
    return FileResponse(
        file,
        as_attachment=not row.is_shown_in_place,
        filename=row.name,
        content_type=row.media_type,
        headers=attaching.SAFE_HEADERS,
    )
