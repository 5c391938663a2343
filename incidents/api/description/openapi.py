"""The document itself: drf-spectacular walks the paths and serializers, each operation is told by its row."""

import inspect
from functools import cache
from pathlib import Path

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema

from incidents.api.description import (
    bodies,
    of_command,
    of_drills,
    of_firm,
    of_incidents,
    of_key_periods,
    of_matters,
    of_registers,
    of_training,
    told,
    told_command,
    told_drills,
    told_firm,
    told_key_periods,
    told_matters,
    told_registers,
    told_training,
)
from incidents.api.description.examples import ANSWERS
from incidents.api.description.operations import (
    Operation,
    headers,
    parameters,
    problem_responses,
    refusals,
    success,
)
from incidents.api.fields import Body
from incidents.models.access import Scope

BASE = "/api/v1/"
OPERATIONS: dict[str, Operation] = (
    of_incidents.OPERATIONS
    | of_matters.OPERATIONS
    | of_command.OPERATIONS
    | of_firm.OPERATIONS
    | of_registers.OPERATIONS
    | of_training.OPERATIONS
    | of_key_periods.OPERATIONS
    | of_drills.OPERATIONS
)
SCHEMAS: dict[str, dict] = (
    told.SCHEMAS
    | told_matters.SCHEMAS
    | told_command.SCHEMAS
    | told_firm.SCHEMAS
    | told_registers.SCHEMAS
    | told_training.SCHEMAS
    | told_key_periods.SCHEMAS
    | told_drills.SCHEMAS
)
INTRODUCTION = Path(__file__).with_name("introduction.md")
TAGS = {
    "Incidents": "突发事件信息报告 (§5.2).",
    "Deadlines": "What you owe, and until when.",
    "Task orders": "任务指令 (§5.2.2, 5.2.6, 5.4.3).",
    "Ⅳ response": "Ⅳ级响应 (§5.5).",
    "Support": "支援请求 (§5.5).",
    "Warnings": "预警 (§4.2–4.4).",
    "Key periods": "重点时期: 零报告 and 点名 (§4.1).",
    "Instructions": "领导批示、上级指令 (§2.2.2, 5.3).",
    "Resources": "应急队伍、车辆、物资装备、通信资源 (§2.2.2, 5.4.3).",
    "Call-ups": "调用、征用 (§5.4.3, 6.1).",
    "Own plans and guides": "企业预案 (§5.4.1) and 处置要领 (§5.4.4).",
    "Meetings and schemes": "会议 and 方案 (§5.3, 5.4.3).",
    "Evaluation": "总结评估 and 改进 (§6.2).",
    "Hazards and inspections": "危险源、隐患 and 安全检查 (§4.1).",
    "Filed plans": "企业预案备案 (§4.1, 4.3).",
    "Drills": "演练 (§8.3).",
    "Safety rules and checks": "安全管理制度 and 自查 (§4.1).",
    "Duty roster": "值守 (§5.2.3) and 培训 (§8.2).",
    "Training": "培训 (§8.2) and 宣传教育 (§8.1).",
    "Channels": "How the firm as a body is told (§5.2.3).",
    "Webhooks": "How the firm's own system is told.",
    "Sandbox": "What a test key can try.",
    "Notices and contacts": "通报 (§5.2.4) and 值守联系人 (§5.2.3).",
}

SECURITY_SCHEMES = {
    "key": {
        "type": "http",
        "scheme": "bearer",
        "description": "A key of one enterprise. Its scopes: "
        + ", ".join(f"`{scope.value}` {scope.label}" for scope in Scope)
        + ". A missing one is answered 403.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "sessionid",
        "description": "A signed-in browser; what it writes needs the CSRF token too, as `X-CSRFToken`.",
    },
}


NOT_CHANGED = {"description": "You have it.", "headers": headers("ETag")}
NOTHING = {"type": "object", "additionalProperties": False}


class Described(AutoSchema):
    """A path and method as its row says; without a row it can't be described."""

    def get_operation(self, path, path_regex, path_prefix, method, registry) -> dict:
        self.path, self.path_regex, self.path_prefix, self.method = path, path_regex, path_prefix, method
        self.registry = registry
        name = f"{method} {path.removeprefix(BASE)}"
        if name not in OPERATIONS:
            raise LookupError(f"incidents.api.description has no row for {name!r}.")
        row = OPERATIONS[name]
        operation = {
            "operationId": operation_id(name),
            "summary": row.summary,
            "description": row.words or self.said_by_the_view(),
            "tags": [row.tag],
            "security": [{"key": [str(self.view.scope_of(method))]}, {"session": []}],
            "parameters": parameters(row, method, path.removeprefix(BASE)),
            "responses": answers(row, method, path),
        }
        if row.body:
            operation["requestBody"] = self.request_body(row)
        return operation

    def request_body(self, row: Operation) -> dict:
        if isinstance(row.body, dict):
            content, needed = {kind: {"schema": schema} for kind, schema in row.body.items()}, True
        else:
            schema, needed = self._get_request_for_media_type(row.body, "request")
            content = {"application/json": {"schema": schema or NOTHING}}
            if row.example is not None:
                content["application/json"]["example"] = row.example
        if row.form:
            content["multipart/form-data"] = {"schema": row.form}
        return {"required": needed, "content": content}

    def said_by_the_view(self) -> str:
        method = getattr(self.view, "create" if self.method == "POST" else self.method.lower())
        return inspect.cleandoc(method.__doc__ or type(self.view).__doc__ or "")

    def _get_serializer_name(self, serializer, direction, bypass_extensions=False) -> str:
        """A body of a resource's own module bears its name, as `CallUpsMoved`: others have one of that name too."""
        module = type(serializer).__module__.rsplit(".", 1)[1]
        prefix = "" if module == "serializers" else "".join(word.title() for word in module.split("_"))
        return prefix + type(serializer).__name__

    def _map_serializer(self, serializer, direction, bypass_extensions=False) -> dict:
        schema = super()._map_serializer(serializer, direction, bypass_extensions)
        return bodies.finished(serializer, schema) if isinstance(serializer, Body) else schema


def answers(row: Operation, method: str, path: str) -> dict:
    refused = {
        str(status): NOT_CHANGED if status == 304 else {"$ref": f"#/components/responses/Problem{status}"}
        for status in refusals(row, method, path)
    }
    done = success(row, method)
    if told := ANSWERS.get(f"{method} {path.removeprefix(BASE)}"):
        done["content"]["application/json"]["example"] = told
    return {str(row.status): done} | refused


def operation_id(name: str) -> str:
    """E.g. `post_incidents_number_reports`."""
    method, path = name.split(" ")
    words = path.replace("{", "").replace("}", "").replace("-", "_").strip("/").split("/")
    return "_".join([method.lower(), *words])


def with_whole_paths(endpoints: list[tuple]) -> list[tuple]:
    """Our patterns make the slash after `api` optional, which leaves it out of the path."""
    return [(path.replace("/apiv1/", BASE), *rest) for path, *rest in endpoints]


def with_what_is_told(result: dict, **_) -> dict:
    result["info"]["description"] = INTRODUCTION.read_text("utf-8")
    result["tags"] = [{"name": name, "description": words} for name, words in TAGS.items()]
    components = result["components"]
    components["schemas"] = dict(sorted((components.get("schemas", {}) | SCHEMAS).items()))
    components["responses"] = problem_responses()
    components["securitySchemes"] = SECURITY_SCHEMES
    return result


@cache
def description() -> dict:
    """The whole document; the same until the program changes."""
    return SchemaGenerator().get_schema(public=True)
