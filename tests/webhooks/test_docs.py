"""docs/api/webhooks.md stays true: its receiver runs as written, its table is the code's."""

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.utils import timezone

from alerts.services.webhook_types import TYPES
from incidents.services.identity import webhooks
from incidents.services.identity.webhooks import Wish
from tests.webhooks.conftest import drain
from zmd_emergency.engine import free_port
from zmd_emergency.processes import wait_for

DOC = (Path(__file__).parents[2] / "docs" / "api" / "webhooks.md").read_text("utf-8")


def test_its_table_and_its_example_are_the_codes():
    for kind in TYPES.values():
        assert f"| `{kind.code}` | {kind.name}：{kind.when} | {kind.clause} |" in DOC
    (example,) = re.findall(r"```json\n(.*?)```", DOC, re.S)
    said = json.loads(example)
    assert said["data"] == TYPES[said["type"]].sample


def answers(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.django_db
def test_the_receiver_runs_as_written(cast, inside, tmp_path):
    port, now = free_port(), timezone.now()
    wish = Wish(url=f"http://127.0.0.1:{port}/hooks/zmd")
    hook, secret = webhooks.add(actor=cast.enterprise, wish=wish, now=now)
    (program,) = re.findall(r"```python\n(.*?)```", DOC, re.S)
    path, said = tmp_path / "receiver.py", tmp_path / "said"
    path.write_text(program, "utf-8")
    env = os.environ | {"WEBHOOK_SECRET": secret, "PORT": str(port)}
    with said.open("w") as out:
        running = subprocess.Popen([sys.executable, path], stdout=out, stderr=subprocess.DEVNULL, env=env)
    try:
        assert wait_for(lambda: answers(port), 60)
        row = webhooks.test(actor=cast.enterprise, hook_id=hook.pk, now=now)
        drain()
        webhooks.replay(actor=cast.enterprise, hook_id=hook.pk, delivery_id=row.pk, now=now)
        drain()
        assert list(hook.deliveries.values_list("last_status", flat=True)) == [204, 204]
        assert said.read_text().splitlines()[-1:] == [f"webhook.test /api/v1/webhooks/{hook.pk}/"]
        assert said.read_text().count(f"webhooks/{hook.pk}/") == 1, "the replay is known by its id"
    finally:
        running.kill()
        running.wait()
