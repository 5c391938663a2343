"""事件档案: complete, verifiable outside the system, exported by whom it may be, each export on the ledger."""

import hashlib
import json
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from alerts.models import Instruction
from incidents import ledger
from incidents.documents import case_file
from incidents.documents.case_archive import safe_name
from incidents.models import Incident, LedgerEntry, Meeting, Notice, PublicRelease
from incidents.services.closure import exporting
from incidents.services.demo_city import demo
from tests.cast import call_in, report
from tests.files import JPEG
from tests.papers.test_papers import words_of
from tests.responses.stage import order, started
from tests.screens.stage import sign_in, text_of
from tests.trust.test_ledger import forge

pytestmark = pytest.mark.clause("6.4")


def export(actor, incident, **typed):
    answer = sign_in(actor).post(f"/incidents/{incident.number}/file/export/", typed)
    return answer, b"".join(answer.streaming_content) if answer.status_code == 200 else b""


def unpack(content: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(content)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def test_the_whole_incident_is_in_one_word_file(cast):
    incident = started(cast)
    order(cast, incident, task="转移邮件\x0c")
    first = report(cast, incident, "WRITTEN")
    from incidents.services.report import intake

    intake.file_report(
        actor=cast.enterprise, number=incident.number, kind="FOLLOW_UP", arrival=intake.Arrival("FORM"),
        contents={"development": "更正后的续报"}, supersedes=None, now=timezone.now(),
    )  # fmt: skip
    answer, content = export(cast.auditor, incident, form="word")
    assert "attachment" in answer["Content-Disposition"]
    said = words_of(content)
    for words in ("一、基本情况", "二、级别和定级经过", "信息报告", "时限", "向上报告", "应急响应", "应急任务",
                  "经过（摘自台账）", "附件目录", first.number, "更正后的续报", "转移邮件", "驻政文〔2026〕1号",
                  "法定时限", "服务器接收", "台账校验：完好"):  # fmt: skip
        assert words in said, words
    (entry,) = LedgerEntry.objects.filter(action="file.exported")
    assert entry.data["sha256"] == hashlib.sha256(content).hexdigest()
    assert entry.post == cast.auditor.post and entry.data["personal"] is False


def test_a_zip_verifies_by_its_manifest_and_its_chain(cast, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    incident = call_in(cast)
    uploads = [SimpleUploadedFile(name, JPEG) for name in ("现场 照片.jpg", "现场 照片.jpg", "坏.jpg")]
    address = reverse("attachments", args=[incident.number])
    assert sign_in(cast.duty_officer).post(address, {"file": uploads, "token": "t"}).status_code == 302
    incident.attachments.get(name="坏.jpg").file.write_bytes(b"changed")
    _, content = export(cast.duty_officer, incident, form="zip", personal="on")
    files = unpack(content)
    listed = dict(reversed(line.split("  ", 1)) for line in files["manifest.sha256"].decode().splitlines())
    assert listed.keys() == files.keys() - {"manifest.sha256"}
    assert all(hashlib.sha256(files[name]).hexdigest() == digest for name, digest in listed.items())
    assert files["attachments/001-现场 照片.jpg"] == JPEG and "attachments/002-现场 照片.jpg" in files
    said = words_of(files[f"{incident.number} 事件档案.docx"])
    assert "attachments/001-现场 照片.jpg" in said and "与上传时不一致" in said
    assert "attachments/003-坏.jpg" not in files
    last, hashes = "0" * 64, {}
    for line in files["ledger/incident.jsonl"].decode().splitlines():
        row = json.loads(line)
        assert row["previous"] == last
        last = hashlib.sha256((last + row["text"]).encode()).hexdigest()
        assert row["hash"] == last
        hashes[row["seq"]] = json.loads(row["text"])["personal"]
    personal = [json.loads(line) for line in files["personal.jsonl"].decode().splitlines()]
    assert {row["value"] for row in personal} >= {"企业值班员", "0396-1"}
    for row in personal:
        salted = hashlib.sha256((row["salt"] + row["value"]).encode()).hexdigest()
        assert hashes[row["seq"]][row["name"]] == salted
    assert "企业值班员" not in files["ledger/incident.csv"].decode()
    entry = LedgerEntry.objects.get(action="file.exported")
    assert entry.data["manifest"] == hashlib.sha256(files["manifest.sha256"]).hexdigest()
    assert entry.data["to_seq"] == entry.seq - 1 and "姓名和电话" in entry.summary
    viewed = LedgerEntry.objects.get(action="personal.viewed")
    assert viewed.chain == ledger.account_chain(cast.duty_officer.person)
    assert not list(ledger.verify())


def test_who_may_and_who_finds_nothing(cast):
    incident = call_in(cast)
    for who in (cast.enterprise, cast.other_enterprise, cast.member, cast.county):
        assert sign_in(who).get(f"/incidents/{incident.number}/file/").status_code == 404
        assert export(who, incident, form="zip")[0].status_code == 404
    assert export(cast.auditor, incident, form="exe")[0].status_code == 302
    answer, content = export(cast.commander, incident, form="zip", personal="on")
    assert answer.status_code == 200 and "personal.jsonl" not in unpack(content), "not a commander's to take"
    with pytest.raises(exporting.NotAllowed):
        exporting.export(
            actor=cast.auditor, number=incident.number, form="zip", personal=True, now=timezone.now()
        )
    assert LedgerEntry.objects.filter(action="file.exported").count() == 1


def test_the_tab_says_whether_the_chain_holds_and_what_was_exported(cast):
    incident = call_in(cast)
    path = f"/incidents/{incident.number}/file/"
    export(cast.commander, incident, form="zip")
    shown = text_of(sign_in(cast.auditor).get(path))
    assert "台账 完好" in shown and "导出事件档案（压缩包）" in shown and "情况登记表（Word）" in shown
    forge("UPDATE incidents_ledgerentry SET summary = 'x' WHERE incident_id = %s AND seq = 2", incident.pk)
    assert "不可信：第 2 行起，列的内容与规范文本不符" in text_of(sign_in(cast.auditor).get(path))


@pytest.mark.parametrize("name", ["", "..", "a/../..", "CON:\x00", "很" * 300 + ".pdf", "\ud800"])
def test_no_name_of_an_attachment_leaves_its_folder(name):
    safe = safe_name(name)
    assert safe and "/" not in safe and not safe.startswith(".") and len(safe.encode()) < 255


def test_what_every_part_of_the_plan_added_stands_in_the_file(cast, settings):
    """The demo's story has meetings, instructions, notices and releases; each incident of it can be drawn."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    demo.load(now=timezone.now())
    said = "".join(
        words_of(case_file.draw(incident, timezone.now(), by="", standing="", attached=[]).to_bytes())
        for incident in Incident.objects.all()
    )
    meeting, instruction = Meeting.objects.first(), Instruction.objects.filter(incident__isnull=False).first()
    notice, release = Notice.objects.first(), PublicRelease.objects.first()
    for words in (meeting.topic, instruction.words, notice.words, release.words):
        assert words in said
    for title in ("情况专报", "指挥和决策", "调用和征用", "善后处置", "评估、调查和奖惩"):
        assert title in said
