"""Real receivers on this machine: an HTTP server that takes, refuses or never answers, and an SMTP server."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from zmd_emergency.engine import free_port


class Receiver:
    """`status` and `answer` may be changed while it runs; `hangs` keeps every caller waiting."""

    def __init__(
        self, status: int = 200, answer: str = "{}", hangs: bool = False, headers: dict | None = None
    ):
        self.status, self.answer, self.hangs, self.headers = status, answer, hangs, headers or {}
        self.got: list[dict] = []
        self.requests: list[tuple[dict, bytes]] = []
        self.paths: list[str] = []
        self.logins: list[str] = []
        self.released = threading.Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                receiver.paths.append(self.path)
                receiver.logins += self.headers.get_all("Authorization", [])
                receiver.requests.append((dict(self.headers), content))
                receiver.got.append(json.loads(content) if content else {})
                if receiver.hangs:
                    receiver.released.wait(60)
                    return
                body = receiver.answer.encode()
                self.send_response(receiver.status)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, path: str = "/hook/s3cr3t-path-9f8e7d") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    @property
    def texts(self) -> list[str]:
        return [f"{got.get('title', '')}\n{got.get('message', '')}" for got in self.got]

    def close(self):
        self.released.set()
        self.server.shutdown()
        self.server.server_close()


class Postbox:
    """What a real SMTP server took in."""

    def __init__(self):
        self.letters = []
        self.logins = []

    async def handle_DATA(self, server, session, envelope):
        self.letters.append(envelope)
        return "250 OK"


@contextmanager
def smtp_server(user: str = "", password: str = ""):
    """With a user it wants a login."""
    box = Postbox()

    def authenticate(server, session, envelope, mechanism, data):
        box.logins.append(data.login)
        known = (data.login.decode(), data.password.decode()) == (user, password)
        return AuthResult(success=known, handled=False)

    login = {"authenticator": authenticate, "auth_required": True, "auth_require_tls": False} if user else {}
    controller = Controller(box, hostname="127.0.0.1", port=free_port(), **login)
    controller.start()
    box.port = controller.port
    try:
        yield box
    finally:
        controller.stop()
