"""Everything a firm may do in a browser it can do here: the role table against the paths of the API (issue 6)."""

import pytest
from django.urls import NoReverseMatch, reverse

from incidents.api import urls
from incidents.api.sandbox import OfSandbox
from incidents.api.views import Resource
from incidents.models import Role
from incidents.roles import TABLE

A_PERSONS_OWN = "a person does it for himself; a key is no person"
FOR_PEOPLE = "people of the enterprise keep its keys; a key makes none"
ON_SCREENS = "it is held on the system's screens, by people"
TO_READ = "figures to be read by people, on a page and as a sheet"
WITHOUT_PATH = {
    "drill.plan": ON_SCREENS,
    "drill.script": ON_SCREENS,
    "drill.start": ON_SCREENS,
    "drill.end": ON_SCREENS,
    "drill.cancel": ON_SCREENS,
    "drill.evaluate": ON_SCREENS,
    "drill.direct": ON_SCREENS,
    "drill.withdraw": "what was stated in error is withdrawn by a person, with a reason",
    "plan.answer": "what a body has to say on a draft of the plan, a person says",
    "resource.standby": ON_SCREENS,
    "statistics.read": TO_READ,
    "duty.sign_in": A_PERSONS_OWN,
    "duty.hand_over": A_PERSONS_OWN,
    "duty.swap": A_PERSONS_OWN,
    "channel.own": A_PERSONS_OWN,
    "key.create": FOR_PEOPLE,
    "key.rename": FOR_PEOPLE,
    "key.rotate": FOR_PEOPLE,
    "key.revoke": FOR_PEOPLE,
    "key.signing": FOR_PEOPLE,
}


def changing() -> dict[str, list]:
    """By act: the resources that do it."""
    found = {}
    for pattern in urls.urlpatterns:
        view = getattr(pattern.callback, "view_class", None)
        if view and issubclass(view, Resource) and view.code:
            found.setdefault(view.code, []).append(view)
    return found


def test_every_act_that_a_firm_may_do_has_a_path():
    firms = {code for code, act in TABLE.items() if Role.ENTERPRISE in act.roles}
    assert firms - changing().keys() == WITHOUT_PATH.keys()
    assert changing().keys() <= firms, "an act that is no firm's has no business here"


def test_every_resource_that_changes_something_names_its_act_and_tells_what_it_does():
    for pattern in urls.urlpatterns:
        view = getattr(pattern.callback, "view_class", None)
        if not view or not issubclass(view, Resource):
            continue
        methods = [name for name in ("get", "create", "put", "patch", "delete") if hasattr(view, name)]
        for name in methods:
            told = getattr(view, name).__doc__ or view.__doc__
            assert told and "§" in told, f"{view.__name__}.{name} names its clause for the description"
        changes = [name for name in ("create", "put", "patch", "delete") if hasattr(view, name)]
        assert bool(changes) == bool(view.code) or issubclass(view, OfSandbox), view


def test_an_act_is_found_by_its_code():
    """`actions` in answers say where; an act of several paths is found at the one named by it."""
    names = {pattern.name for pattern in urls.urlpatterns}
    assert {code for code in changing() if TABLE[code].states is not None} <= names
    where = reverse("response.start", urlconf=urls, kwargs={"number": "ZMD-2026-0001"})
    assert where == "/v1/incidents/ZMD-2026-0001/response/start"
    with pytest.raises(NoReverseMatch):
        reverse("incident.grade", urlconf=urls, kwargs={"number": "ZMD-2026-0001"})
