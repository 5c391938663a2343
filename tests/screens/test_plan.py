"""§8.4: the plan changes by a draft that is put into force in one act; incidents keep their version."""

import pytest
from django.urls import reverse
from django.utils import timezone

from incidents import ledger
from incidents.models import Clause, Criterion, DeadlineRule, EscalationStep, LedgerEntry, PlanVersion
from incidents.refusals import Invalid, NotAllowed, NotFound, WrongState
from incidents.services.revision import plan_revision
from tests import cast as people
from tests.revisions import acts
from tests.screens.stage import sign_in, text_of

pytestmark = pytest.mark.clause("8.4")


@pytest.fixture
def draft(cast):
    return plan_revision.start_draft(actor=cast.administrator, now=timezone.now())


def change(draft, code="R10", minutes=20):
    from datetime import timedelta

    DeadlineRule.objects.filter(version=draft, code=code).update(limit=timedelta(minutes=minutes))


def activate(cast, **kwargs):
    kwargs = {
        "actor": cast.office_director,
        "reason": "演练后调整",
        "document_no": "",
        "now": timezone.now(),
    } | kwargs
    return plan_revision.activate(**kwargs)


def test_a_draft_is_a_whole_copy_and_there_is_one_at_a_time(cast, draft):
    for part in plan_revision.PARTS:
        assert len(part.rows(draft)) == len(part.rows(draft.based_on)) > 0
    assert plan_revision.differences(draft) == []
    with pytest.raises(WrongState, match="已有一个草案"):
        plan_revision.start_draft(actor=cast.office_director, now=timezone.now())


@pytest.mark.parametrize("role", ["duty_officer", "commander", "enterprise", "auditor"])
def test_others_draft_nothing(cast, role):
    with pytest.raises(NotAllowed):
        plan_revision.start_draft(actor=getattr(cast, role), now=timezone.now())


def test_an_administrator_never_puts_a_rule_into_force(cast, draft):
    change(draft)
    with pytest.raises(NotAllowed):
        activate(cast, actor=cast.administrator)


def test_a_decided_target_needs_a_reason_alone(cast, draft):
    change(draft, "R10", 20)
    changes = plan_revision.differences(draft)
    assert [(c.row, c.column, c.before, c.after) for c in changes] == [
        ("R10 核实并定级", "时限", "30 分钟", "20 分钟")
    ]
    assert not plan_revision.needs_document(changes)
    with pytest.raises(Invalid, match="理由"):
        activate(cast, reason=" ")
    assert activate(cast).status == "active"
    assert PlanVersion.in_force().number == 2
    assert PlanVersion.objects.get(number=1).status == "superseded"
    entry = LedgerEntry.objects.get(action="plan.activated", post__isnull=False)
    assert entry.clause == "8.4" and "30 分钟 → 20 分钟" in entry.data["changes"][0]
    assert not list(ledger.verify())


@pytest.mark.parametrize("what", ["limit", "clause", "criterion", "class", "gone"])
def test_what_rests_on_the_plan_needs_the_governments_document(cast, draft, what):
    if what == "limit":
        change(draft, "R2", 50)
    elif what == "clause":
        Clause.objects.filter(version=draft, number="5.2.1").update(text="改写")
    elif what == "criterion":
        Criterion.objects.filter(version=draft, measure="deaths", level=3).update(at_least=2)
    elif what == "class":
        draft.eventclass_set.filter(code="fire").update(name="火情")
    else:
        DeadlineRule.objects.filter(version=draft, code="W2", creditor="PROVINCE").delete()
    assert plan_revision.needs_document(plan_revision.differences(draft))
    with pytest.raises(WrongState, match="须先召集有关部门和专家评估"):
        activate(cast, document_no="驻政办〔2026〕9号")
    acts.assessed(cast, timezone.now())
    with pytest.raises(Invalid, match="批准文号"):
        activate(cast)
    paper = {"document_no": "驻政办〔2026〕9号", "document_day": timezone.localdate()}
    assert activate(cast, **paper).document_no == "驻政办〔2026〕9号"


def test_a_limit_of_the_plan_does_not_become_a_target_without_a_document(cast, draft):
    DeadlineRule.objects.filter(version=draft, code="R2").update(basis="decided")
    acts.assessed(cast, timezone.now())
    with pytest.raises(Invalid, match="批准文号"):
        activate(cast)


def test_nothing_changed_is_nothing_to_activate(cast, draft):
    with pytest.raises(WrongState, match="没有差别"):
        activate(cast)


def test_without_a_draft_there_is_nothing(cast):
    with pytest.raises(NotFound):
        activate(cast)


def test_a_draft_edited_after_it_was_seen_is_not_activated(cast, draft):
    change(draft, "R10", 20)
    seen = plan_revision.fingerprint(plan_revision.differences(draft))
    change(draft, "R10", 25)
    with pytest.raises(WrongState, match="又有改动"):
        activate(cast, seen=seen)


def test_incidents_keep_the_version_they_began_under(cast, draft):
    incident = people.file_in(cast)
    change(draft)
    activate(cast)
    incident = type(incident).objects.get(pk=incident.pk)
    assert incident.plan_version.number == 1
    assert people.file_in(cast).plan_version.number == 2


def test_the_page_shows_rules_criteria_and_versions(cast):
    words = text_of(sign_in(cast.office_director).get(reverse("plan")))
    assert "R10" in words and "非公报原文" in words and "没有草案" in words and "到期前 30 分" in words


@pytest.mark.parametrize("role", ["duty_officer", "commander", "enterprise", "auditor"])
def test_the_page_is_the_directors_and_the_administrators(cast, role):
    client = sign_in(getattr(cast, role))
    assert client.get(reverse("plan")).status_code == 404
    assert client.post(reverse("plan-draft")).status_code == 404
    assert client.get(reverse("plan-activate")).status_code == 404


def test_from_draft_to_force_on_the_screens(cast):
    administrator, director = sign_in(cast.administrator), sign_in(cast.office_director)
    assert administrator.post(reverse("plan-draft")).url == reverse("plan")
    draft = plan_revision.draft_of()
    change(draft)
    EscalationStep.objects.filter(version=draft).order_by("offset").first().delete()
    words = text_of(administrator.get(reverse("plan")))
    assert "30 分钟" in words and "20 分钟" in words and "（删去）" in words and "内部决定" in words
    assert administrator.get(reverse("plan-activate")).status_code == 404
    page = director.get(reverse("plan-activate"))
    assert "确认生效" in text_of(page) and "document_no" not in page.content.decode()
    seen = page.context["form"]["seen"].value()
    refused = director.post(reverse("plan-activate"), {"seen": seen, "reason": ""})
    assert refused.status_code == 422 and "请填写理由" in text_of(refused)
    assert director.post(reverse("plan-activate"), {"seen": seen, "reason": "演练后调整"}).url == reverse(
        "plan"
    )
    assert PlanVersion.in_force() == draft


def test_a_stale_confirmation_is_shown_what_changed_and_may_confirm_again(cast, draft):
    change(draft, "R10", 20)
    director = sign_in(cast.office_director)
    seen = director.get(reverse("plan-activate")).context["form"]["seen"].value()
    change(draft, "R10", 25)
    refused = director.post(reverse("plan-activate"), {"seen": seen, "reason": "调整"})
    assert "又有改动" in text_of(refused) and "25 分钟" in text_of(refused)
    again = refused.context["form"]["seen"].value()
    assert again != seen
    assert director.post(reverse("plan-activate"), {"seen": again, "reason": "调整"}).status_code == 302


def test_with_two_posts_a_draft_needs_no_choice(cast):
    from incidents.models import Post

    Post.objects.create(
        person=cast.office_director.person,
        organization=cast.office_director.organization,
        role="administrator",
        title="兼管理员",
    )
    assert sign_in(cast.office_director).post(reverse("plan-draft")).status_code == 302
    assert plan_revision.draft_of()
