"""What answers hold: the schemas of what `answers.py` and the resources tell of incidents and what is owed."""

from alerts.models.deadline import State
from alerts.services.wire import CREDITORS
from incidents.api.description.codes import FIELDS
from incidents.api.description.shapes import (
    a,
    choice,
    count,
    flag,
    many,
    number,
    or_null,
    page_of,
    shape,
    text,
    time,
)
from incidents.models import Attachment, DeadlineRule, NetworkScope, Origin, Report, Status

LEVEL = choice("Level of the incident (§3.2), I the gravest; null before 定级.", "I", "II", "III", "IV")
PROPOSED = choice("What the facts on file propose by §3.2.", "I", "II", "III", "IV")
EVENT_CLASS = text("Event class (§3.1), e.g. `fire`; the classes are the plan's in force.")
STATUS = choice(
    "`reported` 接报, `graded` 定级, `responding` 响应, `ended`, `closed` 归档, `dismissed` 不成立, `merged` 已并入.",
    *Status.values,
)

PROBLEM = shape(
    "A refusal (RFC 9457).",
    may_lack=("clause", "missing", "meanwhile", "scope", "request_id"),
    type=text("A URN that ends with the code.", format="uri"),
    title=text("The status in Chinese."),
    status=count("The HTTP status."),
    detail=text("Why, in Chinese, for people."),
    code=text("Why, for programs: stable."),
    clause=text("The clause of the plan (驻政办〔2022〕24号) behind the refusal."),
    errors=many(a("FieldError"), "Every wrong field, up to 50."),
    request_id=text("The request's number in our log, as in `X-Request-ID`: name it when asking about it."),
    scope=text("The scope that the key lacks (403 `scope_missing`)."),
    missing=many(text(), "What is missing before the state allows it (409)."),
    meanwhile=many(text(), "What happened meanwhile (409)."),
)
FIELD_ERROR = shape(
    may_lack=("clause",),
    pointer=text("Where: an RFC 6901 pointer into the body, or `?name` for a parameter of the query."),
    code=choice("Why, for programs: stable.", *FIELDS),
    detail=text("Why, in Chinese."),
    clause=text("The clause of the plan behind the rule."),
)

DEADLINE = {
    "rule": text("The rule of the plan as this system numbers it, e.g. `R4`."),
    "name": text("Its name, e.g. 书面报告."),
    "clause": text("The clause that sets the limit."),
    "owed_to": text("To whom it is owed, in Chinese."),
    "creditor": text(
        f"To whom, for programs: {', '.join(f'`{code}` {name}' for code, name in CREDITORS.items())}; and others."
    ),
    "basis": choice(
        "`plan`: a limit of the plan; `decided`: an internal target.", *DeadlineRule.Basis.values
    ),
    "starts_at": time("When the clock began to run."),
    "due_at": time("When it is due."),
    "state": choice(
        "Computed at the moment of the answer. `breached` means that it was not done in time and is still owed.",
        *State.values,
    ),
    "met_at": time("When it was done; only where it was."),
}
OWED_FOR = {
    "incident": text("Owed for this incident …"),
    "warning": text("… or this warning;"),
    "order": text("within the incident, for this task order,"),
    "support_request": text("or this request for support;"),
    "undertaking": text("… or for what is to be made ready (准备事项, §4.1): its number,"),
    "title": text("and what it is."),
}
ACTION = shape(
    "Something that the caller may do now.",
    code=text("Stable, e.g. `report.file`."),
    name=text("In Chinese."),
    clause=text("The clause that gives the right."),
    method=or_null(text("The request that does it …")),
    href=or_null(text("… and its path; null for what is done on the screens alone.")),
)
ACTIONS = many(a("Action"), "What you may do with it now.")
DRILL = flag("A drill (演练), filed with a test key: counted nowhere.")

COMMON_INCIDENT = shape(
    "All that a merged incident's firm may know of the common one.",
    number=text("Its number."),
    event_class=EVENT_CLASS,
    level=or_null(LEVEL),
    status=STATUS,
)
INCIDENT = {
    "number": text("The incident's number, e.g. `ZMD-2026-0001`."),
    "is_drill": DRILL,
    "longitude": or_null(number("Degrees east.")),
    "latitude": or_null(number("Degrees north.")),
    "title": text("Its title."),
    "status": STATUS,
    "level": or_null(LEVEL),
    "proposed_level": PROPOSED,
    "event_class": EVENT_CLASS,
    "origin": choice("Where the cause lies (§3.1).", *Origin.values),
    "enterprise": or_null(text("Code of the enterprise concerned.")),
    "enterprise_name": or_null(text("Its name.")),
    "county": text("County, by its short name."),
    "place": text("Place; empty while unknown."),
    "occurred_at": or_null(time("When it happened; null while unknown.")),
    "known_at": or_null(time("When the firm knew: the reporting limits of §5.2.1 run from here.")),
    "received_at": time("When the first report arrived."),
    "graded_at": or_null(time("When the office graded it (核实定级).")),
    "ended_at": or_null(time("When the response ended.")),
    "closed_at": or_null(time("When it was filed away.")),
    "merged_into": or_null(a("CommonIncident")),
    "plan_version": count("The version of the plan that it is handled under, to its end (§8.4)."),
}
BECAUSE = shape(
    "A criterion of §3.2 that gave the proposed level.",
    criterion=text("The measure, e.g. `serious_injuries`."),
    value={"type": ["integer", "string", "null"], "description": "The figure that met it."},
    level=PROPOSED,
    source=text("Where the criterion comes from."),
    figure_source=text("Whose figure it was."),
)
NETWORK_SCOPE = or_null(choice("How far the network is cut off; null: does not apply.", *NetworkScope.values))
FIGURE_WORDS = {
    "deaths": "死亡人数",
    "missing": "失踪人数",
    "serious_injuries": "重伤人数",
    "loss_yuan": "直接经济损失, in yuan",
    "records_leaked": "泄露用户信息条数",
}
REPORT = shape(
    "A report as it was filed: it is never edited; a correction is a new one that `supersedes` it.",
    number=text("The report's number, e.g. `ZMD-2026-0001-R1`."),
    kind=choice("Kind of report.", *(kind.lower() for kind in Report.Kind.values)),
    channel=choice("How it came.", *(channel.lower() for channel in Report.Channel.values)),
    informant=choice("Whose word it is.", *(each.lower() for each in Report.Informant.values)),
    reporter=or_null(text("Code of the body whose word it is.")),
    arrived_at=time("When it arrived."),
    received_at=time("When the system took it in: the receipt."),
    supersedes=or_null(text("The report that it corrects.")),
    superseded_by=or_null(text("The report that corrects it.")),
    known_at=or_null(time("When the firm knew.")),
    occurred_at=or_null(time("When it happened.")),
    event_class=or_null(EVENT_CLASS),
    **{name: or_null(count(words)) for name, words in FIGURE_WORDS.items()},
    network_scope=NETWORK_SCOPE,
    place=text("地点."),
    unit=text("单位名称."),
    source=text("信息来源."),
    impact=text("影响范围."),
    development=text("事件发展态势."),
    measures=text("处置情况."),
    superior_unit_told=or_null(a("ToldSuperior")),
    oral_report=or_null(a("OralClaim")),
    unknown=many(text(), "The contents that were said to be unknown yet."),
)
OPTIONAL_IN_DEBT = ("met_at", *OWED_FOR)

SCHEMAS = {
    "Problem": PROBLEM,
    "FieldError": FIELD_ERROR,
    "Deadline": shape("A debt: what is owed, to whom, until when.", may_lack=("met_at",), **DEADLINE),
    "OwedDeadline": shape(
        "A debt and what it is owed for.",
        may_lack=OPTIONAL_IN_DEBT,
        id=count("By which a list's row is known again."),
        **DEADLINE,
        **OWED_FOR,
    ),
    "OwedDeadlineList": page_of("OwedDeadline"),
    "Action": ACTION,
    "CommonIncident": COMMON_INCIDENT,
    "Incident": shape(**INCIDENT),
    "IncidentList": page_of("Incident"),
    "IncidentDetail": shape(
        **INCIDENT,
        counties_affected=many(text(), "Other counties affected, by short name."),
        responses=many(a("ResponseTold"), "The responses to it (§5.3)."),
        on_scene_commands=many(a("OnSceneCommandSince"), "现场指挥机构 (§5.4.4)."),
        deadlines=many(a("Deadline"), "Every debt that you owe for it, in every state."),
        actions=many(a("Action"), "What you may do to it now."),
    ),
    "Because": BECAUSE,
    "Receipt": shape(
        "Your receipt: the incident's number, the report's, and when it was received.",
        number=text("The incident's number."),
        is_drill=DRILL,
        status=STATUS,
        level=or_null(LEVEL),
        proposed_level=PROPOSED,
        because=many(a("Because"), "Why that level is proposed."),
        report=shape(number=text("The report's number."), received_at=time("When it was received.")),
        deadlines=many(a("Deadline"), "Every debt that you owe for it."),
    ),
    "ReportReceipt": shape(
        number=text("The report's number."),
        kind=choice("Its kind.", *(kind.lower() for kind in Report.Kind.values)),
        received_at=time("When it was received."),
        supersedes=or_null(text("The report that it corrects.")),
        incident=text("The incident's number."),
        status=STATUS,
        level=or_null(LEVEL),
        proposed_level=PROPOSED,
        deadlines=many(a("Deadline"), "Every debt that you owe for the incident."),
    ),
    "Report": REPORT,
    "ReportList": page_of("Report"),
    "ToldSuperior": shape(
        who=text("Who was told; masked (王某) for all but the body that reported."), at=time("When.")
    ),
    "OralClaim": shape(
        "The oral report (电话) that the firm says it made; the office confirms or refuses it.",
        to=text("Who took the call; masked (王某) for all but the body that reported."),
        at=time("When."),
        confirmed_at=or_null(time("When the office confirmed it.")),
        refused_reason=text("Why the office did not; else empty."),
    ),
    "TimelineEntry": shape(
        seq=count("Its place in the incident's timeline."),
        at=time("When."),
        action=text("What was done, e.g. `incident.graded`."),
        summary=text("In Chinese."),
        clause=text("The clause behind it; may be empty."),
        reason=text("The reason given; may be empty."),
        organization=or_null(text("The body that acted.")),
        post=or_null(text("The post that acted; persons are not named.")),
    ),
    "TimelineEntryList": page_of("TimelineEntry"),
    "Attachment": shape(
        number=text("Its number, e.g. `ZMD-2026-0001-A1`."),
        name=text("The file's name, made harmless."),
        note=text("Your note."),
        kind=choice("What it is, by its content.", *Attachment.Kind.values),
        media_type=text("Its media type by its content."),
        size=count("Bytes."),
        sha256=text("SHA-256 of its content, in hex."),
        uploaded_at=time("When it was received."),
        organization=text("The body that sent it."),
        url=text("Where it is read.", format="uri"),
    ),
    "AttachmentList": page_of("Attachment"),
}
