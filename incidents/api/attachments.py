"""Attachments of an incident (§5.2.1): sent as `multipart/form-data`, handed out to be shown or saved, never executed."""

from typing import BinaryIO

from django.http import FileResponse
from django.utils.http import parse_etags
from rest_framework.response import Response

from incidents.api import answers, changed, lists
from incidents.api.serializers import Upload, stated, validated
from incidents.api.uploads import TakesFile, post_of
from incidents.api.views import Resource
from incidents.models import Attachment
from incidents.models.attachment import KeptFile
from incidents.services.report import attaching


class Attachments(TakesFile):
    """The attachments that the caller may see (§5.2.1)."""

    code = "attachment.add"
    writes_count_as = "filing"

    def get(self, request, number):
        query = lists.Query(request, "kind")
        rows = attaching.files_of([self.find(number)], self.caller.actors)
        rows = rows.filter(query.wanted(kind=query.choices("kind", Attachment.Kind.values)))
        return lists.answer(request, query, rows, ("serial",), lambda row: answer(self, row), changed.itself)

    def post(self, request, number):
        self.find(number)
        return super().post(request, number=number)

    def create(self, data, number):
        """Takes in one file; its type is known by its content, and it can't be taken away again (§5.2.1)."""
        given = self.given(data)
        actor, _ = self.lock(self.code, number, post_of(given))
        self.refuse_unless_one_file(given)
        fields = stated(validated(Upload, given))
        row = attaching.attach(actor=actor, number=number, file=self.file, now=self.now, **fields)
        shown = answer(self, row)
        return Response(shown, 201, headers={"Location": shown["url"]})


class OneAttachment(Resource):
    """The file itself; its `ETag` is its SHA-256, by which who has it is answered 304 (§5.2.1)."""

    def get(self, request, number, attachment):
        self.find(number)
        row, file = attaching.hand_out(
            actors=self.caller.actors, incident=number, number=attachment, now=self.now
        )
        return handed_out(request, row, file)


def handed_out(request, row: KeptFile, file: BinaryIO) -> Response | FileResponse:
    """The file, shown or saved; nothing to who has it already."""
    tag = f'"{row.sha256}"'
    if tag in parse_etags(request.headers.get("If-None-Match", "")):
        file.close()
        return Response(status=304, headers={"ETag": tag})
    return FileResponse(
        file,
        as_attachment=not row.is_shown_in_place,
        filename=row.name,
        content_type=row.media_type,
        headers=attaching.SAFE_HEADERS | {"ETag": tag},
    )


def answer(view: Resource, row: Attachment) -> dict:
    here = f"/api/v1/incidents/{row.incident.number}/attachments/{row.number}/"
    return {
        "number": row.number,
        "name": row.name,
        "note": row.note,
        "kind": row.kind,
        "media_type": row.media_type,
        "size": row.size,
        "sha256": row.sha256,
        "uploaded_at": answers.time(row.at),
        "organization": row.body.short_name,
        "url": view.request.build_absolute_uri(here),
    }
