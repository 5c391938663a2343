"""Choosing bodies to be told: by group at one touch, and one by one."""

from django import forms

from incidents.models import Incident
from incidents.services import addressing
from incidents.services.addressing import Kind

GROUPS = {Kind.HEADQUARTERS: "指挥部、应急办", Kind.OFFICE: "指挥部、应急办", Kind.MEMBER: "成员单位"}
GROUPS |= {Kind.COUNTY: "县区", Kind.ENTERPRISE: "企业"}
QUICK = {"members": "全体成员单位", "counties": "事发地和波及县区", "firms": "涉事和有关县区的企业"}


class BodiesMixin:
    """`groups` adds whole groups to the bodies chosen one by one in `to`."""

    def offer_bodies(self, bodies, incident: Incident | None):
        self.codes_of = addressing.concerned(incident) if incident else {}
        grouped: dict[str, list] = {}
        for body in sorted(bodies, key=lambda body: list(GROUPS).index(body.kind)):
            grouped.setdefault(GROUPS[body.kind], []).append((body.code, str(body)))
        self.fields["to"].choices = list(grouped.items())
        self.fields["groups"].choices = [
            (code, f"{name}（{len(self.codes_of[code])}）")
            for code, name in QUICK.items()
            if self.codes_of.get(code)
        ]
        if not self.codes_of:
            del self.fields["groups"]

    def chosen(self) -> list[str]:
        data = self.cleaned_data
        codes = list(data.get("to") or [])
        for group in data.get("groups") or []:
            codes += self.codes_of[group]
        return list(dict.fromkeys(codes))


def groups_field():
    return forms.MultipleChoiceField(
        label="按组选择", required=False, widget=forms.CheckboxSelectMultiple, choices=()
    )


def bodies_field(label: str = "送达单位"):
    return forms.MultipleChoiceField(
        label=label,
        required=False,
        widget=forms.SelectMultiple({"size": 8}),
        help_text="可多选（用鼠标时按住 Ctrl 键）；与按组选择合并计算",
        error_messages={"invalid_choice": "没有可以送达的单位“%(value)s”。"},
    )
