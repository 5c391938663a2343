"""The pages of instructions, notices and releases with something on them: axe, phone width, dialogs."""

import pytest
from django.utils import timezone

from incidents.services.command import instructing
from incidents.services.notice import informing, publishing
from tests.responses.stage import started
from tests.screens.test_accessibility import PHONE, check, signed_in  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.processes]


@pytest.fixture
def told(cloned_database, cast):
    """An incident with one of each; the release is public."""
    incident, now = started(cast), timezone.now()
    office, firm = cast.duty_officer.organization.code, cast.other_firm.code
    about = {"number": incident.number, "now": now}
    words = "立即转移低处邮件，确保人员安全，每小时报告一次情况，直到恢复正常寄递秩序为止。"
    instruction = instructing.write(
        actor=cast.commander,
        words=words,
        to=[office, firm, cast.member.organization.code],
        urgency=1,
        **about,
    )
    notice = informing.draft(
        actor=cast.office_director, title="道路积水情况通报", words=words * 3, to=[firm], sent=True, **about
    )
    release = publishing.draft(actor=cast.office_director, title="关于寄递服务的通告", words=words, **about)
    step = {"release": release.number, "now": now}
    publishing.review(actor=cast.duty_officer, **step)
    publishing.consult(actor=cast.duty_officer, who="市委宣传部", result="同意", **step)
    publishing.approve(actor=cast.commander, **step)
    publishing.publish(actor=cast.duty_officer, **step)
    return incident.number, instruction.number, notice.number, release.number


def test_every_page_of_the_words(told, cast, page, signed_in):  # noqa: F811
    incident, instruction, notice, release = told
    signed_in(cast.office_director)
    for path in (f"/incidents/{incident}/{tab}" for tab in ("", "instructions/", "words/")):
        check(page, path)
    page.click("#act-noticedraft")
    page.wait_for_selector("#act-body form [name=title]")
    page.fill("#act-body [name=title]", "更正")
    page.click("#act-body button[type=submit]")
    page.wait_for_selector("#act-body .field-error")
    assert page.input_value("#act-body [name=title]") == "更正"
    page.complaints.clear()  # the browser names the refusal
    check(page, f"/releases/{release}/")
    page.set_viewport_size(PHONE)
    check(page, f"/incidents/{incident}/words/")
    for path in ("/public/", f"/public/{release}/"):
        check(page, path)
    signed_in(cast.other_enterprise)
    for path in ("/firm/", f"/instructions/{instruction}/", f"/notices/{notice}/"):
        check(page, path)
