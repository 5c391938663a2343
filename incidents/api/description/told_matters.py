"""What answers hold of orders, requests for support, notices, contacts and warnings."""

from alerts.models import Bulletin, Warning
from incidents.api.description.shapes import a, choice, count, flag, many, or_null, page_of, shape, text, time
from incidents.api.description.told import ACTIONS, DRILL, EVENT_CLASS, LEVEL
from incidents.models import SupportRequest, TaskOrder

PROGRESS = shape(at=time("When."), words=text("What was said."))
ON_SCENE = shape(
    "现场应急保障指挥机构 (§5.2.2).",
    head=text("Who leads."),
    phone=text("Telephone."),
    place=text("Where."),
)
ORDER = {
    "number": text("The order's number, e.g. `ZMD-2026-0001-T1`."),
    "incident": text("The incident's number."),
    "is_drill": DRILL,
    "event_class": EVENT_CLASS,
    "level": or_null(LEVEL),
    "status": choice("Where it stands.", *TaskOrder.Status.values),
    "receiver": text("Code of the body that received it."),
    "task": text("What is to be done."),
    "requirements": text("How."),
    "priority": count("1 首要, 2 重要, 3 一般 (§5.2.3: 先重点、后一般).", enum=[1, 2, 3]),
    "issued_at": time("When it was given."),
    "by_phone": flag("Given by telephone; then `written_at` is when it was confirmed in writing."),
    "written_at": or_null(time("When it was confirmed in writing.")),
    "acknowledge_by": or_null(time("Until when it is to be acknowledged.")),
    "done_by": or_null(time("Until when it is to be done.")),
    "acknowledged_at": or_null(time("When it was acknowledged (签收).")),
    "on_scene": or_null(a("OnSceneCommandTold")),
    "done_at": or_null(time("When it was reported as done.")),
    "report": text("The report of its execution; empty until then."),
    "released_at": or_null(time("When it was released (§5.2.6).")),
    "release": text("The words of the release; empty until then."),
    "over_at": or_null(time("When the receiver confirmed the release.")),
    "deadlines": many(a("Deadline"), "What you owe about it."),
    "actions": ACTIONS,
}
SUPPORT_REQUEST = shape(
    number=text("Its number, e.g. `ZMD-2026-0001-S1`."),
    status=choice("Where it stands.", *SupportRequest.Status.values),
    requester=text("Code of the body that asked."),
    lies_with=text("The body that has to answer."),
    needs=text("What is needed."),
    why=text("Why."),
    place=text("Where."),
    raised_at=time("When it was asked for."),
    answer=text("The answer; empty until then."),
    answered_at=or_null(time("When it was answered.")),
    outcome=text("What came; empty until then."),
    fulfilled_at=or_null(time("When it had come.")),
    deadlines=many(a("Deadline"), "What is owed about it, as far as you see it."),
    actions=ACTIONS,
)
NOTICE = shape(
    "通报 (§5.2.4).",
    id=count("What the path names."),
    number=text("Its number."),
    title=text("Its title."),
    words=text("What it says."),
    clause=text("The clause behind it."),
    sent_at=time("When it was sent."),
    read_at=or_null(time("When all of your bodies that it went to had read it.")),
    corrects=or_null(text("The notice that it corrects.")),
    corrected_by=or_null(text("The notice that corrects it.")),
    addressees=many(text(), "Codes of your bodies that it was sent to."),
    actions=ACTIONS,
)
CONTACTS = shape(
    "Who is reached for the firm when nobody is on its duty roster (§5.2.3).",
    enterprise=text("The enterprise's code."),
    contacts=many(
        shape(
            duty=choice("`duty` 值班, `leader` 负责人.", "duty", "leader"),
            person=text("The account."),
            name=text("Whose it is."),
            phone=text("Telephone; may be empty."),
        ),
        "In the order in which they are called.",
    ),
    people=many(shape(person=text("The account."), name=text("Whose it is.")), "Who may be named."),
)

WARNING_STATUS = choice(
    "`received` 收到, `proposed` 建议, `issued` 发布, `lifted` 解除, `dismissed` 不成立.",
    *Warning.Status.values,
)
RECEIPT = shape(
    body=text("Code of the body."),
    told_at=time("When it was told."),
    acknowledged_at=or_null(time("When it said that it had read it (§4.3).")),
)
REPORTED = {
    "number": text("The warning's number, e.g. `ZMD-W-2026-0001`."),
    "is_drill": DRILL,
    "title": text("Its title."),
    "status": WARNING_STATUS,
    "enterprise": or_null(text("Code of the enterprise that reported it.")),
    "received_at": time("When it was received."),
}
INFORMATION = {
    "event_class": or_null(EVENT_CLASS),
    "known_at": or_null(time("When the firm knew: one hour to report runs from here (§4.2).")),
    "place": text("Where."),
    "counties_affected": many(text(), "Counties affected, by short name."),
    "risk": text("The risk."),
    "may_follow": text("What may follow."),
    "measures_taken": text("What has been done."),
}
BULLETIN = shape(
    "A bulletin with the seven contents of §4.4.",
    version=count("1, 2, …: the newest says what holds now."),
    kind=choice("What it does.", *Bulletin.Kind.values),
    event_class=EVENT_CLASS,
    level=or_null(LEVEL),
    starts_at=time("From when it holds."),
    area=text("Where it holds."),
    caution=text("警示事项."),
    measures=text("应采取的措施."),
    authority=text("发布机关."),
    note=text("A note; may be empty."),
    issued_at=time("When it was issued."),
    cap=or_null(text("The same as a CAP 1.2 message, at `/cap/{cap}.xml`.")),
    receipts=many(a("WarningReceipt"), "Your bodies that it was sent to."),
)
WARNING = {
    "number": text("The warning's number, e.g. `ZMD-W-2026-0001`."),
    "is_drill": DRILL,
    "title": text("Its title."),
    "status": WARNING_STATUS,
    "level": or_null(choice("Level of the warning (§4.1).", "I", "II", "III", "IV")),
    "issued_at": or_null(time("When it was first issued.")),
    "lifted_at": or_null(time("When it was lifted.")),
    "bulletins": many(a("Bulletin"), "The bulletins addressed to you, oldest first."),
    "unread": flag("Something of it waits for your acknowledgement."),
}
WARNING_DETAIL = WARNING | {
    "notices": many(a("WarningNotice"), "Notices about it addressed to you."),
    "information": or_null(shape(**INFORMATION)),
    "deadlines": many(a("Deadline"), "What you owe about it."),
    "actions": ACTIONS,
}

SCHEMAS = {
    "OnSceneCommandTold": ON_SCENE,
    "Order": shape(**ORDER),
    "OrderList": page_of("Order"),
    "OrderDetail": shape(**ORDER, progress=many(PROGRESS, "What was reported on the way.")),
    "SupportRequest": SUPPORT_REQUEST,
    "SupportRequestList": page_of("SupportRequest"),
    "Notice": NOTICE,
    "NoticeList": page_of("Notice"),
    "Contacts": CONTACTS,
    "WarningReceipt": RECEIPT,
    "Bulletin": BULLETIN,
    "WarningNotice": shape(
        at=time("When."), words=text("What it says."), receipts=many(a("WarningReceipt"), "Your bodies.")
    ),
    "Warning": shape(**WARNING),
    "WarningList": page_of("Warning"),
    "WarningDetail": shape(**WARNING_DETAIL),
    "WarningAcknowledged": shape(
        **WARNING_DETAIL, acknowledged=many(text(), "Codes of the bodies for which it is now read.")
    ),
    "WarningInformation": shape(**REPORTED, **INFORMATION),
    "WarningInformationList": page_of("WarningInformation"),
    "WarningInformationReceipt": shape(
        **REPORTED, deadlines=many(a("Deadline"), "Every debt that you owe for it (W1, §4.2).")
    ),
}
