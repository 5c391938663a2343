"""Support, orders, deadlines, contacts, notices, warnings."""

from alerts.models import Warning
from alerts.models.deadline import State
from incidents.api import warnings
from incidents.api.description.operations import PAGING, Operation, several
from incidents.api.serializers import (
    Acknowledgement,
    Confirmation,
    Done,
    DutyContacts,
    Fulfilled,
    Progress,
    Reading,
    SupportWanted,
)
from incidents.models import TaskOrder
from incidents.models.access import Scope

SUPPORT, ORDERS, WARNINGS, TOLD = "Support", "Task orders", "Warnings", "Notices and contacts"
OF_STATUS = several("status", "Only of these states.", Warning.Status.values)

OPERATIONS = {
    "GET deadlines/": Operation(
        tag="Deadlines",
        summary="What you owe",
        words="""Every debt of yours, for incidents, warnings, orders and requests, by due time. `basis` `plan` is a limit of
the plan (its `clause`), `decided` an internal target. States are computed at the moment of the answer.""",
        answer="OwedDeadlineList",
        parameters=(*PAGING, several("state", "Only in these states.", State.values)),
    ),
    "GET incidents/{number}/support-requests/": Operation(
        tag=SUPPORT,
        summary="List requests for support",
        words="What was asked for and what was answered (§5.5).",
        answer="SupportRequestList",
        parameters=PAGING,
    ),
    "POST incidents/{number}/support-requests/": Operation(
        tag=SUPPORT,
        summary="Ask for support",
        words="Beyond its own means, the enterprise asks the office for support (§5.5).",
        answer="SupportRequest",
        status=201,
        body=SupportWanted,
        scope=Scope.REPORT,
        versioned=True,
    ),
    "GET incidents/{number}/support-requests/{asked}/": Operation(
        tag=SUPPORT,
        summary="Read a request for support",
        words="With the answer, once there is one (§5.5).",
        answer="SupportRequest",
        versioned=True,
    ),
    "POST incidents/{number}/support-requests/{asked}/fulfil/": Operation(
        tag=SUPPORT,
        summary="Say that the support has come",
        words="Whoever asked says so, once it was granted (§5.5).",
        answer="SupportRequest",
        body=Fulfilled,
        scope=Scope.REPORT,
        versioned=True,
    ),
    "GET orders/": Operation(
        tag=ORDERS,
        summary="List your task orders",
        words="The orders that you have received, 首要 first (§5.2.3: 先重点、后一般), also those of an incident that is another enterprise's; of that you see the order alone.",
        answer="OrderList",
        parameters=(*PAGING, several("status", "Only of these states.", TaskOrder.Status.values)),
    ),
    "GET orders/{number}/": Operation(
        tag=ORDERS,
        summary="Read a task order",
        words="With its progress and what you owe about it.",
        answer="OrderDetail",
        versioned=True,
    ),
    "POST orders/{number}/acknowledge/": Operation(
        tag=ORDERS,
        summary="Acknowledge an order",
        words="签收 (§5.4.3). It may name the on-scene command (§5.2.2), then with all three of `head`, `phone`, `place`.",
        answer="OrderDetail",
        body=Acknowledgement,
        scope=Scope.ORDERS,
        versioned=True,
    ),
    "POST orders/{number}/progress/": Operation(
        tag=ORDERS,
        summary="Report progress",
        words="What has been done so far (§5.4.3). The first progress names the on-scene command (§5.2.2) unless the acknowledgement did.",
        answer="OrderDetail",
        body=Progress,
        scope=Scope.ORDERS,
        versioned=True,
    ),
    "POST orders/{number}/done/": Operation(
        tag=ORDERS,
        summary="Report an order as done",
        words="With the report of its execution (执行情况, §5.4.3).",
        answer="OrderDetail",
        body=Done,
        scope=Scope.ORDERS,
        versioned=True,
    ),
    "POST orders/{number}/confirm/": Operation(
        tag=ORDERS,
        summary="Confirm a release",
        words="The order was released (应急响应解除, §5.2.6); the receiver confirms that it knows.",
        answer="OrderDetail",
        body=Confirmation,
        scope=Scope.ORDERS,
        versioned=True,
    ),
    "GET contacts/": Operation(
        tag=TOLD,
        summary="Read your duty contacts",
        words="Who is reached for the firm when nobody is on its duty roster (§5.2.3).",
        answer="Contacts",
        versioned=True,
    ),
    "PUT contacts/": Operation(
        tag=TOLD,
        summary="Replace your duty contacts",
        words="The whole list, in the order in which they are called; at least one has the duty `duty` (§5.2.3). Accounts are the administrator's to make.",
        answer="Contacts",
        body=DutyContacts,
        scope=Scope.REPORT,
        versioned=True,
    ),
    "GET notices/": Operation(
        tag=TOLD,
        summary="List notices",
        words="What the office told you (通报, §5.2.4), newest first. A notice may speak of another enterprise's incident; that stays hidden.",
        answer="NoticeList",
        parameters=(*PAGING, several("read", "`false`: only what you have not read.", ["true", "false"])),
    ),
    "POST notices/{id}/read/": Operation(
        tag=TOLD,
        summary="Say that a notice was read",
        words="For all of your bodies that it was sent to (§5.2.4). Reading twice answers 409 `already_done`.",
        answer="Notice",
        body=Reading,
        scope=Scope.REPORT,
    ),
    "GET warning-information/": Operation(
        tag=WARNINGS,
        summary="List the risks that you reported",
        words="By you and your subsidiaries (§4.2), newest first.",
        answer="WarningInformationList",
        parameters=(*PAGING, OF_STATUS),
    ),
    "POST warning-information/": Operation(
        tag=WARNINGS,
        summary="Report a risk",
        words="A risk that may become an incident, within one hour of knowing (§4.2). Only for enterprises.",
        answer="WarningInformationReceipt",
        status=201,
        body=warnings.Risk,
        scope=Scope.REPORT,
    ),
    "GET warnings/": Operation(
        tag=WARNINGS,
        summary="List warnings",
        words="Warnings in force that concern you, with the bulletins addressed to you (§4.3, 4.4); `status` asks for others.",
        answer="WarningList",
        parameters=(*PAGING, OF_STATUS),
    ),
    "GET warnings/{number}/": Operation(
        tag=WARNINGS,
        summary="Read a warning",
        words="With its bulletins, notices, your own information and debts (§4.2–4.4).",
        answer="WarningDetail",
        versioned=True,
    ),
    "POST warnings/{number}/acknowledge/": Operation(
        tag=WARNINGS,
        summary="Acknowledge a warning",
        words="All of it that was sent to you and those below you is read (§4.3). Nothing left to read: 409 `already_done`.",
        answer="WarningAcknowledged",
        body=Reading,
        scope=Scope.REPORT,
        versioned=True,
    ),
}
