"""Every path of the API. Each answers with and without its final slash, never by redirect (a redirected
POST would come back as a GET), and what is not here is answered by a problem document."""

from django.urls import re_path

from incidents.api import incidents, notices, problems

NUMBER = r"incidents/(?P<number>[^/\x00]{1,30})"


def at(pattern: str, view):
    return re_path(rf"^v1/{pattern}/?\Z", view.as_view())


urlpatterns = [
    at(r"incidents", incidents.Incidents),
    at(NUMBER, incidents.OneIncident),
    at(rf"{NUMBER}/reports", incidents.Reports),
    at(rf"{NUMBER}/timeline", incidents.Timeline),
    at(rf"{NUMBER}/response/start", incidents.ResponseStart),
    at(rf"{NUMBER}/response/end", incidents.ResponseEnd),
    at(r"deadlines", incidents.Deadlines),
    at(r"notices", notices.Notices),
    at(r"notices/(?P<id>[0-9]{1,15})/read", notices.NoticeRead),
    re_path(r"", problems.unknown_path),
]
