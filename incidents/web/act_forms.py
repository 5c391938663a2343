"""What the forms of all acts share: what was seen, a token against a double click, the post acted in; and how each thing is asked."""

import secrets
from contextlib import contextmanager, nullcontext

from django import forms

from alerts.models import Warning
from incidents import ledger
from incidents.models import Incident
from incidents.querysets import visible_incidents
from incidents.roles import Caller
from incidents.services.report import attaching
from incidents.services.report.attachment_types import ACCEPTED, SUFFIXES
from incidents.web.choosers import dress
from incidents.web.times import SmartTimeField, TimedForm

Subject = Incident | Warning


def text_said(label: str, *, rows: int = 3, required: bool = True, length: int = 2000, **kwargs):
    widget = forms.Textarea({"rows": rows}) if rows > 1 else forms.TextInput({"autocomplete": "off"})
    errors = {"required": f"请填写{label}。"}
    return forms.CharField(
        label=label, required=required, max_length=length, widget=widget, error_messages=errors, **kwargs
    )


def phone_said(label: str, **kwargs):
    widget = forms.TextInput({"inputmode": "tel", "autocomplete": "off"})
    errors = {"required": f"请填写{label}。"}
    return forms.CharField(label=label, max_length=40, widget=widget, error_messages=errors, **kwargs)


def time_said(label: str, **kwargs):
    kwargs.setdefault("required", False)
    return SmartTimeField(label=label, error_messages={"required": f"请填写{label}。"}, **kwargs)


def file_said(label: str, *, required: bool = False, **kwargs):
    """One file; what it is, its content decides."""
    return forms.FileField(
        label=label,
        required=required,
        widget=forms.FileInput({"accept": ",".join(SUFFIXES)}),
        help_text=f"{ACCEPTED}，不超过 8 MB",
        error_messages={
            "required": f"请附上{label}。",
            "empty": "文件是空的。",
            "max_length": "文件名过长。",
        },
        **kwargs,
    )


class ActForm(TimedForm):
    """Every act's form: what its screen has seen, a token against a double click, and the post acted in."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    token = forms.CharField(widget=forms.HiddenInput, max_length=60)
    pointer_fields: dict[str, str] = {}

    def __init__(
        self,
        *args,
        subject: Subject | None,
        caller: Caller,
        code: str,
        query=None,
        able=None,
        debt=None,
        matter=None,
        **kwargs,
    ):
        initial = {"seen": subject and ledger.last_seq(subject.chain), "token": secrets.token_urlsafe(18)}
        kwargs["initial"] = initial | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.subject, self.caller, self.query = subject, caller, query or {}
        self.debt, self.matter = debt, matter
        self.able = able_to(caller, code, subject) if able is None else able
        if len(self.able) > 1:
            self.fields["post"] = forms.TypedChoiceField(
                label="以何职务办理",
                choices=[("", "请选择职务"), *((actor.post.pk, str(actor.post)) for actor in self.able)],
                coerce=int,
                error_messages={"required": "您有多个职务可办理此事，请选择以何职务办理（§2.2.1）。"},
            )
            self.order_fields(["seen", "token", "post"])
        self.prepare()
        dress(self)

    def prepare(self):
        """Choices and initial values that depend on the incident or warning."""

    @property
    def incident(self) -> Incident:
        return self.subject

    @property
    def warning(self) -> Warning:
        return self.subject

    def actor(self):
        if len(self.able) == 1:
            return self.able[0]
        return next(actor for actor in self.able if actor.post.pk == self.cleaned_data["post"])

    @contextmanager
    def file_taken_in(self):
        """What was sent as `file` is on the disk (`received`) before the act begins, and stays if a row names it."""
        upload = self.cleaned_data.get("file")
        with attaching.taken_in(upload) if upload else nullcontext() as self.received:
            yield

    @property
    def shown(self) -> list:
        return [field for field in self.visible_fields()]


def able_to(caller: Caller, code: str, subject: Subject) -> list:
    """The posts that may do this here; one in another body, for which the subject does not exist, may not."""
    able = list(caller.actors_for(code))
    if len(able) > 1 and subject is not None:
        able = [actor for actor in able if seen_by([actor], subject).filter(pk=subject.pk).exists()]
    return able


def seen_by(actors, subject: Subject):
    """What of the subject's kind these actors see."""
    return (
        Warning.with_drills.visible_to(actors) if isinstance(subject, Warning) else visible_incidents(actors)
    )


class BareForm(ActForm):
    pass


class ReasonForm(ActForm):
    reason = text_said("理由")


class VerifyForm(ActForm):
    with_whom = text_said("向谁核实（单位或岗位）", rows=1, length=100)
    person = text_said(
        "对方姓名、电话", rows=1, required=False, length=60, help_text="不写入时间线，查看留痕"
    )
    how = text_said("如何核实", rows=2, length=300)
