"""A bulletin as a Word file, for whom the page of its warning shows it."""

from django.http import Http404
from django.utils import timezone
from django.views.decorators.http import require_GET

from alerts.models import Bulletin
from incidents.documents import bulletin as bulletin_paper
from incidents.roles import Caller
from incidents.web.caller import caller_of, signed_in
from incidents.web.taking_away import take_away
from incidents.web.warning.warning_board import WarningBoard, find


def bulletin_for(caller: Caller, number: str, version: int) -> Bulletin:
    """A version of the warning as issued, for whom it is (404)."""
    warning = find(caller, number)
    board = warning and WarningBoard(warning, caller, timezone.now())
    for bulletin in board.bulletins if board else ():
        if bulletin.version == version and (board.sees_all or bulletin.shown):
            bulletin.warning = warning
            return bulletin
    raise Http404(f"没有 {number} 第 {version} 版预警信息。")


@signed_in
@require_GET
def bulletin(request, number: str, version: int):
    found = bulletin_for(caller_of(request), number, version)
    return take_away(request, bulletin_paper.draw(found), f"{number} 预警信息第{version}版")
