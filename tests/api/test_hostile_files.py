"""Uploads that want to be something else, or more than they seem: refused by name, nothing kept, little memory used."""

import io
import resource
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from incidents.models import Attachment
from tests.api.conftest import BASE, errors, problem
from tests.api.test_hostile_requests import is_clean
from tests.files import DOCX, JPEG, PDF, PNG, TEXT, archive, office

pytestmark = pytest.mark.django_db

ENTITIES = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY c "&b;&b;">]><Types>&c;</Types>'
LAUGHS = archive(**{"[Content_Types].xml": ENTITIES, "word/document.xml": "<x/>"})
OUTSIDE = '<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]><Types>&a;</Types>'
MEGABYTES = 1 << 20


def bomb(name: str, megabytes: int) -> bytes:
    """A docx of a few dozen kilobytes in which one part unpacks to so many megabytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as written:
        parts = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<x/>"}
        for each, content in (parts | {name: b""}).items():
            with written.open(each, "w") as part:
                part.write(content)
                for _ in range(megabytes if each == name else 0):
                    part.write(bytes(MEGABYTES))
    return file.getvalue()


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path / "attachments"


@pytest.fixture
def send(firm):
    number = firm.files()

    def send(content, name="a.bin", path=None, **fields):
        file = SimpleUploadedFile(name, content, "image/jpeg")
        to = f"{BASE}incidents/{number}/attachments/"
        return is_clean(firm.client.post(to, {"file": file} | fields, headers=firm.headers({})))

    send.number = number
    return send


def kept(media) -> int:
    return len(list(media.glob("*")))


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("laughs.docx", LAUGHS, "type_refused"),
        (
            "outside.docx",
            archive(**{"[Content_Types].xml": OUTSIDE, "word/document.xml": ""}),
            "type_refused",
        ),
        ("nested.zip", archive(**{"a.zip": "x" * 100}), "type_refused"),
        (
            "many.docx",
            office("word/document.xml", **{f"word/{n}.xml": "x" for n in range(20_000)}),
            "type_refused",
        ),
        ("slip.docx", office("../../word/document.xml"), "type_refused"),
        ("twice.docx", office("word/document.xml", **{"WORD/document.xml": "x"}), "type_refused"),
        ("both.docx", office("word/document.xml", **{"xl/workbook.xml": "x"}), "type_refused"),
        ("gif.jpg", b"GIF89a/*\x00\x00*/=1;alert(1)", "type_refused"),
        ("a.pdf", PDF + b"<html><script>alert(1)</script>", "two_in_one"),
        ("a.jpg", JPEG + b"<?php system($_GET[0]); ?>", "two_in_one"),
        ("b.jpg", JPEG + DOCX, "two_in_one"),
        ("c.png", PNG + b"<svg onload='x' xmlns='http://www.w3.org/2000/svg'>", "two_in_one"),
        ("page.jpg", b"\xef\xbb\xbf <html><body onload=alert(1)>", "markup"),
        ("utf16.txt", "<html><script>alert(1)</script>".encode("utf-16"), "markup"),
        ("late.txt", b"x" * 2_000_000 + b"<script>", "markup"),
        ("nul.txt", b"text\0text", "type_refused"),
        ("elf", b"\x7fELF" + bytes(100), "type_refused"),
        ("cut.png", PNG[:9], "type_refused"),
        ("zip64.docx", DOCX[:-22] + b"PK\x06\x06" + bytes(52) + DOCX[-22:], "type_refused"),
    ],
)
def test_a_file_that_is_something_else(send, media, name, content, code):
    assert errors(send(content, name)) == {"/file": code}
    assert kept(media) == 0 and not Attachment.objects.exists()


def test_bombs_are_not_unpacked(send, media):
    """Half a gigabyte in a part that nobody needs is kept packed; in the list of parts it is refused."""
    harmless, harmful = bomb("word/media/x.bin", 300), bomb("[Content_Types].xml", 300)
    assert len(harmless) < MEGABYTES > len(harmful)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert send(harmless, "bomb.docx").status_code == 201
    assert errors(send(harmful, "bomb2.docx")) == {"/file": "type_refused"}
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024, "kilobytes"
    assert kept(media) == 1


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/cron.d/x.jpg",
        "..\\..\\windows\\x.jpg",
        "/etc/passwd",
        "CON",
        "con.jpg",
        "a\r\nSet-Cookie: a=b.jpg",
        'a"; filename="b.exe',
        "\u202egpj.exe",
        "a\0.jpg",
        "x" * 10_000 + ".jpg",
        "照" * 5_000,
        ".htaccess",
        "....",
        "%2e%2e%2fx.jpg",
        "a;b=c,d.jpg",
        "\udc80.jpg".encode("utf-8", "surrogatepass").decode("latin-1"),
    ],
)
def test_a_name_is_kept_harmless_and_its_header_whole(firm, send, media, name):
    answer = send(JPEG, name)
    assert answer.status_code == 201, answer.content.decode()
    row = answer.json()
    assert not set(row["name"]) & set('/\\"\r\n\0\u202e') and len(row["name"]) <= 110
    file = firm.client.get(row["url"], headers=firm.headers({}))
    assert b"".join(file.streaming_content) == JPEG and "Set-Cookie" not in file
    said = file["Content-Disposition"]
    assert said.startswith("inline") and "\n" not in said and "\r" not in said and said.count("filename") == 1
    (path,) = media.glob("*")
    assert len(path.name) == 32 and path.parent == media


def part(name: str, content: bytes = b"x", more: str = "") -> bytes:
    return f'--x\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + content + b"\r\n"


JPEG_PART = part("file", JPEG, '; filename="a.jpg"')
END = b"--x--\r\n"


@pytest.mark.parametrize(
    ("body", "statuses"),
    [
        (part("a") * 10_000 + END, {400, 413, 422}),
        (JPEG_PART * 200 + END, {400, 413, 422}),
        (part("a\0b") + JPEG_PART + END, {400, 422}),
        (part("note", b"a\0b") + JPEG_PART + END, {400, 422}),
        (part("note", b"\xed\xa0\x80") + JPEG_PART + END, {201, 400, 422}),
        (part("note", "说明".encode("gbk")) + JPEG_PART + END, {201, 400, 422}),
        (part("n" * 100_000) + JPEG_PART + END, {400, 413, 422}),
        (part("note", b"x" * 1_100_000) + JPEG_PART + END, {400, 413, 422}),
        (JPEG_PART, {201, 400, 422}),
        (JPEG_PART[:-40], {201, 400, 422}),
        (b"--x\r\nContent-Disposition: form-data\r\n\r\nx\r\n" + END, {400, 422}),
        (b"--x\r\n\r\n" + END, {400, 422}),
        (b"--x\r\n" + b"A: b\r\n" * 5000 + b"\r\nx\r\n" + END, {400, 413, 422}),
        (
            b"--x\r\nContent-Disposition: form-data; name=file; filename*=x''%ff\r\n\r\nx\r\n" + END,
            {400, 422},
        ),
        (
            b"--x\r\nContent-Disposition: form-data; name=file; filename*=utf-8''%0d%0a.jpg\r\n\r\n"
            + JPEG
            + b"\r\n"
            + END,
            {201, 400, 422},
        ),
        (part("file", b"!!!!", '; filename="a.jpg"\r\nContent-Transfer-Encoding: base64') + END, {400, 422}),
        (
            b"--x\r\nContent-Type: multipart/mixed; boundary=y\r\nContent-Disposition: form-data; name=file\r\n\r\n--y\r\n\r\nx\r\n--y--\r\n"
            + END,
            {400, 422},
        ),
        (END, {400, 422}),
        (b"\0" * 1000, {400, 422}),
    ],
    ids=range(19),
)
def test_forms_that_are_none(firm, media, send, body, statuses):
    path = f"incidents/{send.number}/attachments/"

    def posts(kind: str):
        sent = firm.client.generic("POST", BASE + path, body, content_type=kind, headers=firm.headers({}))
        return is_clean(sent).status_code

    for kind in ("multipart/form-data; boundary=x", 'multipart/form-data; boundary="x"; charset=gbk'):
        assert posts(kind) in statuses
    for boundary in ("", "; boundary=", "; boundary=" + "x" * 300):
        assert posts("multipart/form-data" + boundary) in (400, 415)
    assert posts("multipart/mixed; boundary=x") == 415
    assert kept(media) == Attachment.objects.count() <= 2


def test_text_of_any_honest_encoding_is_taken(send):
    for coding in ("utf-8", "utf-8-sig", "utf-16", "gb18030"):
        assert send(TEXT.decode().encode(coding), "说明.txt").status_code == 201
    problem(send(TEXT, "说明.txt", note="a\0b"), 400, "unstorable_text")
