"""The forms of what 指挥部 decides on a warning (§4.4): the bulletin's seven contents, its lifting, the telephoned word."""

from django import forms

from incidents import drill_clock
from incidents.models import EventClass, Post, Role
from incidents.roles import OFFICE
from incidents.services.warning.warning_bulletin import Word
from incidents.services.warning.warning_contents import CONTENTS, NAMES, default_addressees
from incidents.web.act_forms import ActForm, text_said, time_said
from incidents.web.warning.warning_forms import LEVELS, AddresseeForm, level_said


def content(name: str, rows: int, length: int):
    field = text_said(NAMES[name], rows=rows, length=length)
    field.error_messages["required"] = f"预警信息须有“{NAMES[name]}”（§4.4）。"
    return field


class DecisionForm(ActForm):
    """指挥部's decision: in writing, or by telephone word for word; the office writes down whose word it was."""

    on_word_of = forms.TypedChoiceField(label="哪位指挥长来电", coerce=int)
    by_phone = forms.BooleanField(label="以电话作出决定，文件后补（24 小时内补文号）", required=False)
    phone_words = text_said("电话原话", rows=3, required=False, help_text="逐字记录")
    document_no = text_said("文号", rows=1, required=False, length=60)

    def offer_phone(self):
        """The office may only write down a telephoned word; the commander also decides at his own screen."""
        if any(actor.role in OFFICE for actor in self.able):
            headquarters = self.warning.office.parent
            posts = Post.objects.filter(organization=headquarters, role=Role.COMMANDER, is_active=True)
            names = [(post.pk, f"{post.title} {post.person}") for post in posts.select_related("person")]
            self.fields["on_word_of"].choices = [("", "请选择"), *names]
            self.fields["on_word_of"].error_messages["required"] = "请写明是哪位指挥长的电话决定（§4.4）。"
            self.fields["phone_words"].required = True
            self.fields["phone_words"].error_messages["required"] = "电话签发须逐字记录原话（§4.4）。"
            for name in ("by_phone", "document_no"):
                del self.fields[name]
        else:
            del self.fields["on_word_of"]

    @property
    def decision(self) -> dict:
        data = self.cleaned_data
        by_phone = data.get("by_phone") or "on_word_of" in self.fields
        word = Word(data["phone_words"], data.get("on_word_of")) if by_phone else None
        return {"phone": word, "document_no": data.get("document_no", "")}


class BulletinForm(DecisionForm):
    """The seven contents of §4.4, as far as they are known already."""

    event_class = forms.ChoiceField(
        label=NAMES["event_class"], error_messages={"required": "预警信息须有“突发事件类别”（§4.4）。"}
    )
    level = level_said(NAMES["level"])
    starts_at = time_said(NAMES["starts_at"], required=True, ahead=True)
    area = content("area", 2, 500)
    caution = content("caution", 3, 2000)
    measures = content("measures", 3, 2000)
    authority = content("authority", 1, 80)

    def offer_contents(self, known: dict):
        classes = EventClass.objects.filter(version=self.warning.plan_version_id).order_by("order")
        choices = [("", "请选择"), *((row.code, row.name) for row in classes)]
        self.fields["event_class"].choices = choices
        for name, value in known.items():
            self.fields[name].initial = value
        self.fields["starts_at"].error_messages["required"] = "预警信息须有“起始时间”（§4.4）。"
        self.offer_phone()

    @property
    def contents(self) -> dict:
        return {name: self.cleaned_data[name] for name in CONTENTS}


class IssueForm(BulletinForm, AddresseeForm):
    field_order = [
        *("seen", "token", "post", *CONTENTS, *AddresseeForm.GROUPS),
        *("on_word_of", "by_phone", "phone_words", "document_no"),
    ]

    def prepare(self):
        warning = self.warning
        counties = "、".join(str(county) for county in warning.counties_affected.all())
        self.offer_bodies(default_addressees(warning))
        self.offer_contents(
            {
                "event_class": warning.event_class and warning.event_class.code,
                "level": warning.proposed_level,
                "starts_at": f"{drill_clock.local():%Y-%m-%d %H:%M}",
                "area": warning.likely_area or "，".join(filter(None, (counties, warning.place))),
                "caution": warning.may_follow,
                "authority": warning.office.parent.name,
            }
        )


class AdjustForm(BulletinForm):
    reason = text_said("调整的理由", rows=2)
    field_order = [
        *("seen", "token", "post", "level", "reason", *CONTENTS),
        *("on_word_of", "by_phone", "phone_words", "document_no"),
    ]

    def prepare(self):
        before = self.warning.standing_bulletin
        known = {name: getattr(before, name) for name in CONTENTS}
        self.offer_contents(known | {"event_class": before.event_class.code, "level": None})
        others = [choice for choice in LEVELS if choice[0] != self.warning.level]
        self.fields["level"].widget.choices = others


class LiftForm(DecisionForm):
    reason = text_said("解除的理由")
    field_order = ["seen", "token", "post", "reason", "on_word_of", "by_phone", "phone_words", "document_no"]

    def prepare(self):
        self.offer_phone()


class DocumentForm(ActForm):
    document_no = text_said("文号", rows=1, length=60)
