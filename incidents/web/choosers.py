"""Fields that take what a hand types in a hurry: a firm by its initials, a figure as 30万, a post."""

import re
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError

from incidents.models import Organization
from incidents.roles import Caller

FIRMS = Organization.objects.filter(kind=Organization.Kind.ENTERPRISE, is_active=True)
COUNTIES = Organization.objects.filter(kind=Organization.Kind.COUNTY, is_active=True)


class FirmField(forms.CharField):
    """A firm by its name, short name, code or initials; the browser completes them, the server decides."""

    def __init__(self, **kwargs):
        kwargs.setdefault(
            "widget",
            forms.TextInput(attrs={"autocomplete": "off", "data-completes": "firms", "maxlength": 80}),
        )
        super().__init__(**kwargs)

    def clean(self, value) -> Organization | None:
        text = super().clean(value)
        if not text:
            return None
        said = text if len(text) <= 40 else f"{text[:39]}…"
        found = [firm for firm in FIRMS.order_by("pk") if text in (firm.code, firm.name, firm.short_name)]
        found = found or list(FIRMS.filter(initials=text.lower())[:2])
        found = found or list(FIRMS.filter(initials__startswith=text.lower())[:6])
        found = found or list(FIRMS.matching(text)[:6])
        if not found:
            raise ValidationError(f"没有名称、简称或首字母为“{said}”的企业。")
        if len(found) > 1:
            raise ValidationError(f"“{said}”不止一家：{'、'.join(map(str, found))}。请选定一家。")
        return found[0]


def firm_options() -> list[dict]:
    """All firms as the browser completes them."""
    return [
        {
            "text": firm.short_name,
            "also": f"{firm.name} {firm.initials} {firm.code}",
            "note": firm.initials,
            "county": firm.county.code if firm.county else "",
        }
        for firm in FIRMS.select_related("county").order_by("code")
    ]


class FigureField(forms.CharField):
    """A count or an amount: `3`, `30万`, `1.2亿`; blank means that nothing was said."""

    UNITS = {"": 1, "千": 1_000, "万": 10_000, "亿": 100_000_000}
    HIGHEST = 10**15

    def __init__(self, **kwargs):
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "maxlength": 20})
        )
        super().__init__(required=False, **kwargs)

    def clean(self, value) -> int | None:
        text = re.sub(r"[\s,，元人条起]", "", super().clean(value))
        if not text:
            return None
        stated = re.fullmatch(r"(\d{1,15}(?:\.\d{1,8})?)([千万亿]?)", text)
        if not stated:
            raise ValidationError("请填写数字，如 3、30万、1.2亿；不清楚的留空。")
        figure = Decimal(stated[1]) * self.UNITS[stated[2]]
        if figure != int(figure):
            raise ValidationError("请填写整数。")
        if figure > self.HIGHEST:
            raise ValidationError("数字过大，请核对。")
        return int(figure)


def degrees_field(label: str, example: str) -> forms.DecimalField:
    """Of a pair `longitude`, `latitude`: typed, or picked on the map (`js/point_picker.js`)."""
    return forms.DecimalField(
        label=label,
        required=False,
        widget=forms.TextInput(
            {"inputmode": "decimal", "autocomplete": "off", "maxlength": 12, "placeholder": f"如 {example}"}
        ),
        error_messages={"invalid": f"{label}请填写十进制的度数，如 {example}。"},
    )


def county_choices() -> list[tuple[str, str]]:
    """`ycq 驿城区`: a native select finds an option by the letters that it begins with."""
    return [(county.code, f"{county.initials} {county.short_name}") for county in COUNTIES.order_by("pk")]


def add_post_choice(form: forms.Form, caller: Caller, code: str, roles=None) -> None:
    """Where several posts would do, the person picks (§2.2.1); with one there is nothing to ask."""
    able = [actor for actor in caller.actors_for(code) if roles is None or actor.role in roles]
    if len(able) > 1:
        form.fields["post"] = forms.TypedChoiceField(
            label="以何职务办理",
            choices=[("", "请选择职务"), *((actor.post.pk, str(actor.post)) for actor in able)],
            coerce=int,
            empty_value=None,
            error_messages={"required": "您有多个职务可办理此事，请选择以何职务办理（§2.2.1）。"},
        )


CSS = ((forms.CheckboxInput, "form-check-input"), (forms.RadioSelect, "form-check-input"))


def dress(form: forms.Form) -> forms.Form:
    """Bootstrap's classes by the kind of widget; of a refused form the first wrong field takes the focus."""
    for field in form.fields.values():
        widget = field.widget
        plain = (
            "form-select form-select-sm"
            if isinstance(widget, forms.Select)
            else "form-control form-control-sm"
        )
        css = next((css for kind, css in CSS if isinstance(widget, kind)), plain)
        widget.attrs["class"] = f"{widget.attrs.get('class', '')} {css}".strip()
    if form.is_bound:
        focus_first_error(form)
    return form


def focus_first_error(form: forms.Form) -> None:
    wrong = next((name for name in form.fields if name in form.errors), None)
    if wrong:
        for name, field in form.fields.items():
            field.widget.attrs.pop("autofocus", None)
            if name == wrong:
                field.widget.attrs["autofocus"] = True


def grouped_bodies(incident, bodies) -> list[tuple[str, list[tuple[str, str]]]]:
    """Bodies as a select shows them: the incident's own first, then by kind."""
    kinds = Organization.Kind
    concerned = {incident.county_id, incident.enterprise_id}
    found = list(bodies.order_by("kind", "pk"))
    groups = {"本事件": [body for body in found if body.pk in concerned]}
    for name, kind in (("成员单位", kinds.MEMBER), ("县区", kinds.COUNTY), ("企业", kinds.ENTERPRISE)):
        groups[name] = [body for body in found if body.kind == kind and body.pk not in concerned]
    groups["其他"] = [
        body
        for body in found
        if body.kind not in (kinds.MEMBER, kinds.COUNTY, kinds.ENTERPRISE) and body.pk not in concerned
    ]
    return [(name, [(body.code, str(body)) for body in group]) for name, group in groups.items() if group]
