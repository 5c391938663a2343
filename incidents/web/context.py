"""What the frame of every page shows: where one may go, in which posts one stands, what is unread."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django_guid import get_guid

from alerts.services import watchdog
from incidents.models import Role
from incidents.roles.of_statistics import READERS
from incidents.web.caller import caller_of
from incidents.web.drill import drill_door
from incidents.web.middleware import epoch_ms, seconds_left
from incidents.web.register.preparedness import is_register
from incidents.web.unread import unread_in_earnest, unread_of

DESK = {Role.DUTY_OFFICER, Role.OFFICE_DIRECTOR}
COMMAND = DESK | {Role.COMMANDER, Role.AUDITOR}
CONCERNED = {Role.APPROVER, Role.MEMBER, Role.COUNTY}
ROSTER = COMMAND | {Role.MEMBER, Role.COUNTY, Role.ENTERPRISE}
OWING = COMMAND | CONCERNED | {Role.ENTERPRISE}
PLAN = {Role.ADMINISTRATOR, Role.OFFICE_DIRECTOR}
ALL = set(Role)

PLACES = (
    ("desk", "值班台", DESK),
    ("command", "指挥屏", COMMAND),
    ("firm", "企业", {Role.ENTERPRISE}),
    ("home", "事件", CONCERNED),
    ("warnings", "预警", COMMAND | {Role.ENTERPRISE, Role.MEMBER, Role.COUNTY}),
    ("instructions", "批示", COMMAND | {Role.ENTERPRISE, Role.MEMBER, Role.COUNTY}),
    ("notices", "通报", {Role.ENTERPRISE, Role.MEMBER, Role.COUNTY}),
    ("duty", "值班", ROSTER),
    ("briefs", "专报", COMMAND | {Role.APPROVER}),
    ("deadlines", "时限", OWING),
    ("call-ups", "资源", COMMAND),
    ("telephone", "电话", DESK | {Role.COMMANDER}),
    ("preparedness", "准备", ROSTER),
    ("statistics", "统计", READERS),
    ("personal-record", "查看记录", {Role.AUDITOR}),
    ("inbox", "收件箱", ALL),
    ("clauses", "条款", ALL),
    ("plan", "预案", PLAN),
    ("displays", "大屏", {Role.ADMINISTRATOR}),
    ("keys", "接口", {Role.ENTERPRISE, Role.ADMINISTRATOR}),
    ("people", "人员", {Role.ADMINISTRATOR}),
    ("permissions", "权限", {Role.AUDITOR}),
    ("admin:index", "基础数据", {Role.ADMINISTRATOR}),
)


def frame(request):
    """Lazy throughout: a fragment that shows none of it asks the database nothing."""
    now = timezone.now()
    return {
        "now": now,
        "server_time": epoch_ms(now),
        "request_id": get_guid(),
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
        "caller": SimpleLazyObject(lambda: caller_of(request)),
        "places": SimpleLazyObject(lambda: places_of(request)),
        "watchdog_warning": SimpleLazyObject(watchdog.warning),
        "unread": SimpleLazyObject(lambda: unread_of(request)),
        "unread_in_earnest": SimpleLazyObject(lambda: unread_in_earnest(request.user)),
        "session_left": SimpleLazyObject(lambda: seconds_left(request)),
        **drill_door.frame_of(request),
        "may_search": SimpleLazyObject(lambda: bool(caller_of(request).roles - {Role.ADMINISTRATOR})),
    }


def places_of(request) -> list[dict]:
    """The places that the person's roles open, the one marked that he is in: on its own page, or further inside."""
    roles, path = caller_of(request).roles, request.path
    found = [(name, label, reverse(name)) for name, label, allowed in PLACES if roles & allowed]
    inside = max((url for _, _, url in found if url != "/" and path.startswith(url)), key=len, default="")
    if not inside and is_register(path):
        inside = reverse("preparedness")
    return [
        {
            "name": name,
            "label": label,
            "url": url,
            "here": "page" if path == url else "true" if url == inside else "",
        }
        for name, label, url in found
    ]
