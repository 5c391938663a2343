"""What a file is, by its content alone (domain §4): photos, PDF, Office files and plain text, and nothing that is also
something else. A name decides nothing; it is made to fit what was found."""

import re
import unicodedata
import zipfile
from dataclasses import dataclass
from typing import BinaryIO

import olefile

from incidents.models import Attachment

Kind = Attachment.Kind


@dataclass(frozen=True)
class Type:
    media_type: str
    kind: str
    suffixes: tuple[str, ...]


JPEG = Type("image/jpeg", Kind.PHOTO, (".jpg", ".jpeg"))
PNG = Type("image/png", Kind.PHOTO, (".png",))
WEBP = Type("image/webp", Kind.PHOTO, (".webp",))
HEIC = Type("image/heic", Kind.PHOTO, (".heic", ".heif"))
PDF = Type("application/pdf", Kind.PDF, (".pdf",))
TEXT = Type("text/plain", Kind.TEXT, (".txt",))

OPEN_XML = "application/vnd.openxmlformats-officedocument."
OFFICE_ZIPS = {
    "word/document.xml": Type(f"{OPEN_XML}wordprocessingml.document", Kind.OFFICE, (".docx",)),
    "xl/workbook.xml": Type(f"{OPEN_XML}spreadsheetml.sheet", Kind.OFFICE, (".xlsx",)),
    "ppt/presentation.xml": Type(f"{OPEN_XML}presentationml.presentation", Kind.OFFICE, (".pptx",)),
}
"""By the main part that must be inside."""
OLD_OFFICE = {
    "WordDocument": Type("application/msword", Kind.OFFICE, (".doc",)),
    "Workbook": Type("application/vnd.ms-excel", Kind.OFFICE, (".xls",)),
    "Book": Type("application/vnd.ms-excel", Kind.OFFICE, (".xls",)),
    "PowerPoint Document": Type("application/vnd.ms-powerpoint", Kind.OFFICE, (".ppt",)),
}
"""By the stream that must be inside."""
TYPES = (JPEG, PNG, WEBP, HEIC, PDF, *OFFICE_ZIPS.values(), *OLD_OFFICE.values(), TEXT)
SUFFIXES = tuple(dict.fromkeys(suffix for each in TYPES for suffix in each.suffixes))

ACCEPTED = "照片（JPEG、PNG、WebP、HEIC）、PDF、Word、Excel、PowerPoint 和纯文本"
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
MACROS = {"_vba_project_cur", "_vba_project", "vba"}
MARKUP = re.compile(
    rb"<(?:script|html|iframe|!doctype\s+html|\?php)\b|<svg\b[^<>]{0,300}\bxmlns\b", re.IGNORECASE
)
"""Long enough that the bytes of a photo don't make one by chance."""
CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff]")
LONGEST_DIRECTORY = 1_000_000
LONGEST_LIST = 1_000_000
OVERLAP = 400
CHUNK = 1 << 20


class Refused(Exception):
    """Not taken; the words say why, for the person who sent it."""

    def __init__(self, code: str, words: str):
        super().__init__(words)
        self.code, self.words = code, words


def recognise(file: BinaryIO) -> Type:
    """The type that the content has; raises `Refused`."""
    file.seek(0)
    head = file.read(4096)
    found = _by_signature(head)
    if found is None and head.startswith(b"PK\x03\x04"):
        return _office_zip(file)
    if found is None and head.startswith(olefile.MAGIC):
        return _old_office(file)
    if found is None:
        return _plain_text(file)
    _refuse_two_in_one(file)
    return found


def fitting_name(name: str, found: Type) -> str:
    """The name that the sender gave, Chinese kept, without folders, controls and what a system could trip over; its
    ending is one of the content's."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    name = "".join(" " if unicodedata.category(sign) in ("Zl", "Zp") else sign for sign in name)
    name = "".join(sign for sign in name if unicodedata.category(sign)[0] != "C")
    name = re.sub(r'[<>:"|?*\s]+', " ", name).strip(". ")
    stem, dot, ending = name.rpartition(".")
    suffix = f".{ending}" if dot else ""
    if suffix.lower() not in found.suffixes:
        stem, suffix = name, found.suffixes[0]
    return f"{stem.strip('. ')[:100] or '附件'}{suffix}"


def _by_signature(head: bytes) -> Type | None:
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n") and head[12:16] == b"IHDR":
        return PNG
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS and b"avif" not in head[8:40]:
        return HEIC
    if head.startswith(b"%PDF-"):
        return PDF
    return None


def _refuse_two_in_one(file: BinaryIO):
    """A photo or PDF that a browser could also read as a page, or that carries an archive, is a trick."""
    if _holds_archive(file):
        raise Refused("two_in_one", "文件里藏有压缩包，不能接收。")
    file.seek(0)
    rest = b""
    while chunk := file.read(CHUNK):
        if MARKUP.search(rest + chunk):
            raise Refused("two_in_one", "文件里藏有网页或脚本，不能接收。")
        rest = chunk[-OVERLAP:]


def _holds_archive(file: BinaryIO) -> bool:
    try:
        return zipfile.is_zipfile(file)
    except zipfile.BadZipFile:  # the end of one, of a kind that Python does not read
        return True


def _office_zip(file: BinaryIO) -> Type:
    not_office = Refused("type_refused", f"压缩包不能接收；可以接收{ACCEPTED}。")
    if not _is_whole_zip(file):
        raise not_office
    try:
        with zipfile.ZipFile(file) as archive:
            names = [part.filename for part in archive.infolist()]
            with archive.open("[Content_Types].xml") as listed:
                types = listed.read(LONGEST_LIST + 1).lower()
    except Exception as error:  # a broken archive raises whatever its reader stumbles over
        raise not_office from error
    parts = set(names)
    disguised = len(types) > LONGEST_LIST or any(mark in types for mark in (b"\0", b"&#", b"<!doctype"))
    if disguised or len({name.lower() for name in names}) != len(names):
        raise not_office
    found = [kind for part, kind in OFFICE_ZIPS.items() if part in parts]
    if len(found) != 1:
        raise not_office
    if b"macroenabled" in types or any(part.lower().endswith("vbaproject.bin") for part in parts):
        raise Refused("macros", "含有宏的 Office 文件不能接收，请另存为不含宏的文件。")
    return found[0]


def _is_whole_zip(file: BinaryIO) -> bool:
    """An archive from its first byte to its last, with nothing before, between or after, and of no absurd size."""
    length = file.seek(0, 2)
    file.seek(max(length - 22, 0))
    end = file.read(22)
    size, offset = (int.from_bytes(end[at : at + 4], "little") for at in (12, 16))
    return end.startswith(b"PK\x05\x06") and size <= LONGEST_DIRECTORY and offset + size + 22 == length


def _old_office(file: BinaryIO) -> Type:
    file.seek(0)
    try:
        with olefile.OleFileIO(file.read()) as ole:
            streams = ole.listdir(streams=True, storages=True)
    except Exception as error:
        raise Refused("type_refused", f"文件已损坏，无法识别；可以接收{ACCEPTED}。") from error
    if any(step.lower() in MACROS for path in streams for step in path):
        raise Refused("macros", "含有宏的 Office 文件不能接收，请另存为不含宏的文件。")
    top = {path[0] for path in streams if len(path) == 1}
    if "EncryptedPackage" in top:
        raise Refused("encrypted", "加了密码的 Office 文件不能接收，请去掉密码后再传。")
    found = next((kind for name, kind in OLD_OFFICE.items() if name in top), None)
    return found or _refuse_type()


def _plain_text(file: BinaryIO) -> Type:
    file.seek(0)
    text = _decoded(file.read())
    if text is None or CONTROL.search(text):
        _refuse_type()
    start = text.lstrip("\ufeff \t\r\n\f")
    if start.startswith(("<", "#!", "{\\rtf", "%!PS")) or MARKUP.search(text.encode()):
        raise Refused("markup", "网页、SVG、RTF 和脚本不能接收；请用截图、PDF 或纯文本。")
    return TEXT


def _decoded(content: bytes) -> str | None:
    codings = ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for coding in codings:
        try:
            return content.decode(coding)
        except UnicodeDecodeError:
            continue
    return None


def _refuse_type():
    raise Refused("type_refused", f"不能接收这种文件；可以接收{ACCEPTED}。")
