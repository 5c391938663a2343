"""Incidents, reports, timeline, attachments, and the firm's own response (§5.2, 5.5)."""

from incidents.api.description.operations import LIST, Operation, filter_by, moment, parameter, several
from incidents.api.description.shapes import text
from incidents.api.serializers import LEVELS, End, Filing, FurtherReport, Past, Start, Upload
from incidents.models import Attachment, Report, Status

TAG = "Incidents"
CONTENTS = """A `written` report holds every content of §5.2.1: each is either given or named in `unknown`, not both; what
is left blank is refused by name (`required`). `null` means 不适用 for `records_leaked` and `network_scope`, and 尚未报告 for
`superior_unit_told`. A `brief` needs time, place, unit, class and `impact`. A `follow_up` or `final` tells at least one
figure or text. """
NOT_SECRET = "**机要通信及涉密内容 must not be sent here (§1.4).**"  # nosec B105 # a sentence

FILE = {
    "type": "object",
    "properties": {
        "file": {"type": "string", "format": "binary", "description": "One file."},
        "note": {"type": "string", "maxLength": 200, "description": "A note to it."},
        "post": {"type": "integer", "minimum": 0, "maximum": 10**12, "description": "The post to act in."},
    },
    "required": ["file"],
    "additionalProperties": False,
}
HAVE_IT = parameter(
    "If-None-Match", text(), "The `ETag` of the file that you have: 304 if it is that.", where="header"
)
assert FILE["properties"].keys() == {"file", "post", *Upload().fields}

OPERATIONS = {
    "GET incidents/": Operation(
        tag=TAG,
        summary="List incidents",
        words="Your own incidents, newest first: those of your enterprise and of its subsidiaries.",
        answer="IncidentList",
        parameters=(
            *LIST,
            several("status", "Only in these states.", Status.values),
            several("level", "Only of these levels; `none`: not graded yet.", [*LEVELS, "none"]),
            filter_by("event_class", "Only of these event classes."),
            filter_by("enterprise", "Only of these enterprises, by code."),
            filter_by("county", "Only of these counties, by short name."),
            moment("occurred_since", "That happened from then on."),
            moment("occurred_before", "That happened before."),
            moment("received_since", "Received from then on."),
            moment("received_before", "Received before."),
        ),
    ),
    "POST incidents/": Operation(
        tag=TAG,
        summary="File an incident with its first report",
        words=f"""An incident becomes one record with a number, and your receipt comes back: the report's number and when it
was received, the level that §3.2 proposes and why (`because`), and every debt that you have, computed at this moment.

The limits of §5.2.1 run from `known_at`: 口头汇报 within one hour (by telephone), 书面报告 within two. {CONTENTS}
A superior unit files for a subsidiary with `enterprise`.

{NOT_SECRET}""",
        answer="Receipt",
        status=201,
        body=Filing,
        example={
            "title": "驿城区分拨中心起火",
            "event_class": "fire",
            "origin": "inside",
            "occurred_at": "2026-03-02T01:50:00+08:00",
            "known_at": "2026-03-02T02:00:00+08:00",
            "place": "驿城区示范路1号",
            "county": "驿城区",
            "report": {
                "kind": "written",
                "unit": "快递企业甲（驻马店）",
                "source": "现场值班员",
                "deaths": 0,
                "missing": 0,
                "serious_injuries": 1,
                "loss_yuan": 300_000,
                "records_leaked": None,
                "network_scope": None,
                "impact": "一条分拣线停用",
                "measures": "已疏散人员并报消防",
                "superior_unit_told": {"who": "省公司值班室", "at": "2026-03-02T02:05:00+08:00"},
                "oral_report": {"to": "应急办值班员", "at": "2026-03-02T02:03:00+08:00"},
                "unknown": ["development"],
            },
        },
    ),
    "GET incidents/{number}/": Operation(
        tag=TAG,
        summary="Read an incident",
        words="Facts, level (§3.2), status, what you owe (`deadlines`) and what you may do now (`actions`).",
        answer="IncidentDetail",
        versioned=True,
    ),
    "GET incidents/{number}/reports/": Operation(
        tag=TAG,
        summary="List an incident's reports",
        words="What was reported by you, by those below you, and by your superior units for you (§5.2.1), in its order.",
        answer="ReportList",
        parameters=(
            *LIST,
            several("kind", "Only of these kinds.", [kind.lower() for kind in Report.Kind.values]),
        ),
    ),
    "POST incidents/{number}/reports/": Operation(
        tag=TAG,
        summary="Follow up, correct, report finally",
        words=f"""A further report on an incident (§5.2.1: 续报, 终报). It meets every debt that it answers and may raise the
proposed level (§3.2). A filed report is never edited: a correction is a new report with `supersedes`, and both stay. An
earlier `known_at` moves your due times at once; a later one (`later`) is for the director of the office.

{CONTENTS}Time, place and class need not be repeated.""",
        answer="ReportReceipt",
        status=201,
        body=FurtherReport,
        example={"kind": "follow_up", "development": "明火已扑灭", "serious_injuries": 1},
        if_match=True,
    ),
    "GET incidents/{number}/timeline/": Operation(
        tag=TAG,
        summary="Read an incident's timeline",
        words="What you may see of everything that was done, in its order. Its `ETag` moves whenever something is done.",
        answer="TimelineEntryList",
        parameters=LIST,
        versioned=True,
    ),
    "GET incidents/{number}/attachments/": Operation(
        tag=TAG,
        summary="List an incident's files",
        words="What you, those below you and your superior units have sent (§5.2.1).",
        answer="AttachmentList",
        parameters=(*LIST, several("kind", "Only of these kinds.", Attachment.Kind.values)),
    ),
    "POST incidents/{number}/attachments/": Operation(
        tag=TAG,
        summary="Send a file",
        words="""One file per request, as `multipart/form-data` (§5.2.1). JPEG, PNG, WebP, HEIC, PDF, Word, Excel, PowerPoint
(old and new, without macros or password) and plain text; 20 MB each and 200 MB per incident unless the operator set other
limits. The content decides, not the name. Nothing can be changed or removed afterwards. Under an `Idempotency-Key` the
fields, the name and the file's hash count.""",
        answer="Attachment",
        status=201,
        body={"multipart/form-data": FILE},
        if_match=True,
    ),
    "GET incidents/{number}/attachments/{attachment}/": Operation(
        tag=TAG,
        summary="Read a file",
        words="The file as it came, with its SHA-256 as `ETag`. One that is no longer what came is not handed out (409).",
        answer={"*/*": {"type": "string", "format": "binary"}},
        parameters=(HAVE_IT,),
        versioned=True,
        also=(304, 409),
    ),
    "POST incidents/{number}/response/start/": Operation(
        tag="Ⅳ response",
        summary="Start the Ⅳ response",
        words="Once the office has graded the incident Ⅳ, the enterprise starts its response (§5.5). The time is the server's; another (`at`) is refused as `office_only`.",
        answer="IncidentDetail",
        body=Start,
        example={"measures": "启动企业预案，转移邮件"},
        versioned=True,
    ),
    "POST incidents/{number}/response/end/": Operation(
        tag="Ⅳ response",
        summary="End the Ⅳ response",
        words="The enterprise ends the response that it started, with its result (§5.5).",
        answer="IncidentDetail",
        body=End,
        example={"result": "恢复分拣"},
        versioned=True,
    ),
    "POST incidents/{number}/response/past/": Operation(
        tag="Ⅳ response",
        summary="Record a Ⅳ response that is over",
        words="One that was over when the incident was first reported is recorded in one act, with both its times (§5.5).",
        answer="IncidentDetail",
        body=Past,
        example={
            "measures": "启动企业预案",
            "result": "恢复分拣",
            "started_at": "2026-03-02T02:30:00+08:00",
            "ended_at": "2026-03-02T05:30:00+08:00",
        },
        versioned=True,
    ),
}
