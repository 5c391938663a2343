"""档案: what is in an incident's file, whether its ledger holds, earlier exports, and the file itself (§6)."""

from django import forms
from django.http import FileResponse, Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from incidents.documents.case_parts import PARTS
from incidents.models import LedgerEntry, PersonalValue
from incidents.refusals import NotFound, Refusal
from incidents.roles import OFFICE
from incidents.services.closure import exporting
from incidents.services.privacy import erasing, holding
from incidents.web.caller import caller_of, say_refusal, signed_in
from incidents.web.choosers import add_post_choice, dress
from incidents.web.report.incident_tab import TabPage
from incidents.web.response.response_papers import papers_for


class ExportForm(forms.Form):
    """`form` comes with the button that is pressed."""

    personal = forms.BooleanField(label="压缩包含有关人员姓名和电话（导出留痕）", required=False)

    def __init__(self, *args, caller, **kwargs):
        super().__init__(*args, **kwargs)
        if not caller.roles & OFFICE:
            del self.fields["personal"]
        add_post_choice(self, caller, "file.export")
        dress(self)


@signed_in
@require_GET
def page(request, number: str):
    tab = TabPage(request, number, "file")
    incident = tab.incident
    exports = LedgerEntry.objects.filter(chain=incident.chain, action="file.exported")
    context = {
        "sections": [_contents(part(incident, tab.now)) for part in PARTS],
        "attachments": incident.attachments.all(),
        "papers": [(row, papers_for(tab.caller, row)) for row in incident.responses.all()],
        "orders": incident.orders.select_related("receiver").order_by("serial"),
        "exports": exports.select_related("post__organization").order_by("-seq"),
        "fault": exporting.standing_of(incident.chain),
        "standing": exporting.standing_words(incident),
        "personal": PersonalValue.objects.filter(entry__chain=incident.chain, erased_at=None).count(),
        "held": holding.standing(incident),
        "terms": erasing.terms(),
        "may_audit": bool(tab.caller.actors_for("personal.audit")),
        "form": ExportForm(caller=tab.caller),
    }
    return tab.render("incidents/report/case_file.html", context)


@signed_in
@require_POST
def export(request, number: str):
    caller = caller_of(request)
    if not caller.actors_for("file.export"):
        raise Http404(f"没有编号为 {number} 的事件。")
    form = ExportForm(request.POST, caller=caller)
    form.is_valid()
    try:
        exported = exporting.export(
            actor=caller.actor_for("file.export", form.cleaned_data.get("post")),
            number=number,
            form=request.POST.get("form", ""),
            personal=form.cleaned_data.get("personal", False),
            now=timezone.now(),
        )
    except NotFound as refusal:
        raise Http404(refusal.detail) from refusal
    except Refusal as refusal:
        say_refusal(request, refusal)
        return redirect("incident-file", number=number)
    return FileResponse(exported.file, as_attachment=True, filename=exported.name)


def _contents(section) -> tuple[str, str]:
    """What stands in a part, counted."""
    if section.is_empty:
        return section.title, "无"
    rows = sum(len(table.rows) for _, table in section.tables)
    facts = f"{len(section.facts)} 项" if section.facts else ""
    return section.title, "，".join(words for words in (facts, f"{rows} 行" if rows else "") if words)
