"""Orders and the papers of a response as Word files; each exists for whom its page does."""

from django.http import Http404
from django.views.decorators.http import require_GET

from incidents.documents import order as order_paper
from incidents.documents import response as response_paper
from incidents.models import Response
from incidents.querysets import visible_orders
from incidents.roles import Caller
from incidents.web.caller import caller_of, signed_in
from incidents.web.report.incident_board import find_or_404
from incidents.web.taking_away import take_away


@signed_in
@require_GET
def order(request, number: str, kind: str):
    """`notice` or `release`; there is no release notice before the release."""
    rows = visible_orders(caller_of(request).actors).filter(number=number)
    found = rows.select_related(
        "receiver",
        "incident__office",
        "incident__event_class",
        "incident__plan_version",
        "issued_by__organization",
        "instructed_by__organization",
    ).first()
    if found is None or kind == "release" and not found.released_at:
        raise Http404(f"没有任务 {number} 的这份通知。")
    if kind == "release":
        return take_away(request, order_paper.release(found), f"{number} 任务解除通知")
    return take_away(request, order_paper.notice(found), f"{number} 任务通知")


@signed_in
@require_GET
def response(request, number: str, pk: int, kind: str):
    """A paper of a response, for whoever sees its incident; the proposal is not a firm's to read."""
    incident = find_or_404(caller_of(request), number)
    rows = Response.objects.filter(incident=incident, pk=pk).select_related("body")
    found = rows.prefetch_related("named__body").first()
    papers = papers_for(caller_of(request), found) if found else []
    paper = next((paper for paper in papers if paper.slug == kind), None)
    if paper is None:
        raise Http404("没有这份文件。")
    found.incident = incident
    return take_away(request, paper.draw(found), f"{number} {found}{paper.name}")


def papers_for(caller: Caller, response: Response) -> list[response_paper.Kind]:
    """A firm does not read what was proposed to 市政府."""
    inside = bool(caller.roles - {"enterprise"})
    return [paper for paper in response_paper.papers_of(response) if inside or paper.slug != "proposal"]
