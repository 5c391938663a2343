"""What answers hold of what is the firm's own: roster, trainings, channels, webhooks."""

from alerts.models import Channel, DeliveryState, Webhook
from incidents.api.description.shapes import a, choice, count, flag, many, or_null, page_of, shape, text, time

SEAT = choice("`duty` 值班员, `leader` 带班领导, `standby` 备班.", "duty", "leader", "standby")
DAY = {"type": "string", "format": "date"}

SHIFT = shape(
    id=count("What the path names."),
    body=text("Code of the body."),
    seat=SEAT,
    person=text("The account."),
    name=text("Whose it is."),
    starts_at=time("When it begins."),
    ends_at=time("When it ends."),
    signed_in_at=or_null(time("When the person signed in.")),
    cut_short=text("Why it was ended early; else empty."),
)
DESK = shape(
    "Who keeps the desk now (§5.2.3).",
    body=text("Code of the body."),
    has_roster=flag("It keeps a roster; without one the contacts are called."),
    on_duty=many(a("Shift"), "The shifts that run."),
    gaps=many(
        shape(
            seat=SEAT,
            starts_at=time("From when."),
            ends_at=or_null(time("Until when; null: nobody is drawn up after it.")),
        ),
        "Seats of the next three days that nobody keeps.",
    ),
    people=many(
        shape(
            person=text("The account."),
            name=text("Whose it is."),
            trained_until=or_null(DAY | {"description": "Until when the training holds (§8.2)."}),
        ),
        "Who may be rostered.",
    ),
)
TRAINING = shape(
    id=count("What the path names."),
    person=text("The account."),
    name=text("Whose it is."),
    topic=text("What it was about."),
    passed_on=DAY | {"description": "The day it was passed."},
    valid_until=DAY | {"description": "Until when it holds."},
    recorded_at=time("When it was recorded."),
)
CHANNEL = shape(
    "A channel; its address and secret are never told again.",
    id=count("What the path names."),
    body=text("Code of the body."),
    kind=choice("How it is told.", *Channel.Kind.values),
    name=text("Its name."),
    takes=choice("All messages, or only the urgent ones.", *Channel.Takes.values),
    order=count("Its place among the channels."),
    hint=text("The address, masked."),
    created_at=time("When it was made."),
    paused_at=or_null(time("When it was paused.")),
    last_success_at=or_null(time("When a message last went through.")),
    failing_since=or_null(time("Since when none does.")),
    last_error=text("What went wrong last; else empty."),
)
WEBHOOK = {
    "id": count("What the path names."),
    "enterprise": text("The enterprise's code."),
    "url": text("Where events are sent.", format="uri"),
    "description": text("Yours."),
    "events": many(text(), "The events it is told of; empty: all."),
    "is_active": flag("Events are sent."),
    "off_because": or_null(choice("Why none are.", *Webhook.Off.values)),
    "is_test": flag("Made with a test key: told of what test keys file, and of nothing else."),
    "created_at": time("When it was made."),
    "secret_changed_at": time("When its secret was last changed."),
    "last_success_at": or_null(time("When an event last arrived.")),
    "failing_since": or_null(time("Since when none does.")),
    "failures": count("How many in a row did not."),
    "last_error": text("What went wrong last; else empty."),
}
SECRET = text("`whsec_…`, told this once: the key of the signatures (Standard Webhooks).")
DELIVERY = {
    "id": count("What the path names."),
    "message_id": text("The event's `webhook-id`, the same at every attempt and replay."),
    "event": text("What happened, e.g. `order.issued`."),
    "state": choice("What became of it.", *DeliveryState.values),
    "created_at": time("When it was queued."),
    "tries": count("How often it was tried."),
    "next_attempt_at": or_null(time("When it is tried next.")),
    "delivered_at": or_null(time("When it arrived.")),
    "given_up_at": or_null(time("When it was given up.")),
    "last_status": or_null(count("The last HTTP status.")),
    "last_error": text("What went wrong last; else empty."),
    "replay_of": or_null(count("The delivery that it repeats.")),
}
ATTEMPT = shape(
    at=time("When."),
    milliseconds=or_null(count("How long it took.")),
    status=or_null(count("The HTTP status; null without an answer.")),
    error=text("What went wrong; else empty."),
    answer=text("The beginning of what was answered."),
)

SCHEMAS = {
    "Shift": SHIFT,
    "ShiftList": page_of("Shift"),
    "Desk": DESK,
    "Laid": shape(
        drawn_up=many(a("Shift"), "The shifts that were made."),
        skipped=many(
            shape(
                person=text("The account."),
                starts_at=time("From when."),
                ends_at=time("Until when."),
                why=text("In Chinese."),
            ),
            "What was not, and why.",
        ),
    ),
    "ShiftPattern": shape(
        id=count("What `pattern` names."),
        name=text("Its name."),
        note=text("A note."),
        segments=many(
            shape(
                days={"type": ["string", "integer", "array"], "description": "On which days."},
                starts=text("When it begins, `HH:MM`."),
                minutes=count("How long it is."),
            ),
            "The shifts of a day.",
        ),
    ),
    "ShiftPatternList": page_of("ShiftPattern"),
    "Training": TRAINING,
    "TrainingList": page_of("Training"),
    "TrainingWithdrawn": shape(id=count("Which."), withdrawn_at=time("When.")),
    "Channel": CHANNEL,
    "ChannelList": page_of("Channel"),
    "ChannelAttempt": shape(
        id=count("Which."),
        at=time("When."),
        ended_at=or_null(time("When it ended; null while under way.")),
        ok={"type": ["boolean", "null"], "description": "It was taken."},
        error=text("What went wrong; else empty."),
        messages=count("How many messages went with it."),
    ),
    "ChannelAttemptList": page_of("ChannelAttempt"),
    "Webhook": shape(**WEBHOOK),
    "WebhookList": page_of("Webhook"),
    "WebhookMade": shape(**WEBHOOK, secret=SECRET),
    "WebhookSecret": shape(
        **WEBHOOK, secret=SECRET, previous_valid_until=time("Until when the old secret signs as well.")
    ),
    "Delivery": shape(**DELIVERY),
    "DeliveryList": page_of("Delivery"),
    "DeliveryDetail": shape(
        **DELIVERY,
        payload=or_null(text("The body that was sent, as it was signed; null once it is pruned.")),
        attempts=many(ATTEMPT, "Oldest first."),
    ),
}
