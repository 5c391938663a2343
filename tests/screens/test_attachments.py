"""附件 on the screens: seen by whoever may see the incident, added without script and with it, from a phone too."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from incidents.models import Attachment, Status
from tests.cast import call_in, file_in
from tests.conftest import PATIENCE
from tests.files import BAD, JPEG, PDF, TEXT
from tests.screens.hand import admit, serious_violations
from tests.screens.stage import sign_in


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def post(client, number, *files, **fields):
    uploads = [SimpleUploadedFile(name, content) for name, content in files]
    return client.post(reverse("attachments", args=[number]), {"file": uploads, "token": "t"} | fields)


@pytest.mark.clause("5.2.1")
def test_files_come_without_script_each_taken_or_refused_by_name(cast, media):
    number = file_in(cast).number
    firm, desk, other = (sign_in(who) for who in (cast.enterprise, cast.duty_officer, cast.other_enterprise))
    bad = ("图.jpg", BAD["photo.jpg"][0])
    answer = post(firm, number, ("现场.jpg", JPEG), bad, ("报告.pdf", PDF), note="北门")
    page = answer.content.decode()
    assert answer.status_code == 422 and "图.jpg：" in page and "SVG" in page and "§5.2.1" in page
    assert [row.name for row in Attachment.objects.order_by("serial")] == ["现场.jpg", "报告.pdf"]
    assert post(firm, number, ("现场.jpg", JPEG)).status_code == 302  # the same form again: nothing new
    assert Attachment.objects.count() == 2
    assert post(firm, number, token="u").status_code == 422
    assert post(desk, number, ("内部.txt", TEXT), token="v").status_code == 302

    first = Attachment.objects.order_by("serial").first()
    assert (first.uploaded_by, first.note) == (cast.enterprise.post, "北门")
    for client, sees in ((firm, 2), (desk, 3), (sign_in(cast.auditor), 3), (sign_in(cast.county), 3)):
        shown = client.get(reverse("incident", args=[number])).content.decode()
        assert shown.count("SHA-256") == sees and "现场.jpg" in shown
    file = desk.get(reverse("attachment", args=[number, first.number]))
    assert b"".join(file.streaming_content) == JPEG
    assert "sandbox" in file["Content-Security-Policy"] and file["X-Content-Type-Options"] == "nosniff"
    inside = Attachment.objects.get(name="内部.txt")
    for client, attachment in ((other, first), (firm, inside)):
        assert client.get(reverse("attachment", args=[number, attachment.number])).status_code == 404
    assert post(other, number, ("a.jpg", JPEG), token="w").status_code == 404
    assert post(sign_in(cast.auditor), number, ("a.jpg", JPEG), token="x").status_code == 403
    first.file.unlink()
    assert desk.get(reverse("attachment", args=[number, first.number])).status_code == 409


def test_a_closed_incident_takes_no_more(cast, media):
    incident = call_in(cast)
    type(incident).objects.filter(pk=incident.pk).update(status=Status.DISMISSED)
    desk = sign_in(cast.duty_officer)
    page = desk.get(reverse("attachments", args=[incident.number])).content.decode()
    assert "不能上传附件" in page and 'type="file"' not in page
    assert post(desk, incident.number, ("a.jpg", JPEG)).status_code == 409


@pytest.fixture
def filed(cloned_database, cast):
    return file_in(cast).number


@pytest.mark.browser
@pytest.mark.processes
def test_on_a_phone_with_progress_and_refusals_in_words(cloned_database, cast, filed, server, browser):
    from playwright.sync_api import expect

    number, username = filed, cast.enterprise.person.username
    context = browser.new_context(
        base_url=server.url,
        viewport={"width": 390, "height": 844},
        locale="zh-CN",
        has_touch=True,
        is_mobile=True,
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    complaints = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    admit(page, username, server.url)
    page.goto(f"{server.url}/incidents/{number}/")
    expect(page.locator("#attachment-camera")).to_be_visible()
    assert page.get_attribute("#attachment-camera", "capture") == "environment"
    page.fill("#attachment-note", "北门")
    page.set_input_files(
        "#attachment-file",
        [
            {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": JPEG},
            {"name": "网页.jpg", "mimeType": "image/jpeg", "buffer": BAD["page.html"][0]},
        ],
    )
    page.click(".attachment-form button")
    lines = page.locator(".attachment-progress li")
    expect(lines.nth(0)).to_contain_text("已上传")
    expect(lines.nth(1)).to_contain_text("没有上传：网页、SVG、RTF 和脚本不能接收")
    expect(page.locator("#attachment-list")).to_contain_text("现场.jpg")
    page.set_input_files(
        "#attachment-camera", {"name": "image.jpg", "mimeType": "image/jpeg", "buffer": JPEG}
    )
    expect(page.locator("#attachment-list")).to_contain_text("image.jpg")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert serious_violations(page) == []
    assert [c for c in complaints if "422" not in c] == []
    context.close()
    ((size, note),) = cloned_database.query(
        "SELECT size, note FROM incidents_attachment WHERE name = '现场.jpg'"
    )
    assert (size, note) == (len(JPEG), "北门")
