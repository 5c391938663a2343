"""What a browser must be told with every answer, whatever it is and whoever asked (docs/security.md)."""

import re

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
NEVER_KEPT = re.compile("no-store|no-cache|public")
INLINE = re.compile(
    r"<style|<[^>]+\s(?:style|on[a-z]+)=|<script(?![^>]*\ssrc=)(?![^>]*json)|=.javascript:", re.I
)
"""What the policy would refuse to run or to paint."""


def unguarded(answer, *, signed_in: bool) -> list[str]:
    """What this answer lacks; `text_sent` is its text, if that has been read."""
    wrong = [
        name for name, value in HEADERS.items() if answer.get(name) != value and not _may_lack(answer, name)
    ]
    policy = answer.get("Content-Security-Policy", "")
    of_a_page = "default-src 'self'" in policy and "unsafe" not in policy
    of_a_file = "default-src 'none'" in policy and "sandbox" in policy
    if not (of_a_page or of_a_file):
        wrong.append(f"Content-Security-Policy: {policy}")
    if "geolocation=()" not in answer.get("Permissions-Policy", ""):
        wrong.append("Permissions-Policy")
    if answer.get("Content-Type", "").startswith("text/html"):
        if signed_in and answer.status_code == 200 and not NEVER_KEPT.search(answer.get("Cache-Control", "")):
            wrong.append("may be kept by a browser")
        if found := INLINE.search(getattr(answer, "text_sent", "")):
            wrong.append(f"inline: {found[0]}")
    return wrong


def _may_lack(answer, name: str) -> bool:
    """A stricter word than the usual one is as good."""
    return name == "Referrer-Policy" and answer.get(name) == "no-referrer"
