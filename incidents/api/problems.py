"""Every "no" of the API as a problem document (RFC 9457): a stable `code`, a Chinese `detail`, the `clause`.

Refusals of the services come through as they are; what DRF and Django refuse by themselves gets words here.
Nothing under `/api/` answers HTML: unknown paths, bad hosts and our own failures come by here too.
"""

import json
import logging
from collections.abc import Iterator

from django.core import exceptions as django_errors
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpResponse, HttpResponseBadRequest, HttpResponseServerError
from django.http.request import RawPostDataException, UnreadablePostError
from django.template import loader
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt
from django_guid import get_guid
from rest_framework import exceptions as drf_errors
from rest_framework.response import Response

from incidents.models import Scope
from incidents.refusals import FieldError, Invalid, Refusal, WrongState

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
MOST_ERRORS = 50
"""A body of a hundred thousand wrong names is not answered name by name."""

TITLES = {
    400: "请求无法理解",
    401: "未通过身份验证",
    403: "无此权限",
    404: "没有找到",
    405: "不支持的方法",
    409: "当前状态不允许",
    412: "情况已有变化",
    413: "请求内容过大",
    415: "不支持的内容类型",
    422: "内容有误",
    428: "须带 If-Match",
    429: "请求过于频繁",
    500: "系统内部错误",
    503: "系统繁忙",
}


class Problem(Refusal):
    """A refusal of the API itself, of any status: `Problem(412, "moved_on", "…")`."""

    def __init__(self, status: int, code: str, detail: str, errors: list | None = None):
        super().__init__(detail, code, errors=errors or [])
        self.status, self.title = status, TITLES[status]


class ScopeMissing(Problem):
    """The key does not have this scope; the document names it in `scope` as well."""

    def __init__(self, scope: Scope):
        super().__init__(403, "scope_missing", f"此接口密钥没有“{scope.label}”（{scope.value}）权限。")
        self.more = {"scope": scope.value}


def document(status: int, code: str, detail: str, *, title="", clause="", errors=(), **more) -> dict:
    problem = {
        "type": f"urn:problem-type:{code}",
        "title": title or TITLES.get(status, "请求被拒绝"),
        "status": status,
        "detail": detail,
        "code": code,
        "clause": clause,
        "errors": [_error(error) for error in errors][:MOST_ERRORS],
        "request_id": get_guid(),
        **more,
    }
    return {name: value for name, value in problem.items() if value or name in ("status", "errors")}


def _error(error: FieldError) -> dict:
    shown = {"pointer": error.pointer, "code": error.code, "detail": error.detail}
    return shown | ({"clause": error.clause} if error.clause else {})


def handle_exception(error: Exception, context: dict) -> Response | None:
    """DRF's hook. `None` lets the error through to Django, which logs it and asks `handler500`."""
    if isinstance(error, (OperationalError, InterfaceError)):
        logger.exception("The database refused or could not be reached")
        busy = document(503, "busy", "系统繁忙，请稍后以相同的 Idempotency-Key 重试。")
        return _response(busy, {"Retry-After": "1"})
    problem = _of_ours(error) or _of_drf(error) or _of_django(error)
    return problem and _response(problem, _headers(error))


def _response(problem: dict, headers: dict | None = None) -> Response:
    return Response(problem, problem["status"], headers=headers, content_type=MEDIA_TYPE)


def _headers(error: Exception) -> dict:
    headers = {}
    if header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = header
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait) + 1)
    return headers


# What our services refuse ------------------------------------------------------------------------


def _of_ours(error: Exception) -> dict | None:
    if not isinstance(error, Refusal):
        return None
    more = getattr(error, "more", {})
    if isinstance(error, WrongState):
        more = {"missing": error.missing, "meanwhile": error.meanwhile}
    return document(
        error.status,
        error.code,
        error.detail,
        title=error.title,
        clause=error.clause,
        errors=error.errors,
        **more,
    )


# What DRF refuses --------------------------------------------------------------------------------

WORDS = {
    drf_errors.NotAuthenticated: "请在 Authorization 头中提供接口密钥：Bearer <密钥>。",
    drf_errors.MethodNotAllowed: "此路径不支持该方法；支持的方法见 Allow 头。",
    drf_errors.NotFound: "没有这个路径或对象。",
    drf_errors.PermissionDenied: "无权进行此操作。",
    drf_errors.Throttled: "请求过于频繁，请按 Retry-After 稍后再试。",
    drf_errors.UnsupportedMediaType: "只接受 application/json（UTF-8，未压缩）。",
}


def _of_drf(error: Exception) -> dict | None:
    if isinstance(error, drf_errors.ValidationError):
        return _of_ours(Invalid(*list(field_errors(error.detail))[:MOST_ERRORS]))
    if not isinstance(error, drf_errors.APIException):
        return None
    detail, code = str(error.detail), getattr(error.detail, "code", error.default_code)
    if code == error.default_code:  # DRF's own words, not ours
        detail = WORDS.get(type(error), detail)
    return document(error.status_code, code, detail)


def field_errors(detail, pointer: str = "") -> Iterator[FieldError]:
    """DRF's nested errors as a flat list with RFC 6901 pointers."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            step = "" if name == "non_field_errors" else f"/{escaped(name)}"
            yield from field_errors(inner, pointer + step)
    elif isinstance(detail, list):
        for inner in detail:
            yield from field_errors(inner, pointer)
    else:
        yield FieldError(pointer, str(detail.code), str(detail), getattr(detail.code, "clause", ""))


def escaped(name) -> str:
    return str(name)[:100].replace("~", "~0").replace("/", "~1")


# What Django refuses -----------------------------------------------------------------------------


def _of_django(error: Exception) -> dict | None:
    if isinstance(error, django_errors.RequestDataTooBig):
        return document(413, "too_large", "请求内容过大。")
    if isinstance(error, Http404):
        return document(404, "not_found", WORDS[drf_errors.NotFound])
    if isinstance(error, django_errors.PermissionDenied):
        return document(403, "permission_denied", WORDS[drf_errors.PermissionDenied])
    if isinstance(error, django_errors.ValidationError):
        by_field = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        wrong = [
            FieldError(f"/{escaped(name)}" if name and name != "__all__" else "", "invalid", message)
            for name, messages in by_field.items()
            for message in messages
        ]
        return _of_ours(Invalid(*wrong))
    if isinstance(error, RawPostDataException):
        return document(415, "unsupported_media_type", WORDS[drf_errors.UnsupportedMediaType])
    if isinstance(error, (django_errors.BadRequest, django_errors.SuspiciousOperation, UnreadablePostError)):
        return document(400, "bad_request", "请求无法理解。")
    return None


# Where no view of ours is reached ----------------------------------------------------------------


def plain(problem: dict) -> HttpResponse:
    text = json.dumps(problem, ensure_ascii=False)
    return HttpResponse(text, status=problem["status"], content_type=MEDIA_TYPE)


def is_api(request) -> bool:
    return request.path_info == "/api" or request.path_info.startswith("/api/")


@csrf_exempt
def unknown_path(request, *args, **kwargs) -> HttpResponse:
    return plain(document(404, "unknown_path", "接口没有这个路径。"))


def handler400(request, exception) -> HttpResponse:
    if not is_api(request):
        return HttpResponseBadRequest(_bare_page("400.html", request))
    if isinstance(exception, django_errors.RequestDataTooBig):
        return plain(document(413, "too_large", "请求内容过大。"))
    if isinstance(exception, django_errors.DisallowedHost):
        return plain(document(400, "bad_host", "请求的 Host 头不是本系统的地址。"))
    return plain(document(400, "bad_request", "请求无法理解。"))


def handler403(request, exception) -> HttpResponse:
    if not is_api(request):
        return defaults.permission_denied(request, exception)
    return plain(document(403, "permission_denied", WORDS[drf_errors.PermissionDenied]))


def handler404(request, exception) -> HttpResponse:
    return unknown_path(request) if is_api(request) else defaults.page_not_found(request, exception)


def handler500(request) -> HttpResponse:
    if not is_api(request):
        return HttpResponseServerError(_bare_page("500.html", request))
    words = "系统内部错误，请求没有生效；可用相同的 Idempotency-Key 重试。"
    return plain(document(500, "internal_error", words))


def _bare_page(template: str, request) -> str:
    """Without the frame that other pages have, which may be what failed; with the number to tell on the telephone, and the
    drill that the request was known to be in: nothing is asked of the database."""
    shown = {"request_id": get_guid(), "drill": getattr(request, "drill", None)}
    return loader.get_template(template).render(shown)
