"""Small files of every kind, as bytes."""

import io
import zipfile

JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + bytes(range(256)) + b"\xff\xd9"
)
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d"
    b"\x00\x00\x00\x00IEND\xaeB`\x82"
)
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 " + b"\x01" * 28
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x01" * 40
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n%%EOF\n"
TEXT = "现场情况正常，\n火已扑灭。".encode()


def archive(**parts: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in parts.items():
            written.writestr(name, content)
    return file.getvalue()


def office(main: str, types: str = "application/xml", **more: str) -> bytes:
    return archive(**{"[Content_Types].xml": f"<Types>{types}</Types>", main: "<x/>"} | more)


DOCX, XLSX, PPTX = (office(f) for f in ("word/document.xml", "xl/workbook.xml", "ppt/presentation.xml"))


def ole(*streams: str) -> bytes:
    """An old Office file with these streams at its top, each empty: header, one FAT sector, one directory."""

    def entry(name: str, kind: int, left=0xFFFFFFFF, right=0xFFFFFFFF, child=0xFFFFFFFF) -> bytes:
        raw = (name + "\0").encode("utf-16-le")
        links = b"".join(link.to_bytes(4, "little") for link in (left, right, child))
        rest = b"\0" * 36 + (0xFFFFFFFE).to_bytes(4, "little") + b"\0" * 8
        return raw.ljust(64, b"\0") + len(raw).to_bytes(2, "little") + bytes([kind, 1]) + links + rest

    rows = [entry("Root Entry", 5, child=1)]
    for index, name in enumerate(streams, 1):
        rows.append(entry(name, 2, right=index + 1 if index < len(streams) else 0xFFFFFFFF))
    rows += [b"\0" * 68 + b"\xff" * 12 + b"\0" * 48] * (4 - len(rows))
    header = (
        bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 16 + bytes.fromhex("3e000300feff09000600") + b"\0" * 6
    )
    numbers = (0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += b"".join(number.to_bytes(4, "little") for number in numbers)
    header += (0).to_bytes(4, "little") + b"\xff" * 4 * 108
    fat = (0xFFFFFFFD).to_bytes(4, "little") + (0xFFFFFFFE).to_bytes(4, "little") + b"\xff" * (512 - 8)
    return header + fat + b"".join(rows)


GOOD = {
    "现场 照片.jpg": (JPEG, "image/jpeg", "photo"),
    "图.png": (PNG, "image/png", "photo"),
    "图.webp": (WEBP, "image/webp", "photo"),
    "IMG_1.HEIC": (HEIC, "image/heic", "photo"),
    "报告.pdf": (PDF, "application/pdf", "pdf"),
    "报告.docx": (DOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "office"),
    "清单.xlsx": (XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "office"),
    "汇报.pptx": (
        PPTX,
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "office",
    ),
    "报告.doc": (ole("WordDocument"), "application/msword", "office"),
    "清单.xls": (ole("Workbook"), "application/vnd.ms-excel", "office"),
    "汇报.ppt": (ole("PowerPoint Document"), "application/vnd.ms-powerpoint", "office"),
    "说明.txt": (TEXT, "text/plain", "text"),
    "国标.txt": ("现场情况".encode("gb18030"), "text/plain", "text"),
}
BAD = {
    "page.html": (b"<!DOCTYPE html><html><script>alert(1)</script></html>", "markup"),
    "photo.jpg": (b"  <svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "markup"),
    "run.txt": (b"#!/bin/sh\nrm -rf /\n", "markup"),
    "notes.txt": ("说明\n<script>alert(1)</script>".encode(), "markup"),
    "polyglot.jpg": (JPEG[:-2] + b"<script>alert(1)</script>\xff\xd9", "two_in_one"),
    "gifar.pdf": (PDF + archive(**{"a.class": "x"}), "two_in_one"),
    "files.zip": (archive(**{"a.txt": "x"}), "type_refused"),
    "named.docx": (archive(**{"word/a.xml": "x", "[Content_Types].xml": "x"}), "type_refused"),
    "before.docx": (b"PK\x03\x04junk" + DOCX, "type_refused"),
    "broken.docx": (DOCX[:-30], "type_refused"),
    "macro.docx": (office("word/document.xml", "x.macroEnabled.main+xml"), "macros"),
    "macro.xlsx": (office("xl/workbook.xml", **{"xl/vbaProject.bin": "x"}), "macros"),
    "macro.doc": (ole("WordDocument", "_VBA_PROJECT"), "macros"),
    "secret.docx": (ole("EncryptedPackage"), "encrypted"),
    "setup.msi": (ole("Binary.x"), "type_refused"),
    "run.exe": (b"MZ\x90\x00\x03\x00\x00\x00" + b"\x00" * 100, "type_refused"),
    "anim.gif": (b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", "type_refused"),
    "empty.txt": (b"", "empty"),
}
