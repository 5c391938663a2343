"""个人信息查看记录: who looked at what, when and why, for the auditor and the office's director; as CSV too."""

import csv
from datetime import date
from hashlib import sha256
from io import StringIO

from django import forms
from django.core.paginator import Paginator
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from incidents.documents.case_archive import harmless
from incidents.roles import TABLE
from incidents.services.closure.exporting import note_export
from incidents.services.privacy import personal_record
from incidents.web.caller import require_role, signed_in
from incidents.web.choosers import dress

PER_PAGE = 50
COLUMNS = ("时间", "行为", "内容", "理由", "人员", "岗位")


def day_said(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput({"type": "date"}),
        validators=[
            MinValueValidator(date(2000, 1, 1), "日期须在 2000 年至 2100 年之间。"),
            MaxValueValidator(date(2100, 1, 1), "日期须在 2000 年至 2100 年之间。"),
        ],
    )


class AskForm(forms.Form):
    q = forms.CharField(label="人员、事件编号、理由", required=False, max_length=60)
    action = forms.ChoiceField(
        label="行为", required=False, choices=[("", "全部"), *personal_record.ACTIONS.items()]
    )
    since = day_said("自")
    until = day_said("至")

    def asked(self) -> personal_record.Asked:
        data = self.cleaned_data if self.is_valid() else {}
        return personal_record.Asked(
            data.get("q", ""), data.get("action", ""), data.get("since"), data.get("until")
        )


@signed_in
@require_http_methods(["GET", "POST"])
def page(request):
    """By POST as a file, which is an export and recorded as one."""
    caller = require_role(request, *TABLE["personal.audit"].roles)
    form = AskForm(request.POST if request.method == "POST" else request.GET)
    rows = personal_record.rows_for(list(caller.actors), form.asked())
    if request.method == "POST" and form.is_valid():
        actor = caller.actors_for("personal.audit")[0]
        content = _as_csv(rows)
        digest = sha256(content).hexdigest()
        note_export(actor=actor, what="个人信息查看记录", sha256=digest, now=timezone.now())
        answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="personal-record.csv"'
        return answer
    dress(form)
    parameters = request.GET.copy()
    parameters.pop("page", None)
    context = {
        "form": form,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "lookers": personal_record.lookers(rows),
        "actions": personal_record.ACTIONS,
        "parameters": parameters.urlencode(),
    }
    return render(
        request, "incidents/privacy/personal_record.html", context, status=422 if form.errors else 200
    )


def _as_csv(rows) -> bytes:
    table = StringIO()
    writer = csv.writer(table)
    writer.writerow(COLUMNS)
    for row in rows.iterator(chunk_size=2000):
        at = timezone.localtime(row.at).isoformat(sep=" ", timespec="seconds")
        who = (row.person or "系统", row.post or "")
        cells = (at, personal_record.ACTIONS[row.action], row.summary, row.reason, *who)
        writer.writerow([harmless(cell) for cell in cells])
    return table.getvalue().encode("utf-8-sig")
