"""The guide stays true: its commands run as they stand there, and so does the client to copy."""

import json
import os
import re
import subprocess
import sys
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest

from incidents.models import Attachment, Incident, Report, TaskOrder
from tests.api.conftest import firm_of
from tests.cast import FIRM

DOCS = Path(__file__).parents[2] / "docs" / "api"


def blocks(language: str, *names: str) -> list[str]:
    return [
        block
        for name in names or sorted(path.name for path in DOCS.glob("*.md"))
        for block in re.findall(rf"```{language}\n(.*?)```", (DOCS / name).read_text("utf-8"), re.S)
    ]


def test_every_block_of_json_is_json():
    assert all(json.loads(block) for block in blocks("json"))


class Lossy(BaseHTTPRequestHandler):
    """Between client and server; of every first request of an Idempotency-Key the answer is lost."""

    target, seen = "", set()

    def pass_on(self):
        length = int(self.headers.get("Content-Length", 0))
        server = HTTPConnection(self.target, timeout=20)
        server.request(self.command, self.path, self.rfile.read(length), dict(self.headers))
        answer = server.getresponse()
        body, key = answer.read(), self.headers.get("Idempotency-Key")
        if key and key not in self.seen:
            self.seen.add(key)
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name in ("Content-Type", "Idempotent-Replayed"):
            if name in answer.headers:
                self.send_header(name, answer.headers[name])
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = pass_on

    def log_message(self, *_):
        pass


@pytest.mark.processes
def test_the_guide_and_the_client_run_as_they_are_written(cloned_database, server, tmp_path):
    key = firm_of(FIRM, is_test=True).secret
    first, *rest = blocks("sh", "README.md")
    assert "zmd_" in first
    env = os.environ | {"ZMD": f"{server.url}/api/v1", "KEY": key}
    script = "set -euo pipefail\n" + "\n".join(rest)
    done = subprocess.run(["bash", "-c", script], env=env, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert TaskOrder.objects.get().status == TaskOrder.Status.OVER
    assert Attachment.objects.count() == 1 and Incident.with_drills.count() == 3

    Lossy.target = urlsplit(server.url).netloc
    between = ThreadingHTTPServer(("127.0.0.1", 0), Lossy)
    Thread(target=between.serve_forever, daemon=True).start()
    env |= {"ZMD": f"http://127.0.0.1:{between.server_port}/api/v1", "PYTHONIOENCODING": "utf-8"}
    client = [sys.executable, DOCS / "quickstart.py"]
    ran = subprocess.run(client, env=env, cwd=tmp_path, capture_output=True, text=True)
    between.shutdown()
    assert ran.returncode == 0, ran.stderr
    assert "书面报告（§5.2.1）" in ran.stdout and "oral_by_phone_only" in ran.stdout, ran.stdout
    assert Incident.with_drills.count() == 4 and Attachment.objects.count() == 2
    newest = Incident.with_drills.latest("pk")
    assert [report.kind for report in Report.objects.filter(incident=newest)] == ["WRITTEN", "FOLLOW_UP"]
