"""Private persons on screen: no more than whoever looks needs to tell them apart."""

from django import template

from incidents.personal import is_erased, mask_name, mask_phone

register = template.Library()
register.filter("is_erased", is_erased)
register.filter("masked", mask_name)
register.filter("masked_phone", mask_phone)


@register.filter
def action_of(code: str, actions: dict[str, str]) -> str:
    """What an act of the ledger is called, of these."""
    return actions.get(code, code)


@register.filter
def quantity(number) -> str:
    """3, 2.5: without zeros that say nothing."""
    return "—" if number is None else f"{number:.2f}".rstrip("0").rstrip(".")


@register.filter
def yuan(amount) -> str:
    return "—" if amount is None else f"{amount:,.2f} 元"
