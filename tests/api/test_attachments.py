"""Attachments over the API (§5.2.1, domain §4): typed by content, kept whole, handed out only to who may see them."""

import hashlib
from pathlib import Path
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from incidents.models import Attachment, LedgerEntry
from incidents.services.report import attaching
from incidents.services.report.attachment_types import JPEG as JPEG_TYPE
from incidents.services.report.attachment_types import fitting_name
from incidents.services.response import merging
from tests.api.conftest import BASE, errors, problem
from tests.files import BAD, GOOD, JPEG, PDF, TEXT

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path / "attachments"


def send(firm, number, content=JPEG, name="现场.jpg", idempotency=None, **fields):
    headers = {"Idempotency-Key": idempotency} if idempotency else {}
    file = SimpleUploadedFile(name, content, "application/x-anything")
    path = f"{BASE}incidents/{number}/attachments/"
    return firm.client.post(path, {"file": file} | fields, headers=firm.headers(headers))


def kept(media) -> list[Path]:
    return list(media.glob("*"))


@pytest.mark.clause("5.2.1")
def test_every_kind_is_known_by_its_content_and_comes_back_whole(firm, media):
    number = firm.files()
    for name, (content, media_type, kind) in GOOD.items():
        answer = send(firm, number, content, name, note="北门")
        assert answer.status_code == 201, (name, answer.content.decode())
        row = answer.json()
        assert (row["name"], row["media_type"], row["kind"]) == (name, media_type, kind)
        assert row["sha256"] == hashlib.sha256(content).hexdigest() and row["note"] == "北门"
        assert answer["Location"] == row["url"]
        file = firm.client.get(row["url"], headers=firm.headers({}))
        assert b"".join(file.streaming_content) == content
        assert file["X-Content-Type-Options"] == "nosniff" and "sandbox" in file["Content-Security-Policy"]
        shown = media_type in Attachment.SHOWN_IN_PLACE
        assert file["Content-Disposition"].startswith("inline" if shown else "attachment"), name
        if not name.isascii():
            assert quote(name) in file["Content-Disposition"]
    assert len(kept(media)) == len(GOOD) and all(path.stat().st_mode & 0o777 == 0o600 for path in kept(media))
    listed = firm.get(f"incidents/{number}/attachments/").json()["results"]
    assert [row["number"] for row in listed] == [f"{number}-A{n}" for n in range(1, len(GOOD) + 1)]
    entries = LedgerEntry.objects.filter(action="attachment.added")
    assert [entry.data["sha256"] for entry in entries] == [row["sha256"] for row in listed]


def test_what_is_something_else_is_refused_and_leaves_nothing(firm, media, settings):
    number = firm.files()
    for name, (content, code) in BAD.items():
        assert errors(send(firm, number, content, name)) == {"/file": code}, name
    settings.ATTACHMENT_MOST, settings.ATTACHMENTS_MOST = 400, 500
    assert errors(send(firm, number, b"x" * 401, "a.txt")) == {"/file": "too_large"}
    assert send(firm, number, b"x" * 400, "a.txt").status_code == 201
    assert errors(send(firm, number, b"x" * 101, "a.txt")) == {"/file": "incident_full"}
    assert len(kept(media)) == 1
    path = f"incidents/{number}/attachments/"
    problem(firm.post(path, {"file": "x"}), 415, "unsupported_media_type")
    broken = "multipart/form-data; boundary=x"
    for raw in (b"", b"nonsense", b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n'):
        assert firm.post(path, raw=raw, content_type=broken).status_code in (400, 422)
    problem(firm.post(path, raw=b"x", content_type="multipart/form-data"), 400, "malformed_multipart")
    assert errors(send(firm, number, surprise="x")) == {"/surprise": "unknown_field"}
    assert errors(send(firm, number, note="长" * 201)) == {"/note": "too_long"}
    problem(send(firm, number, note="a\0b"), 400, "unstorable_text")
    two = {"file": [SimpleUploadedFile("a.jpg", JPEG), SimpleUploadedFile("b.jpg", JPEG)]}
    several = firm.client.post(BASE + path, two, headers=firm.headers({}))
    assert errors(several) == {"/file": "too_many"}
    assert len(kept(media)) == 1


@pytest.mark.parametrize(
    ("sent", "kept_as"),
    [
        ("../../etc/现场.jpg", "现场.jpg"),
        ("C:\\照片\\北门 1.JPEG", "北门 1.JPEG"),
        ("evil.html", "evil.html.jpg"),
        ("a\x00b\u202egpj.exe", "abgpj.exe.jpg"),
        ('x"<>:|?*.jpg', "x.jpg"),
        ("...", "附件.jpg"),
        ("长" * 300 + ".jpg", "长" * 100 + ".jpg"),
    ],
)
def test_a_name_is_made_harmless_and_its_chinese_kept(sent, kept_as):
    assert fitting_name(sent, JPEG_TYPE) == kept_as


def test_the_same_key_takes_the_same_file_once(firm, media):
    number = firm.files()
    first = send(firm, number, idempotency="photo-1", note="北门")
    again = send(firm, number, idempotency="photo-1", note="北门")
    assert again.json() == first.json() and again["Idempotent-Replayed"] == "true"
    for changes in ({"content": PDF}, {"name": "另名.jpg"}, {"note": "南门"}):
        other = send(firm, number, idempotency="photo-1", **{"note": "北门"} | changes)
        problem(other, 422, "idempotency_key_reused")
    assert Attachment.objects.count() == len(kept(media)) == 1


def test_a_transaction_that_fails_leaves_no_file_behind(firm, media, monkeypatch):
    number = firm.files()

    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(attaching, "_entry", fail)
    assert send(firm, number, idempotency="k").status_code == 500
    assert kept(media) == [] and not Attachment.objects.exists()


def test_a_firm_sees_its_own_and_every_download_by_another_is_noted(firm, other, cast, media):
    number = firm.files()
    mine = send(firm, number).json()["number"]
    desk = Client()
    desk.force_login(cast.duty_officer.person)
    upload = {"file": SimpleUploadedFile("内部.txt", TEXT)}
    theirs = desk.post(f"{BASE}incidents/{number}/attachments/", upload)
    assert theirs.status_code == 201, theirs.content.decode()
    listed = firm.get(f"incidents/{number}/attachments/").json()["results"]
    assert [row["number"] for row in listed] == [mine]
    problem(firm.get(f"incidents/{number}/attachments/{theirs.json()['number']}/"), 404, "not_found")
    for path in ("", f"{mine}/"):
        problem(other.get(f"incidents/{number}/attachments/{path}"), 404, "not_found")
    elsewhere = firm.files()
    problem(firm.get(f"incidents/{elsewhere}/attachments/{mine}/"), 404, "not_found")
    problem(send(other, number), 404, "not_found")
    assert b"".join(desk.get(f"{BASE}incidents/{number}/attachments/{mine}/").streaming_content) == JPEG
    assert firm.get(f"incidents/{number}/attachments/{mine}/").status_code == 200
    (noted,) = LedgerEntry.objects.filter(action="attachment.taken")
    assert noted.person == cast.duty_officer.person and noted.data["attachment"] == mine


@pytest.mark.clause("4.3")
def test_after_a_merge_each_firm_still_sees_only_its_own(firm, other, cast):
    mine, common = firm.files(), other.files()
    send(firm, mine), send(other, common)
    now = timezone.now()
    merging.merge(actor=cast.office_director, number=mine, into=common, reason="同一起", now=now)
    assert send(firm, mine).status_code == 201
    assert len(firm.get(f"incidents/{mine}/attachments/").json()["results"]) == 2
    assert len(other.get(f"incidents/{common}/attachments/").json()["results"]) == 1
    problem(firm.get(f"incidents/{common}/attachments/"), 404, "not_found")


def test_a_changed_or_missing_file_is_noticed_and_never_handed_out(firm, media, capsys):
    number = firm.files()
    row = Attachment.objects.get(number=send(firm, number).json()["number"])
    call_command("verify_ledger")
    with pytest.raises(DatabaseError), transaction.atomic():
        Attachment.objects.update(sha256="0" * 64)
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()
    row.file.write_bytes(JPEG + b"x")
    problem(firm.get(f"incidents/{number}/attachments/{row.number}/"), 409, "file_damaged")
    with pytest.raises(CommandError, match=row.number):
        call_command("verify_ledger")
    row.file.unlink()
    problem(firm.get(f"incidents/{number}/attachments/{row.number}/"), 409, "file_damaged")
    (media / "left").write_bytes(b"x")
    attaching.STRAY_AFTER, before = -1, attaching.STRAY_AFTER
    try:
        with pytest.raises(CommandError):
            call_command("check_attachments", clean=True)
    finally:
        attaching.STRAY_AFTER = before
    assert kept(media) == [] and "已删除" in capsys.readouterr().out


@pytest.mark.clause("5.2.1")
def test_a_refusal_names_field_and_clause_and_what_was_taken_in_is_never_taken_away(firm, media):
    number = firm.files()
    (error,) = problem(send(firm, number, b"MZ\x90\x00", "照片.jpg"), 422, "invalid")["errors"]
    assert (error["pointer"], error["code"], error["clause"]) == ("/file", "type_refused", "5.2.1")
    url = send(firm, number, PDF, "照片.jpg").json()["url"]
    seen = firm.client.head(url, headers=firm.headers({}))
    assert seen.status_code == 200 and int(seen["Content-Length"]) == len(PDF) and not b"".join(seen)
    assert seen["Content-Type"] == "application/pdf" and seen["ETag"]
    known = firm.client.get(url, headers=firm.headers({"If-None-Match": f'"x", {seen["ETag"]}'}))
    assert known.status_code == 304 and known.content == b"" and known["ETag"] == seen["ETag"]
    assert firm.client.get(url, headers=firm.headers({"If-None-Match": '"x"'})).status_code == 200
    for method in ("put", "patch", "delete"):
        refused = getattr(firm.client, method)(
            url, "{}", content_type="application/json", headers=firm.headers({})
        )
        problem(refused, 405, "method_not_allowed")
        assert refused["Allow"] == "GET, HEAD"
