"""What is the firm's own: its roster, trainings, channels, webhooks; and the sandbox of its test keys."""

from alerts.models import DeliveryState
from alerts.services.webhook_types import TYPES
from incidents.api import channels, duty, duty_plan, sandbox, webhooks
from incidents.api.description.operations import LIST, Operation, filter_by, moment, several
from incidents.api.serializers import Bare

ROSTER, CHANNELS, WEBHOOKS, SANDBOX = "Duty roster", "Channels", "Webhooks", "Sandbox"
BODY = filter_by("body", "Only of this body, by its code: your own or one below it.")
REASON = {"reason": "人员调整"}
PLAYED = "Only for test keys: what the office would decide, decided for your own drill. To any other key there is no such path (404 `unknown_path`). "

OPERATIONS = {
    "GET duty/": Operation(ROSTER, "Who keeps your desk now", "Desk", parameters=(BODY,)),
    "GET duty/shifts/": Operation(
        ROSTER,
        "List shifts",
        "ShiftList",
        parameters=(
            *LIST,
            BODY,
            moment("from", "That end after this."),
            moment("to", "That begin before this."),
        ),
    ),
    "POST duty/shifts/": Operation(
        ROSTER,
        "Draw up a shift",
        "Shift",
        status=201,
        body=duty.ShiftWanted,
        example={
            "seat": "duty",
            "person": "express-a",
            "starts_at": "2036-03-03T08:00:00+08:00",
            "ends_at": "2036-03-03T20:00:00+08:00",
        },
        versioned=True,
        if_match=False,
    ),
    "POST duty/shifts/lay/": Operation(
        ROSTER,
        "Lay shifts by a pattern",
        "Laid",
        status=201,
        body=duty_plan.Laid,
        example={
            "pattern": 1,
            "seat": "duty",
            "people": ["express-a"],
            "first": "2036-03-03",
            "last": "2036-03-05",
        },
    ),
    "GET duty/shifts/{shift}/": Operation(ROSTER, "Read a shift", "Shift", versioned=True),
    "PATCH duty/shifts/{shift}/": Operation(
        ROSTER,
        "Change a shift",
        "Shift",
        body=duty.ShiftChanged,
        example={"person": "express-a", "reason": "人员调整"},
        versioned=True,
        also=(409,),
    ),
    "POST duty/shifts/{shift}/remove/": Operation(
        ROSTER, "Remove a shift", "Shift", body=duty.ForReason, example=REASON, if_match=True
    ),
    "POST duty/shifts/{shift}/end/": Operation(
        ROSTER, "End the running shift", "Shift", body=duty.ForReason, example=REASON, versioned=True
    ),
    "GET duty/patterns/": Operation(ROSTER, "List patterns", "ShiftPatternList", parameters=LIST),
    "GET duty/trainings/": Operation(ROSTER, "List trainings", "TrainingList", parameters=(*LIST, BODY)),
    "POST duty/trainings/": Operation(
        ROSTER,
        "Record a training",
        "Training",
        status=201,
        body=duty_plan.Passed,
        example={
            "person": "express-a",
            "topic": "应急值班",
            "passed_on": "2026-03-02",
            "valid_until": "2029-03-01",
        },
    ),
    "POST duty/trainings/{training}/withdraw/": Operation(
        ROSTER,
        "Withdraw a training",
        "TrainingWithdrawn",
        body=duty_plan.Withdrawn,
        example={"reason": "登记有误"},
    ),
    "GET channels/": Operation(CHANNELS, "List your channels", "ChannelList", parameters=LIST),
    "POST channels/": Operation(
        CHANNELS,
        "Add a channel",
        "Channel",
        status=201,
        body=channels.New,
        example={
            "kind": "wecom",
            "name": "值班群",
            "address": {"key": "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"},
        },
        versioned=True,
        if_match=False,
    ),
    "GET channels/{channel}/": Operation(CHANNELS, "Read a channel", "Channel", versioned=True),
    "PUT channels/{channel}/": Operation(
        CHANNELS,
        "Replace a channel",
        "Channel",
        body=channels.Said,
        example={"name": "值班群", "address": {}},
        versioned=True,
        also=(409,),
    ),
    "DELETE channels/{channel}/": Operation(
        CHANNELS, "Remove a channel", None, status=204, if_match=True, also=(409,)
    ),
    "GET channels/{channel}/attempts/": Operation(
        CHANNELS, "List what was sent through it", "ChannelAttemptList", parameters=LIST
    ),
    "POST channels/{channel}/pause/": Operation(
        CHANNELS, "Pause a channel", "Channel", body=Bare, example={}, versioned=True
    ),
    "POST channels/{channel}/resume/": Operation(
        CHANNELS, "Resume a channel", "Channel", body=Bare, example={}, versioned=True
    ),
    "POST channels/{channel}/test/": Operation(
        CHANNELS, "Test a channel", "Channel", body=Bare, example={}, versioned=True
    ),
    "GET webhooks/": Operation(
        WEBHOOKS,
        "List your webhooks",
        "WebhookList",
        "Where your own system is told of orders, time limits and warnings (§5.2.1–5.2.4).",
        parameters=LIST,
    ),
    "POST webhooks/": Operation(
        WEBHOOKS,
        "Make a webhook",
        "WebhookMade",
        "Events are POSTed there, signed by Standard Webhooks with `secret`, which is told this once. Without `events` all are told; see the guide for what they hold. Private and link-local addresses are refused.",
        status=201,
        body=webhooks.Wanted,
        example={"url": "https://example.com/hooks/zmd", "events": ["order.issued", "deadline.reminder"]},
        versioned=True,
        if_match=False,
    ),
    "GET webhooks/{hook}/": Operation(
        WEBHOOKS, "Read a webhook", "Webhook", "One webhook, and whether it works.", versioned=True
    ),
    "PATCH webhooks/{hook}/": Operation(
        WEBHOOKS,
        "Change a webhook",
        "Webhook",
        "What is left out stays. `is_active` switches it off and on.",
        body=webhooks.Wanted,
        example={"description": "调度系统"},
        versioned=True,
        also=(409,),
    ),
    "DELETE webhooks/{hook}/": Operation(
        WEBHOOKS,
        "Remove a webhook",
        None,
        "For good; what still waits is not sent.",
        status=204,
        if_match=True,
        also=(409,),
    ),
    "POST webhooks/{hook}/secret/rotate/": Operation(
        WEBHOOKS,
        "Change the secret",
        "WebhookSecret",
        "For a day both secrets sign, so that no event is lost.",
        body=Bare,
        example={},
        versioned=True,
    ),
    "POST webhooks/{hook}/test/": Operation(
        WEBHOOKS,
        "Send a test event",
        "DeliveryDetail",
        "`webhook.test` is sent once, also to a webhook that is switched off; what came of it stands at the delivery.",
        status=202,
        body=Bare,
        example={},
    ),
    "GET webhooks/{hook}/deliveries/": Operation(
        WEBHOOKS,
        "List deliveries",
        "DeliveryList",
        "What was sent, or is waiting, the newest first.",
        parameters=(
            *LIST,
            several("state", "Only in these states.", DeliveryState.values),
            several("event", "Only of these events.", list(TYPES)),
        ),
    ),
    "GET webhooks/{hook}/deliveries/{delivery}/": Operation(
        WEBHOOKS, "Read a delivery", "DeliveryDetail", "With what was sent and each attempt."
    ),
    "POST webhooks/{hook}/deliveries/{delivery}/replay/": Operation(
        WEBHOOKS,
        "Send a delivery again",
        "DeliveryDetail",
        "Under the same `webhook-id`, once it is settled and while its content is kept.",
        status=202,
        body=Bare,
        example={},
    ),
    "POST sandbox/incidents/{number}/grade/": Operation(
        SANDBOX,
        "Grade your drill",
        "IncidentDetail",
        PLAYED + "Then a response can be started (§3.2, 5.5); from Ⅲ on, orders can be given.",
        body=sandbox.Graded,
        example={"level": "IV"},
        versioned=True,
        if_match=False,
    ),
    "POST sandbox/orders/": Operation(
        SANDBOX,
        "Give yourself an order",
        "OrderDetail",
        PLAYED + "As 指挥部 would give it (§5.2.2).",
        status=201,
        body=sandbox.Ordered,
        example={"incident": "ZMD-T-2026-0001", "task": "转移邮件"},
        versioned=True,
        if_match=False,
        also=(404,),
    ),
    "POST sandbox/orders/{number}/release/": Operation(
        SANDBOX,
        "Release your order",
        "OrderDetail",
        PLAYED + "Then the receiver confirms (§5.2.6).",
        body=sandbox.Nothing,
        example={},
        versioned=True,
        if_match=False,
    ),
    "POST sandbox/warnings/{number}/issue/": Operation(
        SANDBOX,
        "Issue your warning",
        "WarningDetail",
        PLAYED + "Your warning information becomes a bulletin in force, to be acknowledged (§4.4).",
        body=sandbox.Graded,
        example={"level": "III"},
        versioned=True,
        if_match=False,
    ),
}
