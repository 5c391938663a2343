"""What a body may hold, name by name (the contract's "Filing"). Types only; the rules are the services'."""

from functools import cache

from rest_framework import serializers

from alerts.services.wire import ROMAN as ROMAN
from incidents.api.fields import (
    MOST_PEOPLE,
    Body,
    Choice,
    Count,
    NeededText,
    Number,
    Optional,
    Text,
    Texts,
    Time,
    refuse,
)
from incidents.models import NetworkScope, Origin
from incidents.services.report.contents import NULL_MEANS
from incidents.services.report.intake_fields import ORAL_BY_PHONE

KINDS = ("brief", "written", "follow_up", "final")
FIRST_KINDS = ("brief", "written")
LEVELS = {word: level for level, word in ROMAN.items() if word}
LONG = 5000


class Kind(Choice):
    def __init__(self, *kinds: str):
        super().__init__(*kinds, code="unknown_kind", required=True, allow_null=False)

    def to_internal_value(self, value) -> str:
        if value == "oral":
            refuse(*ORAL_BY_PHONE)
        return super().to_internal_value(value).upper()


class Told(Optional, Body):
    who = NeededText(100, "请写明告知何人。", "5.2.1")
    at = Time(required=True, allow_null=False)


class Telephoned(Optional, Body):
    to = NeededText(100, "请写明何人接听。", "5.2.1")
    at = Time(required=True, allow_null=False)


class Contents(Body):
    """The contents of a report (§5.2.1) that stand in it at both doors."""

    unit = Text(100)
    source = Text(100)
    deaths = Count(MOST_PEOPLE)
    missing = Count(MOST_PEOPLE)
    serious_injuries = Count(MOST_PEOPLE)
    loss_yuan = Count()
    records_leaked = Count()
    network_scope = Choice(*NetworkScope.values)
    impact = Text(LONG)
    development = Text(LONG)
    measures = Text(LONG)
    superior_unit_told = Told()
    oral_report = Telephoned()
    unknown = Texts(30)


class FirstReport(Contents):
    kind = Kind(*FIRST_KINDS)


class Filing(Body):
    """`POST incidents/`: an incident with its first report."""

    title = Text(100)
    event_class = Text(30)
    origin = Choice(*Origin.values)
    occurred_at = Time()
    known_at = Time()
    place = Text(200)
    longitude = Number()
    latitude = Number()
    county = Text(40)
    counties_affected = Texts(40)
    enterprise = Text(40)
    report = FirstReport()
    post = Count()


class FurtherReport(Contents):
    """`POST incidents/{number}/reports/`: time, place and class may be stated anew."""

    kind = Kind(*KINDS)
    supersedes = Text(40)
    known_at = Time()
    occurred_at = Time()
    place = Text(200)
    event_class = Text(30)
    post = Count()


class Start(Body):
    measures = NeededText(LONG, "请写明企业采取的响应措施。", "5.5")
    at = Time()
    post = Count()


class End(Body):
    result = NeededText(LONG, "请写明处置结果。", "5.5")
    at = Time()
    post = Count()


class Past(Body):
    measures = NeededText(LONG, "请写明企业采取的响应措施。", "5.5")
    result = NeededText(LONG, "请写明处置结果。", "5.5")
    started_at = Time(required=True, allow_null=False)
    ended_at = Time(required=True, allow_null=False)
    post = Count()


class OnSceneCommand(Optional, Body):
    """现场应急保障指挥机构; whether all of it is needed is the service's to say."""

    head = Text(60)
    phone = Text(40)
    place = Text(200)


class Acknowledgement(Body):
    on_scene = OnSceneCommand()
    post = Count()


class Progress(Body):
    words = NeededText(LONG, "请填写进展。", "5.4.3")
    on_scene = OnSceneCommand()
    post = Count()


class Done(Body):
    report = NeededText(LONG, "请填写执行情况。", "5.4.3")
    post = Count()


class Confirmation(Body):
    by = Text(60)
    post = Count()


class Bare(Body):
    """The act alone says it; a person of several posts names the one to act in."""

    post = Count()


class SupportWanted(Body):
    needs = NeededText(LONG, "请写明需要什么支援。", "5.5")
    why = Text(LONG)
    place = Text(200)
    post = Count()


class Fulfilled(Body):
    outcome = NeededText(LONG, "请填写落实情况。", "5.5")
    post = Count()


class OneContact(Body):
    duty = Choice("duty", "leader", required=True, allow_null=False)
    person = NeededText(150, "请写明人员账号。", "5.2.3")
    phone = Text(40)


class DutyContacts(Body):
    contacts = serializers.ListField(child=OneContact(), max_length=20)
    post = Count()


class Upload(Body):
    """The fields that come with a `file`."""

    note = Text(200)


def validated(form: type[Body], data) -> dict:
    """The body's fields; raises DRF's `ValidationError` naming every one that is wrong."""
    return dict(_reader(form).run_validation(data))


@cache
def _reader(form: type[Body]) -> Body:
    """One for all requests: reading changes nothing in it, and to copy its fields each time costs more than to read."""
    return form()


def stated(fields: dict, *leave_out: str) -> dict:
    """What was really stated: null only where null has a meaning (§5.2.1)."""
    return {
        name: value
        for name, value in fields.items()
        if name not in leave_out and (value is not None or name in NULL_MEANS)
    }
