"""Which changes the ledger tells of (domain §6): every model of the product stands here once.

`NOT_IN_THE_LEDGER`: what may be written without a row of the ledger, each with its reason. Everything else must come with
one in the same transaction; `BY` says by which acts, for the reader, and is held against what tests see.
"""

MACHINERY = "how the machinery gets on, not what anybody did"
WHAT_IS_KEPT = "the ledger itself, or beside it"

NOT_IN_THE_LEDGER = {
    "incidents.LedgerEntry": WHAT_IS_KEPT,
    "incidents.LedgerHead": WHAT_IS_KEPT,
    "incidents.PersonalValue": WHAT_IS_KEPT,
    "incidents.IdempotentAnswer": "an answer kept for a day, to be given again to a request that is repeated",
    "incidents.SignatureNonce": "signed requests that were taken, kept for ten minutes",
    "incidents.IntakeDraft": "half-typed forms, the person's own until filed",
    "incidents.NumberSeries": "a counter; what got the number is told of",
    "incidents.GuideTick": "",
    "alerts.Heartbeat": MACHINERY,
    "alerts.Notification": "",
    "alerts.Delivery": MACHINERY,
    "alerts.Attempt": MACHINERY,
    "alerts.Attempt_deliveries": MACHINERY,
    "alerts.GapNotice": "",
    "alerts.WebhookDelivery": MACHINERY,
    "alerts.WebhookAttempt": MACHINERY,
    "alerts.WebhookEvent": MACHINERY,
}
