"""Plans for filing (§4.3) brought in by a sheet that names their files, and the files with it: tried out, then done at once.

The files stay chosen in the browser between the two: only the answer under the form changes.
"""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from incidents.refusals import Refusal, wrong
from incidents.roles import Caller
from incidents.services import sheets
from incidents.services.register import plan_sheet
from incidents.services.report.attaching import Received, megabytes
from incidents.services.report.attachment_types import SUFFIXES
from incidents.services.sheets import Fault, Filled
from incidents.web.act_forms import ActForm
from incidents.web.caller import add_refusal_to_form, caller_of, signed_in
from incidents.web.once import once
from incidents.web.register.sheets import as_file, rows_of

CODE = plan_sheet.SHEET.act


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    def clean(self, data, initial=None):
        return [super(FilesField, self).clean(each, initial) for each in data or [None]]


class ImportForm(ActForm):
    sheet = forms.FileField(
        label="填好的表",
        widget=forms.FileInput({"accept": ".xlsx"}),
        error_messages={"required": "请选择填好的表。", "empty": "表是空的。"},
    )
    files = FilesField(
        label="预案文件",
        widget=ManyFiles({"accept": ",".join(SUFFIXES)}),
        help_text=f"表中提到的全部文件，可一次选中整个文件夹里的；连同表一共不超过 {megabytes(settings.UPLOAD_MOST)}",
        error_messages={
            "required": "请选择表中提到的文件。",
            "empty": "有的文件是空的。",
            "max_length": "文件名过长。",
        },
    )
    pointer_fields = {"file": "sheet"}

    def __init__(self, data, uploads, *, caller: Caller, able: list):
        now = timezone.now()
        super().__init__(data, uploads, subject=None, caller=caller, code=CODE, able=able, now=now)

    def tried(self, files: list[Received], *, preview: bool) -> tuple[Filled, list[Fault]]:
        filled = plan_sheet.read(self.cleaned_data["sheet"])
        how = {"actor": self.actor(), "now": timezone.now(), "preview": preview}
        return filled, plan_sheet.bring_in(filled, files, **how)


@never_cache
@signed_in
@require_http_methods(["GET", "POST"])
def page(request):
    """By POST a preview, unless it is to be done (`do`)."""
    caller, able = _able(request)
    form = ImportForm(request.POST or None, request.FILES or None, caller=caller, able=able)
    context = {"form": form, "sheet": plan_sheet.SHEET}
    if request.method == "POST" and form.is_valid():
        try:
            with plan_sheet.taken_in(form.cleaned_data["files"]) as files:
                if "do" in request.POST:
                    return _done(request, form, files)
                filled, faults = form.tried(files, preview=True)
            context |= {"filled": filled, "faults": faults, "wrong": rows_of(faults)}
        except Refusal as refusal:
            add_refusal_to_form(form, refusal)
    part = "plan_import_preview.html" if request.htmx else "plan_import.html"
    return render(
        request,
        f"incidents/register/{part}",
        context,
        status=422 if form.errors and not request.htmx else 200,
    )


def _done(request, form: ImportForm, files: list[Received]):
    def work() -> str:
        filled, faults = form.tried(files, preview=False)
        if faults:
            raise wrong("/sheet", "faults", f"没有导入：{faults[0].cell} {faults[0].words}请先预览。")
        return f"已导入 {len(filled.cells)} 份预案。"

    said, done_now = once(request.user, request.path, form.cleaned_data["token"], timezone.now(), work)
    messages.success(request, said if done_now else f"刚才已经导入过，没有重复导入。{said}")
    answer = redirect("filed-plans")
    return HttpResponse(headers={"HX-Redirect": reverse("filed-plans")}) if request.htmx else answer


@signed_in
@require_GET
def template(request):
    _, able = _able(request)
    return as_file(sheets.template(plan_sheet.SHEET, able), f"{plan_sheet.SHEET.title} 模板")


def _able(request) -> tuple[Caller, list]:
    caller = caller_of(request)
    able = list(caller.actors_for(CODE))
    if not able:
        raise Http404("没有这个页面，或您的职务看不到它。")
    return caller, able
