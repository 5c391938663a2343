"""Who takes part in a drill (§8.3) enters it, deals with what its script plays to him, and leaves it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from incidents.models import Inject
from incidents.refusals import Refusal
from incidents.roles import Actor
from incidents.services.drill import drilling as running
from incidents.web import drilling
from incidents.web.caller import add_refusal_to_form, caller_of, in_earnest, say_refusal, signed_in
from incidents.web.drill.drill_forms import HandleForm
from incidents.web.drill.drills import found


@signed_in
@require_POST
def enter(request, number: str):
    caller = in_earnest(request)
    drill = found(caller, number)
    try:
        running.enter(actors=caller.actors, drill=drill, now=timezone.now())
    except Refusal as refusal:
        say_refusal(request, refusal)
        return redirect("drill", number)
    drilling.enter(request, drill)
    messages.success(request, "您已进入演练：所见所办都是演练，退出前看不到真实事件；真实事件来了会提示。")
    return redirect("home")


@signed_in
@require_POST
def leave(request):
    """`to=inbox`: something real has come, and he goes straight to it."""
    drilling.leave(request)
    messages.success(request, "您已退出演练，回到真实工作。")
    return redirect(f"{reverse('inbox')}?unread=1" if request.POST.get("to") == "inbox" else "home")


@signed_in
@require_http_methods(["GET", "POST"])
def inject(request, pk: int):
    """A line of the script, for whom it reached."""
    rows = Inject.objects.select_related("drill", "participant__post__organization", "handled_by")
    rows = rows.filter(pk=pk, delivered_at__isnull=False)
    row = rows.filter(participant__post__person=request.user).exclude(kind=Inject.Kind.DEAD_PHONE).first()
    if row is None:
        raise Http404("没有这条情景。")
    is_inside = request.drill == row.drill
    form = HandleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actor = next((a for a in caller_of(request).actors if a.post == row.participant.post), None)
        try:
            running.handle(
                actor=actor or Actor(), inject=pk, words=form.cleaned_data["words"], now=timezone.now()
            )
        except Refusal as refusal:
            add_refusal_to_form(form, refusal)
        else:
            messages.success(request, "已记录处置情况。")
            return redirect("inbox")
    context = {"row": row, "form": form, "is_inside": is_inside}
    return render(request, "incidents/drill/drill_inject.html", context, status=422 if form.errors else 200)
