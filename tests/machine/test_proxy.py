"""deploy/nginx/zmd.conf at work: a real nginx, and behind it what tells what reached it."""

import http.client
import json
import re
import shutil
import socket
import ssl
import subprocess
import threading
from contextlib import closing
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingMixIn, UnixStreamServer

import pytest
from django.conf import settings

from tests.machine.test_deploy import NO_NGINX
from zmd_emergency import asgi
from zmd_emergency.access import NUMBER
from zmd_emergency.engine import free_port
from zmd_emergency.processes import end, wait_for
from zmd_emergency.supervisor import HERE

pytestmark = pytest.mark.skipif(not shutil.which("nginx"), reason=NO_NGINX)
NAME = "emergency.example.org"
FORGED = {
    "X-Request-ID": "mine",
    "X-Forwarded-For": "6.6.6.6",
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Host": "evil.example",
    "Forwarded": "for=6.6.6.6",
    "X-Real-IP": "6.6.6.6",
}


class Echo(BaseHTTPRequestHandler):
    def do_GET(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = json.dumps(
            {"path": self.path, **{name: value for name, value in self.headers.items()}}
        ).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def address_string(self):
        return "nginx"

    def log_message(self, *_):
        pass


class Behind(ThreadingMixIn, UnixStreamServer):
    daemon_threads = True


class Proxy:
    def __init__(self, conf):
        self.folder, self.port, self.plain = conf.parent, free_port(), free_port()
        ours = self.folder / "zmd.conf"
        text = re.sub(r"^ *listen \[::\].*\n", "", ours.read_text(), flags=re.M)
        text = text.replace("listen 443", f"listen 127.0.0.1:{self.port}")
        text = text.replace("listen 80", f"listen 127.0.0.1:{self.plain}")
        text = text.replace("/run/zmd-web.sock", str(self.folder / "sock")).replace(
            "/opt/zmd/current", str(HERE)
        )
        ours.write_text(text)
        kept = "".join(
            f"{name}_temp_path {self.folder}/{name}; "
            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        conf.write_text(
            "daemon off;\nmaster_process off;\n" + conf.read_text().replace("http {", f"http {{ {kept}")
        )
        self.behind = Behind(str(self.folder / "sock"), Echo)
        threading.Thread(target=self.behind.serve_forever, daemon=True).start()
        with open(self.folder / "said", "wb") as said:
            command = ["nginx", "-p", self.folder, "-c", conf]
            self.process = subprocess.Popen(command, stdout=said, stderr=said)
        assert wait_for(self.listens, 60), (self.folder / "said").read_text()

    def listens(self) -> bool:
        with closing(socket.socket()) as door:
            return door.connect_ex(("127.0.0.1", self.port)) == 0

    def ask(self, path: str, method="GET", body=None, headers=(), name=NAME):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        with closing(http.client.HTTPSConnection(name)) as connection:
            connection.sock = context.wrap_socket(plain, server_hostname=name)
            connection.request(method, path, body, dict(headers))
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode()

    def leave_alone(self):
        """What stands behind is gone."""
        self.behind.shutdown()
        self.behind.server_close()
        (self.folder / "sock").unlink()


@pytest.fixture
def proxy(nginx_conf):
    found = Proxy(nginx_conf)
    yield found
    end(found.process)


def test_what_a_visitor_claims_is_overwritten_and_his_address_told(proxy):
    status, _, told = proxy.ask("/incidents/?q=1", headers=FORGED)
    told = json.loads(told)
    assert status == 200 and NUMBER.fullmatch(told.pop("X-Request-ID"))
    assert (told["X-Forwarded-For"], told["X-Forwarded-Proto"]) == ("127.0.0.1", "https")
    assert (told["Host"], told["path"], told["Connection"]) == (NAME, "/incidents/?q=1", "close")
    assert not {"X-Forwarded-Host", "Forwarded", "X-Real-IP"} & told.keys()


def test_other_names_and_plain_http_lead_nowhere_else(proxy):
    with pytest.raises(ssl.SSLError):
        proxy.ask("/", name="other.example")
    with closing(http.client.HTTPConnection("127.0.0.1", proxy.plain)) as connection:
        connection.request("GET", "/incidents/", headers={"Host": "evil.example"})
        answer = connection.getresponse()
        assert (answer.status, answer.headers["Location"]) == (301, f"https://{NAME}/incidents/")


def test_too_much_too_often_and_nobody_there_are_told_in_words(proxy):
    large = {"Content-Length": str(asgi.LARGEST_BODY + 1)}
    status, headers, text = proxy.ask("/api/v1/incidents/", "POST", headers=large)
    assert (status, headers["Content-Type"].partition(";")[0]) == (413, "application/problem+json")
    assert json.loads(text)["code"] == "too_large"
    status, headers, text = proxy.ask("/intake/", "POST", headers=large)
    assert status == 413 and "内容过大" in text and headers["Content-Type"].startswith("text/html")
    path = "/incidents/ZMD-2026-0001/attachments/"
    assert proxy.ask(path, "POST", b"x" * (asgi.LARGEST_BODY + 1))[0] == 200
    assert proxy.ask("/api/v1" + path, "POST", b"x" * (asgi.LARGEST_BODY + 1))[0] == 200
    larger = {"Content-Length": str(settings.UPLOAD_MOST + 1)}
    status, headers, text = proxy.ask("/api/v1" + path, "POST", headers=larger)
    assert (status, json.loads(text)["code"]) == (413, "too_large")
    assert headers["Content-Type"].startswith("application/problem+json")
    status, _, text = proxy.ask(path, "POST", headers=larger)
    assert status == 413 and "内容过大" in text
    often = [proxy.ask("/login/", "POST", b"")[0] for _ in range(30)]
    assert often[:20] == [200] * 20 and often[-1] == 429 and proxy.ask("/login/")[0] == 200
    proxy.leave_alone()
    status, headers, text = proxy.ask("/wall/secretsecretsecret/?token=querysecret")
    assert (status, headers["Cache-Control"]) == (502, "no-store")
    assert "请打电话给系统管理员" in text and NUMBER.fullmatch(headers["X-Request-ID"])
    assert proxy.ask(path, "POST", b"x")[0] == 502
    for method, asked in (("POST", "/api/v1" + path), ("GET", "/api/v1/incidents/?q=querysecret")):
        status, headers, text = proxy.ask(asked, method)
        told = json.loads(text)
        assert status == told["status"] == 503 and told["code"] == "busy" and headers["Retry-After"]
    lines = [json.loads(line) for line in (proxy.folder / "zmd.log").read_text().splitlines()]
    assert lines[-1]["status"] == 503 and NUMBER.fullmatch(lines[-1]["request_id"])
    assert "secret" not in (proxy.folder / "zmd.log").read_text()
    assert "secretsecret" not in (proxy.folder / "zmd.error.log").read_text()
