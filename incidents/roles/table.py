"""The role table (domain §5): who may do what, in which state, by which clause."""

from . import (
    of_after,
    of_call_ups,
    of_debts,
    of_duty,
    of_incidents,
    of_orders,
    of_responses,
    of_the_plan,
    of_warnings,
)

MODULES = (
    of_incidents,
    of_responses,
    of_orders,
    of_debts,
    of_duty,
    of_warnings,
    of_the_plan,
    of_call_ups,
    of_after,
)

TABLE = {act.code: act for module in MODULES for act in module.ACTS}
