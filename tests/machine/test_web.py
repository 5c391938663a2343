"""The two doors of `asgi.py`, seen from outside through a real server."""

import http.client
import json
import socket
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest

from zmd_emergency.processes import wait_for

pytestmark = pytest.mark.processes


@pytest.fixture
def web(processes):
    return processes.web(DJANGO_SETTINGS_MODULE="tests.machine.probe")


def connect(web) -> socket.socket:
    return socket.create_connection(web.url.removeprefix("http://").split(":"), timeout=10)


def ask(web, method: str, path: str, body=None, headers=()):
    client = http.client.HTTPConnection(web.url.removeprefix("http://"), timeout=20)
    client.request(method, path, body, dict(headers))
    answer = client.getresponse()
    return answer.status, answer.read()


def test_methods_and_bodies_arrive_whole(web):
    status, text = ask(web, "POST", "/echo", b"x" * 900_000)
    assert (status, json.loads(text)["length"]) == (200, 900_000)
    assert ask(web, "HEAD", "/large") == (200, b"")
    assert len(ask(web, "GET", "/large")[1]) == 5_000_000


def test_a_body_in_chunks_arrives_whole(web):
    status, text = ask(web, "POST", "/echo", (b"x" * 1000 for _ in range(3)))
    assert (status, json.loads(text)["length"]) == (200, 3000)


def test_a_body_too_large_is_refused(web):
    assert ask(web, "POST", "/echo", b"", {"Content-Length": "10000001"})[0] == 413
    chunks = (b"x" * 1_000_000 for _ in range(11))
    try:
        assert ask(web, "POST", "/echo", chunks)[0] == 413
    except (BrokenPipeError, ConnectionResetError):
        pass  # refused while still sending


def test_a_file_may_be_larger_than_any_other_body(web):
    form = {"Content-Type": "multipart/form-data; boundary=x"}
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
    body = head + b"x" * 11_000_000 + b"\r\n--x--\r\n"
    status, text = ask(web, "POST", "/api/v1/incidents/none/attachments/", body, form)
    assert (status, json.loads(text)["length"]) == (200, len(body))


def test_a_header_with_an_underscore_does_not_pass_for_the_proxys(web):
    assert json.loads(ask(web, "GET", "/echo", headers={"X_Forwarded_Proto": "https"})[1])["proto"] is None


def test_slow_clients_keep_no_thread(web):
    """Twenty that never finish sending and twenty that never read: a page comes all the same."""
    slow = [connect(web) for _ in range(40)]
    for client in slow[:20]:
        client.sendall(b"POST /echo HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nhalf")
    for client in slow[20:]:
        client.sendall(b"GET /large HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    assert ask(web, "GET", "/echo")[0] == 200
    for client in slow:
        client.close()


def test_half_a_form_is_not_taken_for_a_form(web):
    client = connect(web)
    client.sendall(b"POST /echo HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nhalf")
    client.close()
    assert ask(web, "GET", "/echo")[0] == 200
    assert "Traceback" not in web.log.read_text()


def test_a_crowd_shares_nine_connections(web, cloned_database):
    def visit(_):
        with urllib.request.urlopen(f"{web.url}/database", timeout=30) as answer:
            return answer.status

    with ThreadPoolExecutor(150) as crowd:
        assert set(crowd.map(visit, range(300))) == {200}
    open_now = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    assert cloned_database.query(open_now)[0][0] - 1 <= 8


def test_it_ends_soon_with_a_request_under_way(web):
    client = connect(web)
    client.sendall(b"POST /echo HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nhalf")
    web.process.terminate()
    assert wait_for(lambda: web.process.poll() is not None, 30)
    client.close()
