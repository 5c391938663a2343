"""What answers hold of key periods (§4.1)."""

from incidents.api.description.shapes import a, choice, count, flag, many, or_null, page_of, shape, text, time
from incidents.api.description.told_firm import DAY
from incidents.models import KeyPeriod, RollAnswer

BY_PHONE = flag("The office took it down on the telephone.")

SCHEMAS = {
    "KeyPeriod": shape(
        "A time in which the office wants to hear every day (§4.1).",
        number=text("Its number."),
        kind=choice("`peak` 旺季, `flood` 汛期, `event` 重大活动, `other`.", *KeyPeriod.Kind.values),
        name=text("Its name."),
        starts_on=DAY | {"description": "Its first day."},
        ends_on=DAY | {"description": "Its last day."},
        due_by=text("Until when a day's report is in time, `HH:MM` of that day."),
        note=text("What else is asked for."),
        declared_at=time("When it was declared."),
        ended_at=or_null(time("When it was ended before its last day.")),
        bodies=many(text("Code."), "Which of yours report."),
    ),
    "KeyPeriodList": page_of("KeyPeriod"),
    "ZeroReport": shape(
        "What a body said of a day.",
        id=count("Its number in the list."),
        body=text("Code of the body."),
        day=DAY | {"description": "The day."},
        is_quiet=flag("Nothing happened."),
        words=text("What did."),
        by_phone=BY_PHONE,
        filed_at=time("When it was said."),
        is_late=flag("It came after its time."),
    ),
    "ZeroReportList": page_of("ZeroReport"),
    "RollAnswer": shape(
        "A body that was called.",
        body=text("Code of the body."),
        answered_at=or_null(time("When it answered; null: not yet.")),
        by_phone=BY_PHONE,
        person=text("Who answered."),
        place=text("Where."),
        state=or_null(
            choice("`well` 正常, `short` 人手或设备不足, `trouble` 有情况.", *RollAnswer.State.values)
        ),
        words=text("What else was said."),
    ),
    "RollCall": shape(
        "The roll was called (§4.1).",
        number=text("Its number."),
        period=text("The number of the key period."),
        words=text("What is asked for."),
        called_at=time("When."),
        due_at=time("Until when to answer."),
        answers=many(a("RollAnswer"), "Which of yours were called."),
    ),
    "RollCallList": page_of("RollCall"),
}
