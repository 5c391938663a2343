"""A register as xlsx: its template, a preview of what was filled in, the import, and the register taken away."""

import secrets
from hashlib import sha256

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from incidents.refusals import Refusal, wrong
from incidents.roles import TABLE, Caller
from incidents.services import sheets
from incidents.services.call_up import resource_sheet
from incidents.services.closure.exporting import note_export
from incidents.services.command import expert_pool
from incidents.services.drill import held_drills
from incidents.services.register import hazard_sheet, register_sheets
from incidents.services.sheets import Filled, Sheet
from incidents.services.training import training_sheets
from incidents.web.caller import add_refusal_to_form, caller_of, say_refusal, signed_in
from incidents.web.choosers import add_post_choice, dress
from incidents.web.once import once

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HELD_FOR = 2 * 3600
"""Seconds between a preview and its import."""
MOST_HELD = settings.DATA_UPLOAD_MAX_MEMORY_SIZE - 10_000
"""Characters that the preview's form sends back."""

PLACES = {
    expert_pool.SHEET: "experts",
    hazard_sheet.SHEET: "hazards",
    register_sheets.INSPECTIONS: "inspections",
    register_sheets.CHECKS: "safety-firms",
    register_sheets.RULES: "safety-firms",
    register_sheets.FILED_PLANS: "filed-plans",
    resource_sheet.SHEET: "resources",
    training_sheets.COURSES: "training",
    training_sheets.ATTENDANCE: "training",
    training_sheets.PLAN: "training-plan",
    training_sheets.WORKFORCE: "workforce",
    training_sheets.PUBLICITY: "publicity",
    held_drills.SHEET: "drills-owed",
}
"""Each sheet, with the page of its register."""
SHEETS = {sheet.code: sheet for sheet in PLACES}


class UploadForm(forms.Form):
    file = forms.FileField(label="填好的表", widget=forms.ClearableFileInput({"accept": ".xlsx"}))

    def __init__(self, *args, caller: Caller, act: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].error_messages |= {"required": "请选择文件。", "empty": "文件是空的。"}
        add_post_choice(self, caller, act)
        dress(self)


@never_cache
@signed_in
@require_http_methods(["GET", "POST"])
def page(request, code: str):
    """By POST the preview: every line tried out, nothing kept."""
    sheet, caller = _sheet(request, code)
    fills_in = bool(sheet.keep and caller.actors_for(sheet.act))
    if request.method == "POST" and not fills_in:
        raise Http404("您的职务不能填写这张表。")
    form = UploadForm(request.POST or None, request.FILES or None, caller=caller, act=sheet.act)
    context = {"sheet": sheet, "place": reverse(PLACES[sheet]), "form": form, "fills_in": fills_in}
    if request.method == "POST" and form.is_valid():
        try:
            post = form.cleaned_data.get("post")
            actor = caller.actor_for(sheet.act, post)
            filled = sheets.read(sheet, form.cleaned_data["file"])
            faults = sheets.bring_in(sheet, filled, actor=actor, now=timezone.now(), preview=True)
            held = "" if faults else _held(request, sheet, filled, post)
        except Refusal as refusal:
            add_refusal_to_form(form, refusal)
        else:
            context |= {"filled": filled, "faults": faults, "held": held, "wrong": rows_of(faults)}
    return render(request, "incidents/register/sheet.html", context, status=422 if form.errors else 200)


def _held(request, sheet: Sheet, filled: Filled, post: int | None) -> str:
    """What was tried out, as the preview sends it back to be imported: signed, and good for one import."""
    said = [post, secrets.token_urlsafe(18), filled.letters, filled.cells]
    held = signing.dumps(said, salt=_salt(request, sheet), compress=True)
    if len(held) > MOST_HELD:
        raise wrong("/file", "too_much", "表中内容过多，请分几次导入。", sheet.clause)
    return held


@signed_in
@require_http_methods(["POST"])
def bring_in(request, code: str):
    """Once, however often the preview is sent."""
    sheet, caller = _sheet(request, code)
    if sheet.keep is None:
        raise Http404("这张表只供导出。")
    try:
        post, token, letters, cells = signing.loads(
            request.POST.get("held", ""), salt=_salt(request, sheet), max_age=HELD_FOR
        )
    except signing.BadSignature:
        messages.error(request, "预览已过期，请重新上传。")
        return redirect("sheet", code)
    filled, now = Filled(letters, {int(row): said for row, said in cells.items()}), timezone.now()

    def work() -> str:
        actor = caller.actor_for(sheet.act, post)
        if faults := sheets.bring_in(sheet, filled, actor=actor, now=now, preview=False):
            first = f"{faults[0].cell} {faults[0].words}"
            raise wrong("/file", "changed", f"没有导入：预览之后有了变化，{first}")
        return f"已导入 {len(filled.cells)} 行。"

    try:
        said, done_now = once(request.user, request.path, token, now, work)
    except Refusal as refusal:
        say_refusal(request, refusal)
        return redirect("sheet", code)
    messages.success(request, said if done_now else f"刚才已经导入过，没有重复导入。{said}")
    return redirect(PLACES[sheet])


@signed_in
@require_GET
def template(request, code: str):
    sheet, caller = _sheet(request, code)
    return as_file(sheets.template(sheet, list(caller.actors_for(sheet.act))), f"{sheet.title} 模板")


@signed_in
@require_http_methods(["POST"])
def export(request, code: str):
    """The register as these may see it; that it left is recorded."""
    sheet, caller = _sheet(request, code)
    content, now = sheets.export(sheet, list(caller.actors)), timezone.now()
    digest = sha256(content).hexdigest()
    note_export(actor=caller.actors[0], what=f"{sheet.title}（xlsx）", sha256=digest, now=now)
    return as_file(content, f"{sheet.title} {timezone.localdate(now)}")


def _sheet(request, code: str) -> tuple[Sheet, Caller]:
    sheet, caller = SHEETS.get(code), caller_of(request)
    if sheet is None or not caller.roles & (sheet.readers | TABLE[sheet.act].roles):
        raise Http404("没有这张表，或您的职务看不到它。")
    return sheet, caller


def _salt(request, sheet: Sheet) -> str:
    return f"sheet/{sheet.code}/{request.user.pk}"


def rows_of(faults) -> set[int]:
    return {int(fault.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) for fault in faults if fault.cell}


def as_file(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=XLSX)
    answer.headers["Content-Disposition"] = content_disposition_header(True, f"{name}.xlsx")
    return answer
