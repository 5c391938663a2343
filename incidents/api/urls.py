"""Every path of the API. Each answers with and without its final slash, never by redirect (a redirected
POST would come back as a GET), and what is not here is answered by a problem document."""

from django.urls import re_path

from incidents.api import (
    attachments,
    contacts,
    deadlines,
    incidents,
    notices,
    orders,
    problems,
    responses,
    support,
    warnings,
    webhooks,
)

ONE = r"[^/\x00]{1,40}"
NUMBER = r"incidents/(?P<number>[^/\x00]{1,30})"
ORDER = rf"orders/(?P<number>{ONE})"

HOOK = r"webhooks/(?P<hook>[0-9]{1,15})"
DELIVERY = r"(?P<delivery>[0-9]{1,15})"
WARNING = r"warnings/(?P<number>[^/\x00]{1,30})"


def at(pattern: str, view):
    return re_path(rf"^v1/{pattern}/?\Z", view.as_view())


urlpatterns = [
    at(r"incidents", incidents.Incidents),
    at(NUMBER, incidents.OneIncident),
    at(rf"{NUMBER}/reports", incidents.Reports),
    at(rf"{NUMBER}/timeline", incidents.Timeline),
    at(rf"{NUMBER}/attachments", attachments.Attachments),
    at(rf"{NUMBER}/attachments/(?P<attachment>{ONE})", attachments.OneAttachment),
    at(rf"{NUMBER}/response/start", responses.ResponseStart),
    at(rf"{NUMBER}/response/end", responses.ResponseEnd),
    at(rf"{NUMBER}/response/past", responses.ResponsePast),
    at(rf"{NUMBER}/support-requests", support.SupportRequests),
    at(rf"{NUMBER}/support-requests/(?P<asked>{ONE})", support.OneSupportRequest),
    at(rf"{NUMBER}/support-requests/(?P<asked>{ONE})/fulfil", support.Fulfil),
    at(r"orders", orders.Orders),
    at(ORDER, orders.OneOrder),
    at(rf"{ORDER}/acknowledge", orders.Acknowledge),
    at(rf"{ORDER}/progress", orders.ReportProgress),
    at(rf"{ORDER}/done", orders.ReportDone),
    at(rf"{ORDER}/confirm", orders.ConfirmRelease),
    at(r"deadlines", deadlines.Deadlines),
    at(r"contacts", contacts.Contacts),
    at(r"warning-information", warnings.Information),
    at(r"warnings", warnings.Warnings),
    at(WARNING, warnings.OneWarning),
    at(rf"{WARNING}/acknowledge", warnings.Acknowledge),
    at(r"notices", notices.Notices),
    at(r"notices/(?P<id>[0-9]{1,15})/read", notices.NoticeRead),
    at(r"webhooks", webhooks.Webhooks),
    at(HOOK, webhooks.OneWebhook),
    at(rf"{HOOK}/secret/rotate", webhooks.RotateSecret),
    at(rf"{HOOK}/test", webhooks.Test),
    at(rf"{HOOK}/deliveries", webhooks.Deliveries),
    at(rf"{HOOK}/deliveries/{DELIVERY}", webhooks.OneDelivery),
    at(rf"{HOOK}/deliveries/{DELIVERY}/replay", webhooks.Replay),
    re_path(r"", problems.unknown_path),
]
