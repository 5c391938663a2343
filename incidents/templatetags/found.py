"""Where the words that were sought stand in what was found."""

import re

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

register = template.Library()

AROUND = 24
"""Characters shown on either side of the first word."""


@register.filter
def marked(text: str, words: list[str]) -> str | SafeString:
    """The text with these words marked in it."""
    if not words:
        return text
    parts = _pattern(words).split(text)
    return format_html_join("", "{}", ((part,) for part in parts[:1])) + format_html_join(
        "", "<mark>{}</mark>{}", zip(parts[1::2], parts[2::2], strict=True)
    )


@register.filter
def passage(texts: list[str], words: list[str]) -> str:
    """Of the texts, the words around the first of these; nothing where none stands in them."""
    for text in texts if words else ():
        if found := _pattern(words).search(text):
            start, end = max(found.start() - AROUND, 0), found.end() + 2 * AROUND
            said = " ".join(text[start:end].split())
            return f"{'…' * (start > 0)}{said}{'…' * (end < len(text))}"
    return ""


def _pattern(words: list[str]) -> re.Pattern:
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(f"({'|'.join(map(re.escape, longest_first))})", re.IGNORECASE)
