"""What somebody typed, in the forms in which it may have been written: a Chinese keyboard writes ＺＭＤ－２０２６, a phone set to
traditional characters 郵政, a PDF ⼀ for 一; numbers and telephones are said with blanks or without their hyphens."""

import re
from functools import cache
from itertools import combinations
from unicodedata import normalize

from opencc import OpenCC

NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
"""Letters, digits and signs in their full width to the usual ones."""
WIDE = {narrow: wide for wide, narrow in NARROW.items() if chr(narrow).isalnum()}
DASHES = {ord(dash): "-" for dash in "‐–—−"}
TELEPHONE = re.compile(r"[+(]?\d[\d ()-]{5,18}\d")
NUMBER = re.compile(r"§?(?=.*\d)\S{3,60}")
APART = re.compile(r"[\s-]+")
SAID = re.compile(r"([A-Z]{2,10})(\d{4})(\d{4,9})([A-Z]{1,2}\d{1,6})?")
"""A number without what parts it: prefix and series, year, serial, and of what within its subject."""


def forms_of(word: str) -> set[str]:
    """The word, in Unicode's compatible characters, and in simplified ones; each narrow and, but for bare digits (which
    stand in every number and telephone), wide."""
    plain = normalize("NFKC", word).lower()
    found = {word, plain, _simplified().convert(plain)}
    return found | {form.translate(WIDE) for form in found if not form.isdigit()}


def telephone_in(typed: str) -> str:
    """Its digits, where it is a telephone's number; else nothing."""
    narrow = typed.strip().translate(NARROW)
    return digits_of(narrow) if TELEPHONE.fullmatch(narrow) else ""


def digits_of(words: str) -> str:
    return re.sub(r"[^0-9]", "", words)


def numbers_in(typed: str) -> set[str]:
    """The numbers that may be meant; none where it is none."""
    plain = normalize("NFKC", typed).translate(DASHES).upper()
    said = SAID.fullmatch(APART.sub("", plain))
    found = {typed, typed.upper(), plain, plain.lstrip("§")} if NUMBER.fullmatch(typed) else set()
    return found | _written(*said.groups()) if said else found


def _written(letters: str, year: str, serial: str, within: str | None) -> set[str]:
    """With its hyphens; where they stand among the letters (ZMD-W-T) is not known."""
    tail = "-".join(part for part in (year, serial, within) if part)
    return {
        "-".join(letters[a:b] for a, b in zip((0, *cuts), (*cuts, len(letters)), strict=True)) + f"-{tail}"
        for many in range(3)
        for cuts in combinations(range(2, len(letters)), many)
    }


@cache
def _simplified() -> OpenCC:
    return OpenCC("t2s")
