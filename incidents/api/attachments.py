"""Attachments of an incident (§5.2.1): sent as `multipart/form-data`, handed out to be shown or saved, never executed."""

import json

from django.http import FileResponse
from django.utils.http import parse_etags
from rest_framework.exceptions import APIException, ParseError, UnsupportedMediaType
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from incidents.api import answers, changed, lists
from incidents.api.parsers import UNSTORABLE
from incidents.api.problems import Problem
from incidents.api.serializers import Upload, stated, validated
from incidents.api.views import Resource
from incidents.models import Attachment
from incidents.refusals import wrong
from incidents.services import attaching


class Form(MultiPartParser):
    def parse(self, stream, media_type=None, parser_context=None):
        try:
            return super().parse(stream, media_type, parser_context)
        except ParseError:
            raise ParseError("请求内容不是完整的 multipart/form-data。", "malformed_multipart") from None


class Attachments(Resource):
    """The attachments that the caller may see (§5.2.1)."""

    code = "attachment.add"
    writes_count_as = "filing"
    parser_classes = [Form]
    file: attaching.Received | None = None

    def get(self, request, number):
        query = lists.Query(request, "kind")
        rows = attaching.files_of([self.find(number)], self.caller.actors)
        rows = rows.filter(query.wanted(kind=query.choices("kind", Attachment.Kind.values)))
        return lists.answer(request, query, rows, ("serial",), lambda row: answer(self, row), changed.itself)

    def post(self, request, number):
        self.find(number)
        self.read_body(request)
        files = [] if request.refusal_of_body else request.FILES.getlist("file")
        if len(files) != 1:
            return super().post(request, number=number)
        with attaching.taken_in(files[0]) as self.file:
            return super().post(request, number=number)

    def read_body(self, request):
        if hasattr(request, "refusal_of_body"):
            return  # a form is read once
        request.refusal_of_body = None
        try:
            request.data  # noqa: B018
        except UnsupportedMediaType:
            words = "只接受 multipart/form-data，文件放在 file 字段。"
            request.refusal_of_body = Problem(415, "unsupported_media_type", words)
        except APIException as refusal:
            request.refusal_of_body = refusal

    def meaning(self, request) -> str:
        """The fields and the file's hash; boundaries don't count."""
        if request.refusal_of_body:
            return "unreadable"
        if not request.data:
            return "nothing"  # perhaps not even a form
        fields = {name: values for name, values in request.data.lists() if name not in request.FILES}
        files = sorted(name for name, _ in request.FILES.lists())
        came = self.file and [self.file.name, self.file.size, self.file.sha256]
        return json.dumps([fields, files, came], sort_keys=True)

    def create(self, data, number):
        """Takes in one file; its type is known by its content, and it can't be taken away again (§5.2.1)."""
        given = {name: value for name, value in data.items() if name not in self.request.FILES}
        post = given.pop("post", "")
        actor, _ = self.lock(self.code, number, {"post": int(post)} if _is_number(post) else {})
        if self.file is None:
            several = len(self.request.FILES.getlist("file")) > 1
            detail = "一次请求只收一个文件。" if several else "请附上文件（file 字段）。"
            raise wrong("/file", "too_many" if several else "required", detail, attaching.CLAUSE)
        for name in self.request.FILES:
            if name != "file":
                raise wrong(f"/{name[:50]}", "unknown_field", "没有这个字段。")
        if any(UNSTORABLE.search(value) for value in given.values()):
            raise ParseError("文本中含有空字符或不完整的字符。", "unstorable_text")
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


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16
