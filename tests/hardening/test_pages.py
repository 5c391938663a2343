"""What a browser is told to refuse. Over all routes and callers `tests/isolation/test_isolation.py` looks at it too."""

import json
import os
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client

from tests.hardening.guarded import HEADERS, unguarded
from zmd_emergency.supervisor import HERE


def test_the_policy_allows_nothing_inline():
    told = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert told["default-src"] == ["'self'"] and told["object-src"] == told["frame-ancestors"] == ["'none'"]
    assert not [each for sources in told.values() for each in sources if "unsafe" in each or each == "*"]
    assert told["base-uri"] == told["form-action"] == ["'self'"]


def test_htmx_writes_no_style_and_runs_no_words():
    """`style` among what it settles is copied as an attribute from a field whose size somebody drew: refused by the policy."""
    told = json.loads(re.search(r"name=\"htmx-config\" content='(.*?)'", render_to_string("base.html"))[1])
    assert told == {"includeIndicatorStyles": False, "allowEval": False, "attributesToSettle": ["class"]}


@pytest.mark.parametrize(
    "html",
    [
        "<p style='color:red'>",
        "<a onclick=x()>",
        "<script>x()</script>",
        "<style>p{}",
        "<a href='JavaScript:x()'>",
    ],
)
def test_what_is_inline_is_found(html):
    good = HEADERS | {"Content-Security-Policy": "default-src 'self'", "Permissions-Policy": "geolocation=()"}
    answer = HttpResponse(html, headers=good)
    answer.text_sent = html
    assert [each for each in unguarded(answer, signed_in=False) if each.startswith("inline")]
    answer.text_sent = "<p class=x>one = two</p><script src='/x.js'></script>"
    assert unguarded(answer, signed_in=False) == []
    assert unguarded(answer, signed_in=True) == ["may be kept by a browser"]


def test_answers_of_every_sort_are_guarded(cast, client):
    for path in ("/login/", "/livez", "/nowhere/", "/api/v1/nowhere/", "/public/", "/robots.txt"):
        assert unguarded(client.get(path), signed_in=False) == [], path
    client.force_login(cast.administrator.person)
    for path in ("/", "/inbox/", "/admin/", "/keys/", "/nowhere/"):
        answer = client.get(path)
        answer.text_sent = answer.content.decode()
        assert unguarded(answer, signed_in=True) == [], path


def test_what_one_person_saw_is_not_kept_for_the_next(cast, client):
    client.force_login(cast.duty_officer.person)
    assert client.get("/inbox/")["Cache-Control"] == "private, no-store"
    assert "Cache-Control" not in Client().get("/livez")


ASK = """import json
from zmd_emergency import settings
print(json.dumps({name: value for name, value in vars(settings).items() if isinstance(value, (str, bool, int))}))"""


def test_cookies_and_transport_in_production():
    """A browser takes `__Host-` cookies only with Secure, without a Domain and for the whole site. Read in a process of
    its own: settings are read once."""
    env = os.environ | {"ZMD_ENV": "production", "SECRET_KEY": "x" * 50, "ALLOWED_HOSTS": "a.example"}
    asked = subprocess.run([sys.executable, "-c", ASK], env=env, cwd=HERE, capture_output=True, check=True)
    told = json.loads(asked.stdout)
    for cookie in ("SESSION", "CSRF"):
        assert told[f"{cookie}_COOKIE_NAME"].startswith("__Host-") and told[f"{cookie}_COOKIE_SECURE"] is True
        assert not {f"{cookie}_COOKIE_DOMAIN", f"{cookie}_COOKIE_PATH"} & told.keys()
        assert told[f"{cookie}_COOKIE_SAMESITE"] in ("Lax", "Strict")
    assert told["SESSION_COOKIE_HTTPONLY"] is True and told["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert told["SECURE_SSL_REDIRECT"] is True and told["DEBUG"] is False
