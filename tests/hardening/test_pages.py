"""What a browser is told to refuse, on every page; and that no template needs what is refused."""

import re
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver, reverse

from tests.cast import call_in
from zmd_emergency.supervisor import HERE

TEMPLATES = sorted((HERE / "templates").rglob("*.html"))
SCRIPTS = {"application/json"}
"""Data, not programs."""


class Inline(HTMLParser):
    """What a strict Content-Security-Policy would refuse to run or to paint."""

    def __init__(self):
        super().__init__()
        self.found, self.inside = [], None

    def handle_starttag(self, tag, attributes):
        told = dict(attributes)
        for name, value in attributes:
            if (
                name == "style"
                or name.startswith("on")
                or (value or "").strip().lower().startswith("javascript:")
            ):
                self.found.append(f"{tag} {name}={value}")
            if name.startswith("hx-on"):
                self.found.append(f"{tag} {name}")
        self.inside = tag if tag == "style" or tag == "script" and told.get("type") not in SCRIPTS else None

    def handle_data(self, data):
        if self.inside and data.strip():
            self.found.append(f"<{self.inside}> {data.strip()[:40]}")

    def handle_endtag(self, tag):
        self.inside = None


def inline(html: str) -> list[str]:
    parser = Inline()
    parser.feed(html)
    return parser.found


@pytest.mark.parametrize(
    "html",
    [
        "<p style='color:red'>",
        "<a onclick=x()>",
        "<script>x()</script>",
        "<style>p{}</style>",
        "<a href='JavaScript:x()'>",
        "<a hx-on:click='x'>",
    ],
)
def test_the_search_finds_what_is_inline(html):
    assert inline(html)


def test_no_template_has_anything_inline():
    found = {}
    for path in TEMPLATES:
        text = re.sub(r"{#.*?#}|{%.*?%}", "", path.read_text(), flags=re.S)
        if each := inline(re.sub(r"{{.*?}}", "x", text, flags=re.S)):
            found[str(path.relative_to(HERE))] = each
    assert len(TEMPLATES) > 50 and not found


def test_the_policy_allows_nothing_inline():
    told = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert told["default-src"] == ["'self'"] and told["object-src"] == told["frame-ancestors"] == ["'none'"]
    assert not [each for sources in told.values() for each in sources if "unsafe" in each or each == "*"]
    assert told["base-uri"] == told["form-action"] == ["'self'"]


def pages() -> list[str]:
    """Every address of the browser's that needs no parameter."""
    found = []
    for pattern in get_resolver().url_patterns[-1].url_patterns:
        if not pattern.pattern.converters and pattern.name:
            found.append(reverse(pattern.name))
    return found


HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def test_every_page_carries_the_policy_and_nothing_inline(cast, client):
    """As duty officer, and where that post may not go, as administrator; then as nobody."""
    number = call_in(cast).number
    visited = 0
    for actor in (cast.duty_officer, cast.administrator, None):
        if actor:
            client.force_login(actor.person)
        else:
            client.logout()
        for path in [*pages(), "/nowhere/", f"/incidents/{number}/", "/admin/"]:
            answer = client.get(path)
            told = {name: answer.get(name) for name in HEADERS}
            assert told == HEADERS, path
            policy = answer["Content-Security-Policy"]
            assert "default-src 'self'" in policy and "unsafe" not in policy, path
            assert "geolocation=()" in answer["Permissions-Policy"], path
            if answer.get("Content-Type", "").startswith("text/html") and not answer.streaming:
                if actor and answer.status_code == 200:
                    assert re.search("no-store|no-cache|public", answer.get("Cache-Control", "")), path
                assert inline(answer.content.decode()) == [], path
                visited += answer.status_code == 200
    assert visited > 30


def test_what_one_person_saw_is_not_kept_for_the_next(cast, client):
    client.force_login(cast.duty_officer.person)
    assert client.get("/inbox/")["Cache-Control"] == "private, no-store"
    assert "Cache-Control" not in Client().get("/livez")


def test_cookies_in_production():
    """A browser takes `__Host-` cookies only with Secure, without Domain and for the whole site: read in a process of
    its own, since settings are read once."""
    import os
    import subprocess
    import sys

    ask = "from zmd_emergency import settings as s; import json; print(json.dumps({n: getattr(s, n, None) for n in dir(s) if n.isupper() and isinstance(getattr(s, n), (str, bool, int))}))"
    env = os.environ | {"ZMD_ENV": "production", "SECRET_KEY": "x" * 50, "ALLOWED_HOSTS": "a.example"}
    import json

    told = json.loads(
        subprocess.run([sys.executable, "-c", ask], env=env, capture_output=True, check=True).stdout
    )
    for cookie in ("SESSION", "CSRF"):
        assert told[f"{cookie}_COOKIE_NAME"].startswith("__Host-")
        assert told[f"{cookie}_COOKIE_SECURE"] is True
        assert told.get(f"{cookie}_COOKIE_DOMAIN") is None and told.get(f"{cookie}_COOKIE_PATH", "/") == "/"
        assert told[f"{cookie}_COOKIE_SAMESITE"] == "Lax"
    assert told["SESSION_COOKIE_HTTPONLY"] is True and told["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert told["SECURE_SSL_REDIRECT"] is True and told["DEBUG"] is False
    script = (HERE / "zmd_emergency" / "static" / "js" / "draft.js").read_text()
    assert told["CSRF_COOKIE_NAME"] in script, "what puts a fresh token into a form knows the cookie's name"
