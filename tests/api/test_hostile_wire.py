"""What only a raw connection can send, against the real web server: it is refused by somebody on the way in, nobody
falls over, and the next firm's report is taken as ever."""

import gzip
import json
import re
import socket
from urllib.parse import urlsplit

import pytest

from incidents.models import Incident
from tests.api.conftest import filing, firm_of
from tests.api.test_server import ask
from tests.cast import FIRM

pytestmark = pytest.mark.processes

PATH = b"/api/v1/incidents/"
DEEP = b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"


def says(server, request: bytes, *, patience: float = 20) -> bytes:
    """All that the server answers to these bytes. After so many seconds of silence it learns that no more will come."""
    where = urlsplit(server.url)
    heard = b""
    with socket.create_connection((where.hostname, where.port), timeout=patience) as line:
        try:
            line.sendall(request)
            try:
                while chunk := line.recv(65536):
                    heard += chunk
            except TimeoutError:
                line.shutdown(socket.SHUT_WR)
                heard += line.recv(65536)
        except OSError:  # closed on us in the middle
            pass
    return heard


def head(first: bytes = b"POST " + PATH + b" HTTP/1.1", *more: bytes, key: str = "") -> bytes:
    lines = [first, b"Host: 127.0.0.1", b"Connection: close", b"Content-Type: application/json"]
    lines += [b"Authorization: Bearer " + key.encode()] if key else []
    return b"\r\n".join([*lines, *more]) + b"\r\n\r\n"


def requests(key: str) -> dict[str, bytes]:
    body = json.dumps(filing()).encode()
    length = b"Content-Length: %d" % len(body)
    chunked, get = b"Transfer-Encoding: chunked", b"GET " + PATH + b" HTTP/1.1"
    post = b"POST " + PATH + b" HTTP/1.1"
    smuggled = b"0\r\n\r\nGET /admin/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"

    def posted(*more: bytes, content: bytes = body) -> bytes:
        return head(post, *more, key=key) + content

    return {
        "length and chunks": posted(b"Content-Length: %d" % len(smuggled), chunked, content=smuggled),
        "chunks and length": posted(chunked, b"Content-Length: 4", content=smuggled),
        "two lengths": posted(length, b"Content-Length: 1"),
        "length list": posted(b"Content-Length: 3, 4"),
        "length too small": posted(b"Content-Length: 10"),
        "length too large": posted(b"Content-Length: 100000"),
        "negative length": posted(b"Content-Length: -1"),
        "length with sign": posted(b"Content-Length: +10"),
        "length of words": posted(b"Content-Length: ten"),
        "endless length": posted(b"Content-Length: " + b"9" * 40),
        "no length": posted(),
        "chunks of no size": posted(chunked, content=b"zz\r\n" + body),
        "a chunk of gigabytes": posted(chunked, content=b"FFFFFFFFFF\r\n" + body),
        "chunks that end early": posted(chunked, content=b"5\r\nabc"),
        "unknown coding": posted(b"Transfer-Encoding: gzip, chunked", content=b"0\r\n\r\n"),
        "coding with a tab": posted(b"Transfer-Encoding:\tchunked", length),
        "folded header": posted(b"X-A: b\r\n c: d", length),
        "header without a colon": posted(b"nonsense", length),
        "space before the colon": posted(b"Content-Length : 5"),
        "NUL in a header": posted(b"X-A: a\0b", length),
        "bare line feeds": posted(length).replace(b"\r\n", b"\n"),
        "a huge header": posted(b"X-A: " + b"a" * 1_000_000, length),
        "many headers": posted(*(b"X-%d: a" % n for n in range(20_000)), length),
        "two keys": posted(b"Authorization: Bearer zmd_other", length),
        "header with an underscore": posted(b"Content_Length: 0", length),
        "unpacked bytes": posted(
            b"Content-Encoding: gzip",
            b"Content-Length: %d" % len(gzip.compress(body)),
            content=gzip.compress(body),
        ),
        "100,000 deep": posted(b"Content-Length: %d" % len(DEEP), content=DEEP),
        "half a body": posted(b"Content-Length: %d" % (len(body) + 1)),
        "absolute target": head(b"GET http://evil.example" + PATH + b" HTTP/1.1", key=key),
        "a port as target": head(b"CONNECT 127.0.0.1:22 HTTP/1.1", key=key),
        "a star as target": head(b"OPTIONS * HTTP/1.1", key=key),
        "no slash": head(b"GET api/v1/incidents/ HTTP/1.1", key=key),
        "a folder up": head(b"GET /static/..%2f..%2f..%2fetc/passwd HTTP/1.1"),
        "two folders up": head(b"GET /static/../../../../etc/passwd HTTP/1.1"),
        "a backslash": head(b"GET /static/..\\..\\manage.py HTTP/1.1"),
        "NUL in the path": head(b"GET /api/v1/inci\0dents/ HTTP/1.1", key=key),
        "raw bytes in the path": head(b"GET /api/v1/\xff\xfe/\xed\xa0\x80 HTTP/1.1", key=key),
        "a path of 100,000": head(b"GET /api/v1/" + b"a" * 100_000 + b" HTTP/1.1", key=key),
        "a space in the path": head(b"GET /api /v1 HTTP/1.1", key=key),
        "lower case": head(b"get " + PATH + b" HTTP/1.1", key=key),
        "TRACE": head(b"TRACE " + PATH + b" HTTP/1.1", key=key),
        "PROPFIND": head(b"PROPFIND " + PATH + b" HTTP/1.1", key=key),
        "a method of 10,000": head(b"A" * 10_000 + b" / HTTP/1.1"),
        "HTTP/0.9": b"GET /api/v1/incidents/\r\n",
        "HTTP/9.9": head(b"GET " + PATH + b" HTTP/9.9", key=key),
        "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "no host": b"GET /api/v1/incidents/ HTTP/1.1\r\nConnection: close\r\n\r\n",
        "two hosts": head(get, b"Host: evil.example", key=key),
        "an upgrade": head(get, b"Upgrade: h2c", b"HTTP2-Settings: AAMAAABkAAQAAP__", key=key),
        "a websocket": b"GET /live/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
        "nothing": b"",
        "only an end": b"\r\n\r\n",
        "noise": bytes(range(256)) * 20,
    }


TAKEN = {"length too small": 400, "two keys": 401, "absolute target": 400}


def test_bytes_that_are_no_honest_request(cloned_database, server):
    key = firm_of(FIRM).secret
    for name, request in requests(key).items():
        heard = says(server, request, patience=20 if name in TAKEN else 1)
        statuses = [int(found) for found in re.findall(rb"HTTP/1\.1 (\d{3}) ", heard)]
        assert all(status < 500 for status in statuses), (name, heard[:500])
        assert len(statuses) <= 1, f"{name}: two answers to one request: {heard[:1000]}"
        assert not re.search(rb"Traceback|root:|evil\.example/|/site-packages/", heard), (name, heard[:1000])
        if name in TAKEN:
            assert statuses == [TAKEN[name]], (name, heard[:500])
        assert server.process.poll() is None, name
    filed = Incident.objects.count()
    bearer = {"Authorization": f"Bearer {key}"}
    status, _, told = ask(server, "POST", "/api/v1/incidents/", json.dumps(filing()).encode(), **bearer)
    assert status == 201 and told["number"].endswith(f"-{filed + 1:04d}")
    assert b" 200 " in says(server, head(b"GET /livez HTTP/1.1"))[:20]
    assert "Traceback" not in server.log.read_text()
