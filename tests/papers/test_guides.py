"""Handling guides (annex 3): edited in versions, opened on an incident as they stood, ticked step by step."""

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from incidents.models import EventClass, Guide, GuideStep, LedgerEntry
from incidents.services.command import guiding
from incidents.services.command.guiding import Step
from tests.cast import call_in
from tests.screens.stage import form_of, sign_in, text_of

pytestmark = pytest.mark.clause("5.4.4")


def edit(cast, *steps, actor=None, **more):
    said = {"event_class": "fire", "source": "应急办自拟", "note": "首次录入", "now": timezone.now()} | more
    return guiding.edit(actor=actor or cast.office_director, steps=steps, **said)


@pytest.fixture
def opened(cast):
    edit(cast, Step("切断电源", "自拟"), Step("疏散人员", "自拟", for_firm=True))
    incident = call_in(cast)
    guiding.open_guide(actor=cast.duty_officer, number=incident.number, now=timezone.now())
    return incident


def step(words) -> int:
    return GuideStep.objects.get(words=words).pk


def test_every_class_begins_with_a_guide_and_none_claims_to_be_the_plans(cast):
    codes = set(EventClass.objects.values_list("code", flat=True))
    assert set(Guide.objects.values_list("event_class", flat=True)) == codes and len(codes) == 12
    assert not GuideStep.objects.filter(from_gazette=True).exists() and GuideStep.objects.count() < 13
    listed = text_of(sign_in(cast.duty_officer).get("/guides/"))
    assert "非公报原文" in listed and "未录入" in listed
    paper = text_of(sign_in(cast.auditor).get("/guides/fire/"))
    assert "确认人员安全" in paper and "（非公报原文）" in paper
    assert sign_in(cast.enterprise).get("/guides/").status_code == 404
    assert sign_in(cast.commander).get("/guides/nothing/").status_code == 404


def test_the_director_edits_a_new_version_on_the_page(cast):
    path = "/guides/fire/edit/"
    assert sign_in(cast.duty_officer).get(path).status_code == 404
    client = sign_in(cast.office_director)
    page = client.get(path)
    assert "fire" in page.request["PATH_INFO"] and page.context["form"]["seen"].value() == 1
    sent = {
        "seen": "1", "source": "应急办自拟", "note": "增加一步",
        "steps-TOTAL_FORMS": "3", "steps-INITIAL_FORMS": "1",
        "steps-0-place": "2", "steps-0-words": "报119", "steps-0-source": "自拟",
        "steps-1-place": "1", "steps-1-words": "断电", "steps-1-source": "自拟", "steps-1-for_firm": "on",
        "steps-2-words": "没有依据", "steps-2-source": "",
    }  # fmt: skip
    refused = client.post(path, sent)
    assert refused.status_code == 422 and "没有依据" in refused.content.decode()
    assert client.post(path, sent | {"steps-2-words": ""}).status_code == 302
    newest = Guide.newest("fire")
    assert newest.version == 2 and [str(step) for step in newest.steps.all()] == ["断电", "报119"]
    stale = client.post(path, sent | {"steps-2-words": ""})
    assert stale.status_code == 409 and "已有新版本" in text_of(stale)
    entry = LedgerEntry.objects.get(action="guide.edited")
    assert entry.reason == "增加一步" and entry.post == cast.office_director.post
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        newest.steps.update(words="改")


def test_an_incident_keeps_the_version_that_it_opened(cast, opened):
    edit(cast, Step("全新的一步", "自拟"))
    page = text_of(sign_in(cast.commander).get(f"/incidents/{opened.number}/guide/"))
    assert "切断电源" in page and "全新的一步" not in page and "完成 0/2" in page
    again = sign_in(cast.duty_officer).get(f"/incidents/{opened.number}/act/guide.open/")
    assert again.status_code == 409


def test_steps_are_ticked_and_taken_back_by_their_people(cast, opened):
    url = f"/incidents/{opened.number}/act/"
    firm = sign_in(cast.enterprise)
    values = form_of(firm, f"{url}guide.tick/?step={step('疏散人员')}", words="已全部撤出")
    assert values["step"] == str(step("疏散人员"))
    assert firm.post(f"{url}guide.tick/", values).status_code == 302
    page = text_of(firm.get(f"/incidents/{opened.number}/guide/"))
    assert "完成 1/2" in page and "已全部撤出" in page and "完成 ：切断电源" not in page
    who = {"number": opened.number, "now": timezone.now()}
    with pytest.raises(guiding.NotAllowed):
        guiding.tick(actor=cast.enterprise, step=step("切断电源"), **who)
    with pytest.raises(guiding.WrongState):
        guiding.tick(actor=cast.commander, step=step("疏散人员"), **who)
    guiding.tick(actor=cast.commander, step=step("切断电源"), **who)
    with pytest.raises(guiding.NotAllowed):
        edit(cast, actor=cast.duty_officer)
    desk = sign_in(cast.duty_officer)
    values = form_of(desk, f"{url}guide.untick/?step={step('切断电源')}")
    assert desk.post(f"{url}guide.untick/", values | {"reason": ""}).status_code == 422
    assert desk.post(f"{url}guide.untick/", values | {"reason": "电源又合上了"}).status_code == 302
    assert "撤销：电源又合上了" in text_of(desk.get(f"/incidents/{opened.number}/guide/"))
    told = LedgerEntry.objects.filter(incident=opened, action__startswith="guide.").values_list(
        "action", flat=True
    )
    assert sorted(told) == ["guide.opened", "guide.ticked", "guide.ticked", "guide.unticked"]
    assert sign_in(cast.other_enterprise).get(f"/incidents/{opened.number}/guide/").status_code == 404
