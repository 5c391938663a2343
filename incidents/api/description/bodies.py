"""What a body may hold, as schemas: the types come from the serializers, the words and what is always needed from here."""

from drf_spectacular.extensions import OpenApiSerializerFieldExtension

from incidents.api import channels, fields
from incidents.api.fields import Body

NOT_BLANK = {"minLength": 1, "pattern": r"\S"}

WORDS = {
    "title": "A short title; made from county and class if absent.",
    "event_class": "事件类别 (§3.1): `fire`, `explosion`, `hazmat_leak`, `parcels_detained`, `hub_blockade`, `service_interruption`, `flood`, `data_leak`, `epidemic`, `backlog_damage`, `channel_interruption` or `other`.",
    "origin": "Where the cause lies (§3.1): inside the industry or outside it.",
    "occurred_at": "时间 (§5.2.1): when it happened. May be named in `unknown`.",
    "known_at": "When the firm knew of it; the limits run from here (§5.2.1, §4.2). Not later than now.",
    "place": "地点 (§5.2.1). May be named in `unknown`.",
    "county": "County, by its code or its short name, e.g. 驿城区.",
    "counties_affected": "Other counties affected, by code or short name.",
    "enterprise": "A subsidiary, by its code, where a superior unit speaks for it; your own enterprise if absent.",
    "report": "The first report.",
    "post": "Only for persons who hold several posts: the one to act in. A key needs none.",
    "kind": "`brief` 书面简要报告, `written` 书面报告, `follow_up` 续报, `final` 终报 (§5.2.1). An oral report (口头汇报) is a telephone call.",
    "unit": "单位名称 (§5.2.1). Can't be unknown.",
    "source": "信息来源 (§5.2.1).",
    "deaths": "死亡人数 (§5.2.1).",
    "missing": "失踪人数 (§5.2.1).",
    "serious_injuries": "重伤人数 (§5.2.1).",
    "loss_yuan": "直接经济损失, in yuan (§5.2.1).",
    "records_leaked": "泄露用户信息条数 (§5.2.1); null: does not apply.",
    "network_scope": "How far the network is cut off (§5.2.1); null: does not apply.",
    "impact": "影响范围 (§5.2.1); in a `brief`, what happened.",
    "development": "事件发展态势 (§5.2.1).",
    "measures": "处置情况 (§5.2.1).",
    "superior_unit_told": "上一级单位是否已报告 (§5.2.1): who was told, and when; null: not yet.",
    "oral_report": "The oral report that was made by telephone before this one (§5.2.1).",
    "unknown": "The contents that are not known yet (尚不清楚), by their names here. Never `known_at`, `county`, `event_class`, `unit`.",
    "supersedes": "The number of the report that this one corrects; both stay on file.",
    "who": "Who was told.",
    "to": "Who took the call.",
    "at": "When.",
    "result": "处置结果 (§5.5).",
    "started_at": "When the response began.",
    "ended_at": "When it ended; not before its start, not in the future.",
    "on_scene": "现场应急保障指挥机构 (§5.2.2): the acknowledgement or the first progress names it.",
    "head": "Who leads on the scene.",
    "phone": "Telephone.",
    "words": "What has been done so far (§5.4.3).",
    "by": "Who confirms, if not the caller.",
    "needs": "What support is needed (§5.5).",
    "why": "Why the firm's own means do not do.",
    "outcome": "What came (§5.5).",
    "duty": "`duty` 值班, `leader` 负责人.",
    "person": "An account of the firm; `people` in the answer names them.",
    "contacts": "The whole list, in the order in which they are called.",
    "note": "A note to the file.",
    "risk": "The risk (§4.2).",
    "may_follow": "What may follow (§4.2).",
    "measures_taken": "What has been done (§4.2).",
}
WORDS |= {
    "likelihood": "How likely, 1 to 5 (§4.1).",
    "consequence": "How grave, 1 to 5 (§4.1).",
    "assessed_by": "Who assessed it.",
    "assessed_on": "When; today if absent.",
    "responsible": "Who sees to it.",
    "due_on": "Until which day; it is over with the day.",
    "adopted_on": "When it was adopted.",
    "repealed_on": "From when it stands no more.",
    "checked_on": "The day of the check.",
    "what": "What was looked at (§4.1).",
    "problems": "What was found; nothing was if absent.",
    "hazard_place": "Where the problems are: they are registered as a hazard there.",
    "longitude": "Degrees east, with `latitude`: where the office's map shows it.",
    "latitude": "Degrees north.",
    "name": "Its name.",
    "reason": "Why; kept on file.",
    "quantity": "How many.",
    "returned": "How many came back.",
    "used_up": "How many were used up.",
    "damaged": "How many were damaged.",
    "body": "A body below yours, by its code; your own if absent.",
    "seat": "`duty` 值班员, `leader` 带班领导, `standby` 备班.",
    "starts_at": "When it begins.",
    "ends_at": "When it ends.",
    "pattern": "A pattern, by its `id`.",
    "people": "Accounts, in the order in which they take turns.",
    "first": "The first day.",
    "last": "The last day.",
    "topic": "What it was about.",
    "passed_on": "The day it was passed.",
    "valid_until": "Until when it holds.",
    "held_on": "The day on which it was held.",
    "hours": "How many hours it took.",
    "teacher": "Who taught.",
    "attended": "Who was on it; who stands on the list already stays.",
    "year": "The year.",
    "quarter": "The quarter, 1 to 4; not one to come.",
    "on_post": "Workers on post (在岗).",
    "trained": "Of these trained (已培训).",
    "passed": "Of these passed (合格); who has not passed must not be on post (§8.2).",
    "month": "The month, 1 to 12.",
    "audience": "For whom.",
    "reached": "How many people it reached.",
    "materials": "What was given out, or where it is found.",
    "is_part": "More is to come: the rest stays in use. Absent or `false`: it is the last, and what is not accounted for is lost (§6.1).",
    "is_quiet": "无情况 (§4.1); `false`: something happened, which `words` says.",
    "day": "The day that it is said of; today if absent.",
    "takes": "All messages (`all`), or only the `urgent` ones.",
    "order": "Its place among the channels.",
    "address": "Texts by name; which, the kind says. A secret left out keeps what was saved.",
    "url": "Where events are sent: an `https://` of the public internet.",
    "description": "Yours.",
    "events": "The events that are told; all if absent.",
    "is_active": "Events are sent.",
    "level": "`I` to `IV`.",
    "incident": "The incident's number.",
    "task": "What is to be done.",
    "requirements": "How.",
    "priority": "1 首要, 2 重要, 3 一般.",
    "acknowledge_by": "Until when it is to be acknowledged.",
    "done_by": "Until when it is to be done.",
    "total": "How many there are, what is out among them.",
    "custodian": "Who keeps or leads it.",
    "expires_on": "Until when a supply is good; not for teams.",
    "notes": "Anything else.",
}
RESOURCE = {
    "kind": "`people` 人员 (a team), `vehicles` 车辆, `supplies` 物资装备, `communications` 通信资源.",
    "name": "What: name and type.",
    "unit": "Of what unit: 人, 辆, 台, 箱.",
    "place": "Where it is kept.",
    "phone": "The custodian's telephone.",
    "is_active": "It may be called up; `true` if absent.",
}
WORDS_THERE = {
    "Start.measures": "企业采取的响应措施 (§5.5).",
    "Past.measures": "企业采取的响应措施 (§5.5).",
    "Start.at": "Only for what the office logs on the firm's word; a firm's own time is the server's.",
    "End.at": "Only for what the office logs on the firm's word; a firm's own time is the server's.",
    "Done.report": "执行情况 (§5.4.3).",
    "OnSceneCommand.place": "Where the command stands.",
    "SupportWanted.place": "Where it is needed.",
    "Risk.place": "Where (§4.2).",
    "PlanStarted.by": "Who decided.",
    "PlanStarted.at": "When it was started; now if absent.",
    "PlanEnded.at": "When it ended; now if absent.",
    "New.kind": "How it is told.",
    "DrillHeld.title": "What it was called.",
    "DrillHeld.kind": "`tabletop` 桌面演练, `single` 单项演练, `full` 综合演练 (§8.3).",
    "DrillHeld.contents": "What it covered, by codes of event classes; within a year `backlog_damage` and `channel_interruption` among others (§8.3).",
    "DrillHeld.people": "How many took part.",
    "DrillHeld.result": "How it went, what was found.",
    "HazardFound.kind": "`source` 危险源, `area` 危险区域, `flaw` 事故隐患 (§4.1).",
    "HazardFound.words": "What it is, and what may come of it (§4.1).",
    "HazardFound.place": "Where it lies (§4.1).",
    "HazardFound.county": "County, by its code or its short name; the enterprise's own if absent.",
    "HazardPlanned.measures": "整改措施 (§4.1).",
    "Rectified.words": "整改情况 (§4.1): what was done.",
    **{
        f"{body}.{name}": words
        for body in ("ResourceCard", "NewResource")
        for name, words in RESOURCE.items()
    },
    "CourseHeld.kind": "`knowledge` 应急知识, `skill` 应对技能, `cadre` 干部培训.",
    "CourseHeld.name": "What was taught.",
    "CourseHeld.place": "Where.",
    "CourseHeld.valid_until": "Until when a pass is good; 12 months from the day it was held, if absent.",
    "Planned.people": "How many are to be taught.",
    "CarriedOut.course": "The course, by its `id`; null: none (any more).",
    "Listed.body": "Whose people they are, by code; those of the course's body if absent.",
    "Attended.person": "An account of the body; or else `name`.",
    "Attended.name": "A worker without an account.",
    "Attended.result": "`passed` 合格, `failed` 不合格, `absent` 缺席; not yet known, if absent.",
    "Activity.kind": "`law` 法规政策宣传, `knowledge` 基本知识教育, `skill` 处置技能教育, `material` 发布宣传材料.",
    "Activity.place": "Where, or by which channel.",
    "QuietSaid.words": "What happened; needed where it was not quiet.",
    "RollAnswered.person": "Who answers.",
    "RollAnswered.place": "Where he is.",
    "RollAnswered.state": "`well` 在岗，正常, `short` 在岗，人手或设备不足, `trouble` 有情况.",
    "RollAnswered.words": "What else there is to say; needed with `trouble`.",
}
"""Where a name says something else than elsewhere."""

CARD = ("kind", "name", "total", "unit", "place", "custodian", "phone")
NEEDED = {
    "Filing": ("event_class", "origin", "known_at", "county", "report"),
    "FirstReport": ("kind", "unit"),
    "OnSceneCommand": ("head", "phone", "place"),
    "QuietSaid": ("is_quiet",),
    "RollAnswered": ("person", "place", "state"),
    "Risk": ("known_at", "place", "risk", "may_follow", "measures_taken"),
    "ResourceCard": CARD,
    "NewResource": CARD,
}
"""What a service refuses as `required` whatever else stands in the body, where the serializer leaves it to the service."""


class TextSchema(OpenApiSerializerFieldExtension):
    target_class, match_subclasses = fields.Text, True

    def map_serializer_field(self, auto_schema, direction):
        needed = NOT_BLANK if isinstance(self.target, fields.NeededText) else {}
        return {"type": "string", "maxLength": self.target.longest} | needed


class ChoiceSchema(OpenApiSerializerFieldExtension):
    target_class, match_subclasses = fields.Choice, True

    def map_serializer_field(self, auto_schema, direction):
        none = [None] if self.target.allow_null else []
        return {"type": "string", "enum": [*self.target.choices, *none]}


class CountSchema(OpenApiSerializerFieldExtension):
    target_class = fields.Count

    def map_serializer_field(self, auto_schema, direction):
        return {"type": "integer", "minimum": 0, "maximum": self.target.most}


class TimeSchema(OpenApiSerializerFieldExtension):
    target_class = fields.Time

    def map_serializer_field(self, auto_schema, direction):
        return {"type": "string", "format": "date-time", "pattern": r"([Zz]|[+-]\d\d:?\d\d)$"}


class NumberSchema(OpenApiSerializerFieldExtension):
    target_class = fields.Number

    def map_serializer_field(self, auto_schema, direction):
        return {"type": "number", "minimum": -fields.MOST, "maximum": fields.MOST}


class DaySchema(OpenApiSerializerFieldExtension):
    target_class = fields.Day

    def map_serializer_field(self, auto_schema, direction):
        return {"type": "string", "format": "date"}


class FlagSchema(OpenApiSerializerFieldExtension):
    target_class = fields.Flag

    def map_serializer_field(self, auto_schema, direction):
        return {"type": "boolean"}


class AddressSchema(OpenApiSerializerFieldExtension):
    target_class = channels.Address

    def map_serializer_field(self, auto_schema, direction):
        return {"type": "object", "additionalProperties": {"type": "string"}}


class TextsSchema(OpenApiSerializerFieldExtension):
    target_class = fields.Texts

    def map_serializer_field(self, auto_schema, direction):
        items = {"type": "string", "maxLength": self.target.child.longest}
        return {"type": "array", "items": items, "maxItems": self.target.most}


def finished(serializer: Body, schema: dict) -> dict:
    """With words to each field, what is always needed, and nothing else allowed."""
    name, properties = type(serializer).__name__, schema.get("properties", {})
    for field, described in properties.items():
        described["description"] = WORDS_THERE.get(f"{name}.{field}") or WORDS.get(field, "")
    for field in NEEDED.get(name, ()):
        described = properties[field]
        if isinstance(described.get("type"), list):
            described["type"] = described["type"][0]
        if "enum" in described:
            described["enum"] = [value for value in described["enum"] if value is not None]
        elif described.get("type") == "string" and "format" not in described:
            described |= NOT_BLANK
    required = sorted({*schema.get("required", ()), *NEEDED.get(name, ())})
    return schema | {"additionalProperties": False} | ({"required": required} if required else {})
