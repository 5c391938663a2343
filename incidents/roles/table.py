"""The role table (domain §5): who may do what, in which state, by which clause."""

from . import (
    of_after,
    of_briefs,
    of_call_ups,
    of_command,
    of_debts,
    of_displays,
    of_duty,
    of_guides,
    of_incidents,
    of_keys,
    of_orders,
    of_papers,
    of_people,
    of_personal,
    of_responses,
    of_sign_in,
    of_the_plan,
    of_warnings,
    of_webhooks,
    of_words,
)

MODULES = (
    of_incidents,
    of_responses,
    of_command,
    of_orders,
    of_call_ups,
    of_briefs,
    of_words,
    of_debts,
    of_duty,
    of_displays,
    of_papers,
    of_personal,
    of_guides,
    of_after,
    of_warnings,
    of_the_plan,
    of_keys,
    of_webhooks,
    of_people,
    of_sign_in,
)

TABLE = {act.code: act for module in MODULES for act in module.ACTS}
