"""A path that takes one file as `multipart/form-data`: read once, on the disk before the work begins, known by its hash."""

import json

from rest_framework.exceptions import APIException, ParseError, UnsupportedMediaType
from rest_framework.parsers import MultiPartParser

from incidents.api.parsers import UNSTORABLE, StrictJSONParser
from incidents.api.problems import Problem
from incidents.api.views import Resource
from incidents.refusals import wrong
from incidents.services.report import attaching


class Form(MultiPartParser):
    def parse(self, stream, media_type=None, parser_context=None):
        try:
            return super().parse(stream, media_type, parser_context)
        except ParseError:
            raise ParseError("请求内容不是完整的 multipart/form-data。", "malformed_multipart") from None


class TakesFile(Resource):
    parser_classes = [Form]
    file: attaching.Received | None = None

    def post(self, request, **path):
        self.read_body(request)
        files = [] if request.refusal_of_body else request.FILES.getlist("file")
        if len(files) != 1:
            return super().post(request, **path)
        with attaching.taken_in(files[0]) as self.file:
            return super().post(request, **path)

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

    def given(self, data) -> dict:
        """The fields beside the file."""
        return {name: value for name, value in data.items() if name not in self.request.FILES}

    def refuse_unless_one_file(self, given: dict):
        if self.file is None:
            several = len(self.request.FILES.getlist("file")) > 1
            detail = "一次请求只收一个文件。" if several else "请附上文件（file 字段）。"
            raise wrong("/file", "too_many" if several else "required", detail, attaching.CLAUSE)
        for name in self.request.FILES:
            if name != "file":
                raise wrong(f"/{name[:50]}", "unknown_field", "没有这个字段。")
        if any(UNSTORABLE.search(str(value)) for value in given.values()):
            raise ParseError("文本中含有空字符或不完整的字符。", "unstorable_text")


class MayTakeFile(TakesFile):
    """A path that takes the same fields as JSON, or as a form with a file."""

    parser_classes = [StrictJSONParser, Form]

    @property
    def is_form(self) -> bool:
        return (self.request.content_type or "").lower().startswith("multipart/form-data")

    @property
    def way(self) -> type[Resource]:
        return TakesFile if self.is_form else Resource

    def post(self, request, **path):
        return self.way.post(self, request, **path)

    def read_body(self, request):
        self.way.read_body(self, request)

    def meaning(self, request) -> str:
        return self.way.meaning(self, request)

    def said(self, data) -> dict:
        """The fields, however they came, before any is judged."""
        if not self.is_form:
            return data
        given = self.given(data)
        return given | post_of(given)

    def file_sent(self, said: dict) -> dict:
        """The file as the use case takes it; a form has one."""
        if not self.is_form:
            return {}
        self.refuse_unless_one_file(said)
        return {"file": self.file}


def post_of(given: dict) -> dict:
    """A form's `post`, taken out of it, as the number that it is elsewhere."""
    post = given.pop("post", "")
    return {"post": int(post)} if post.isascii() and post.isdigit() and len(post) < 16 else {}
