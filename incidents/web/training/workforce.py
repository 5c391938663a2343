"""上岗培训情况 (§8.2): what firms state per outlet and quarter, who owes a statement, who is on post without a pass."""

from django.core.paginator import Paginator
from django.db.models import F, Sum
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from incidents.roles import TABLE, Caller
from incidents.services.training import unfit_on_post
from incidents.services.training import workforce as service
from incidents.web.caller import require_role, signed_in
from incidents.web.register_count import Count
from incidents.web.roster.duty_forms import serve
from incidents.web.training.training import OF_WORKFORCE, SHOWN, tabs, year_asked
from incidents.web.training.training_forms import WorkforceForm

READERS = OF_WORKFORCE
STATE = TABLE["workforce.state"]


@signed_in
@require_GET
def page(request):
    caller = require_role(request, *READERS)
    this_year, this_quarter = service.quarter_of(timezone.localdate())
    year, said = year_asked(request, this_year), request.GET.get("quarter", "")
    quarter = int(said) if said in ("1", "2", "3", "4") else this_quarter
    rows = service.visible(caller.actors).filter(year=year, quarter=quarter).select_related("body")
    rows = rows.order_by((F("passed") - F("on_post")).asc(), "body")
    shown = Paginator(rows, SHOWN).get_page(request.GET.get("page"))
    found = unfit_on_post.standing(shown)
    for row in shown:
        row.hazard = found.get(row.body_id)
    context = {
        "statements": shown,
        "total": rows.aggregate(**{name: Sum(name) for name in service.FIGURES}),
        "owing": service.owing(caller.actors, year, quarter),
        "year": year,
        "quarter": quarter,
        "quarters": (1, 2, 3, 4),
        "query": f"year={year}&quarter={quarter}",
        "may_state": bool(caller.actors_for(STATE.code)),
        "act": STATE,
        **tabs("workforce", caller),
    }
    return render(request, "incidents/training/workforce.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def state(request):
    caller = require_role(request, *STATE.roles)
    actors = caller.actors_for(STATE.code)
    year, quarter = service.quarter_of(timezone.localdate())
    outlet = request.GET.get("body")

    def do(form, actor, now):
        row = service.state(actor=actor, now=now, **form.said())
        if row.unfit:
            hazard = unfit_on_post.standing([row]).get(row.body_id)
            noted = f"已列为隐患 {hazard.number}，" if hazard else ""
            return (
                f"已填报{row}。在岗未合格 {row.unfit} 人，{noted}不得上岗作业，请立即停止其上岗并安排培训。"
            )
        return f"已填报{row}。"

    return serve(
        request,
        code=STATE.code,
        form_class=WorkforceForm,
        actors=actors,
        body=actors[0].organization,
        do=do,
        back=reverse("workforce"),
        title="填报上岗培训情况",
        button="填报",
        about="同一季度再次填报即更正，先前的填报留在台账",
        initial={"year": year, "quarter": quarter} | ({"body": outlet} if outlet else {}),
    )


def count(caller: Caller) -> Count:
    year, quarter = service.quarter_of(timezone.localdate())
    rows = service.visible(caller.actors).filter(year=year, quarter=quarter)
    unfit = rows.filter(passed__lt=F("on_post")).count()
    owing = service.owing(caller.actors, year, quarter).count()
    waiting = [f"{unfit} 家有人未合格在岗"] if unfit else []
    waiting += [f"{owing} 家本季未填报"] if owing else []
    return Count(rows.count(), "，".join(waiting))
