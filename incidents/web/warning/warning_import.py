"""导入预警报文: the duty officer brings a CAP message or a feed of them, as a file or as text (§4.2)."""

from django import forms
from django.conf import settings
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from alerts.cap.hostile_xml import MAX_BYTES
from incidents.refusals import Refusal
from incidents.roles import OFFICE, Caller
from incidents.services.warning import warning_import as service
from incidents.web.caller import add_refusal_to_form, require_role, signed_in
from incidents.web.choosers import add_post_choice, dress

LONGEST_PASTE = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 4
"""In characters, so that what is pasted still gets through the door; longer ones come as a file."""


class ImportForm(forms.Form):
    file = forms.FileField(
        label="报文文件",
        required=False,
        help_text=f"CAP 1.2 报文或 Atom 预警源（.xml、.atom），最大 {MAX_BYTES // 1024 // 1024} MB",
        widget=forms.FileInput({"accept": ".xml,.cap,.atom,application/xml,text/xml"}),
    )
    text = forms.CharField(
        label="或粘贴报文",
        required=False,
        strip=False,
        max_length=LONGEST_PASTE,
        widget=forms.Textarea({"rows": 8, "spellcheck": "false", "class": "num"}),
    )
    needed = ()

    def __init__(self, *args, caller: Caller, **kwargs):
        super().__init__(*args, **kwargs)
        add_post_choice(self, caller, "warning.import")
        dress(self)

    def clean(self):
        data = super().clean()
        if not self.errors and bool(data.get("file")) == bool((data.get("text") or "").strip()):
            self.add_error("file", "请选择一个文件，或粘贴报文，二者取一。")
        return data

    def bytes(self) -> bytes:
        """A pasted text is Unicode already, whatever encoding it declares: the mark goes before the declaration."""
        if file := self.cleaned_data["file"]:
            return file.read(MAX_BYTES + 1)
        return self.cleaned_data["text"].strip().encode("utf-8-sig", "replace")


@signed_in
@require_http_methods(["GET", "POST"])
def page(request):
    """What was sent twice is not taken in twice: each message has its name."""
    caller = require_role(request, *OFFICE)
    form = ImportForm(request.POST or None, request.FILES or None, caller=caller)
    imported = _import(form, caller) if request.method == "POST" and form.is_valid() else None
    context = {"form": form, "imported": imported}
    return render(
        request, "incidents/warning/warning_import.html", context, status=422 if form.errors else 200
    )


def _import(form: ImportForm, caller: Caller) -> service.Imported | None:
    try:
        actor = caller.actor_for("warning.import", form.cleaned_data.get("post"))
        return service.import_cap(
            actor=actor, office=actor.organization, data=form.bytes(), now=timezone.now()
        )
    except Refusal as refusal:
        add_refusal_to_form(form, refusal)
        return None
