"""Refusals: every "no" of the system names its rule in words, a stable code and the plan's clause.

They come in one order: does it exist for you (404), may your post do it (403), does the state allow
it (409), are the fields right (422).
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class FieldError:
    """One wrong field. `pointer` is an RFC 6901 path into what was sent, e.g. `/report/deaths`."""

    pointer: str
    code: str
    detail: str
    clause: str = ""


@dataclass
class Refusal(Exception):
    detail: str
    code: str = "refused"
    clause: str = ""
    errors: list[FieldError] = field(default_factory=list)

    status = 400
    title = "请求被拒绝"

    def __str__(self):
        return f"{self.detail}（§{self.clause}）" if self.clause else self.detail


class NotFound(Refusal):
    status = 404
    title = "没有找到"


class NotAllowed(Refusal):
    status = 403
    title = "该岗位无此权限"


class WrongState(Refusal):
    """The state of things does not allow it; `missing` names what stands in the way, where several do."""

    status = 409
    title = "当前状态不允许"

    def __init__(self, detail, code="wrong_state", clause="", missing=(), meanwhile=()):
        super().__init__(detail, code, clause)
        self.missing = list(missing)
        self.meanwhile = list(meanwhile)


class Invalid(Refusal):
    status = 422
    title = "内容有误"

    def __init__(self, *errors: FieldError):
        super().__init__("；".join(e.detail for e in errors), "invalid", errors=list(errors))
        self.clause = next((e.clause for e in errors if e.clause), "")


def wrong(pointer: str, code: str, detail: str, clause: str = "") -> Invalid:
    """The refusal of a single field."""
    return Invalid(FieldError(pointer, code, detail, clause))
