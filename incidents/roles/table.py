"""The role table (domain §5): who may do what, in which state, by which clause."""

from . import of_debts, of_duty, of_incidents, of_orders, of_responses, of_the_plan, of_warnings, of_words

MODULES = (of_incidents, of_responses, of_orders, of_debts, of_duty, of_warnings, of_the_plan, of_words)

TABLE = {act.code: act for module in MODULES for act in module.ACTS}
