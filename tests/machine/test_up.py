"""`manage.py up` as an operator meets it: started, started twice, robbed of its children, stopped, killed."""

import contextlib
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest

from zmd_emergency import processes
from zmd_emergency.engine import free_port, unprivileged_user, write_private
from zmd_emergency.engines import Engines
from zmd_emergency.processes import wait_for
from zmd_emergency.supervisor import HERE, answers

pytestmark = pytest.mark.processes
READY = "系统已就绪"
NOT_INSTALLED = {"LANG": "zh_CN.UTF-8", "LC_ALL": "zh_CN.UTF-8"}


class Product:
    """One `manage.py up` on a folder of its own."""

    def __init__(self, var: Path, **env: str):
        self.var, self.port, self.log = var, free_port(), var.parent / "terminal.log"
        chosen = {
            "ZMD_VAR": str(var),
            "DJANGO_SETTINGS_MODULE": "zmd_emergency.settings",
            "ZMD_BACKUP_AT": "",
        }
        if "DJANGO_SETTINGS_MODULE" in os.environ:
            chosen["DJANGO_SETTINGS_MODULE"] = os.environ["DJANGO_SETTINGS_MODULE"]
        self.env = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
        self.env |= chosen | env
        self.process = None

    def up(self, demo: str = "--no-demo", uid: int | None = None) -> "Product":
        command = [sys.executable, HERE / "manage.py", "up", "--port", self.port, demo]
        self.log.unlink(missing_ok=True)
        self.process = processes.start(command, log=self.log, env=self.env, uid=uid)
        return self

    def ready(self) -> "Product":
        wait_for(lambda: READY in self.says() or self.process.poll() is not None, 240)
        assert READY in self.says(), self.says()
        return self

    def says(self) -> str:
        return self.log.read_text() if self.log.exists() else ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def child(self, word: str) -> int | None:
        """The number of the supervisor's child with this word in its command."""
        for pid in self.everyone():
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                after_name = Path("/proc", str(pid), "stat").read_text().rpartition(")")[2].split()
                command = Path("/proc", str(pid), "cmdline").read_bytes().decode().split("\0")
                if int(after_name[1]) == self.process.pid and any(word in part for part in command[:8]):
                    return pid
        return None

    def everyone(self) -> list[int]:
        """Every living process that was started for this folder."""
        data = self.var / "engines" / "postgres"
        found = processes.living_in(data) if data.exists() else []
        for entry in Path("/proc").iterdir():
            try:
                if f"ZMD_VAR={self.var}".encode() in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
            except (OSError, ValueError):
                pass
        return found

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(90)


@pytest.fixture
def var(tmp_path):
    return tmp_path / "var"


@pytest.fixture
def product(var):
    with ended(Product(var)) as product:
        yield product


@contextlib.contextmanager
def ended(product: Product):
    try:
        yield product
    finally:
        processes.end(product.process, patience=30)
    assert not wait_for(lambda: not product.everyone(), 30) or not product.everyone()


@pytest.fixture(scope="session")
def prepared(tmp_path_factory, worker_id):
    """A folder in which the product was started once: its tables are made, which is most of a first start. It was
    under a locale that isn't installed, where only its owner may enter. The parallel test processes share it."""
    everyones = tmp_path_factory.getbasetemp()
    if worker_id != "master":
        everyones = everyones.parent
    home = everyones / "prepared"
    home.mkdir(exist_ok=True)
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        first = Product(home / "var", **NOT_INSTALLED)
        if not first.var.exists():
            home.chmod(0o700)
            try:
                first.up().ready()
                assert "Applying" in first.says()
                assert first.stop() == 0 and first.everyone() == []
            finally:
                processes.end(first.process, patience=30)
    return first.var


@pytest.fixture
def settled(product, prepared):
    """The product on a copy of such a folder."""
    subprocess.run(["cp", "-a", prepared, product.var], check=True)
    return product


@pytest.fixture(scope="module")
def running(prepared, tmp_path_factory):
    """One for tests that leave it running, as they found it: a start takes longer than what they try."""
    var = tmp_path_factory.mktemp("running") / "var"
    subprocess.run(["cp", "-a", prepared, var], check=True)
    with ended(Product(var)) as product:
        yield product.up().ready()


def test_the_next_start_makes_nothing_anew_and_keeps_the_data(settled):
    """Under a locale that isn't installed, in a folder that only its owner may enter, from elsewhere."""
    settled.var.parent.chmod(0o700)
    settled.env |= NOT_INSTALLED
    settled.up().ready()
    assert answers(settled.url) and "Applying" not in settled.says()
    web = Path("/proc", str(settled.child("zmd_emergency.serve")), "environ").read_text()
    assert "DATABASE_URL=postgres://zmd_app:" in web and "DATABASE_OWNER_URL" not in web
    postgres = Engines(settled.var / "engines").postgres
    with closing(psycopg2.connect(postgres.owner_url)) as database, database:
        database.cursor().execute("CREATE TABLE kept AS SELECT 42 AS number")
    assert settled.stop() == 0
    assert settled.everyone() == []

    postgres.start()
    try:
        with closing(psycopg2.connect(postgres.owner_url)) as database, database.cursor() as cursor:
            cursor.execute("SELECT number FROM kept")
            assert cursor.fetchone() == (42,)
    finally:
        postgres.stop()


def test_a_folder_of_an_earlier_version_gets_the_products_own_role(settled):
    """Then the product connected as the tables' owner."""
    postgres = Engines(settled.var / "engines").postgres
    postgres.start()
    try:
        url = urlsplit(postgres.superuser_url)._replace(path="/zmd").geturl()
        with closing(psycopg2.connect(url)) as database, database, database.cursor() as cursor:
            cursor.execute("DROP OWNED BY zmd_app; DROP ROLE zmd_app")
    finally:
        postgres.stop()
    facts = {name: fact for name, fact in postgres.facts.items() if name != "app_password"}
    write_private(postgres.memory, json.dumps(facts))
    settled.up().ready()
    assert answers(settled.url)


def test_a_second_copy_and_a_taken_port_are_told_in_a_sentence(running, tmp_path):
    again = Product(running.var)
    again.log = tmp_path / "again.log"
    assert again.up().process.wait(90) == 1
    assert again.says().startswith(f"系统已经在运行（{running.url}）")

    elsewhere = Product(tmp_path / "elsewhere" / "var")
    elsewhere.log = tmp_path / "elsewhere.log"
    elsewhere.port = running.port
    assert elsewhere.up().process.wait(90) == 1
    assert elsewhere.says().startswith(f"端口 {running.port} 已被其他程序占用")
    assert "--port" in elsewhere.says() and "Traceback" not in elsewhere.says() + again.says()


def test_a_child_that_is_killed_comes_back(running):
    for word in ("zmd_emergency.serve", "worker", "beat", "valkey-server", "bin/postgres"):
        killed = running.child(word)
        assert killed, word
        os.kill(killed, signal.SIGKILL)
        assert wait_for(lambda old=killed, word=word: running.child(word) not in (None, old), 60), word
    for engine in Engines(running.var / "engines").all:
        assert wait_for(engine.answers, 60)
    assert wait_for(lambda: answers(running.url), 60)
    assert running.says().count("意外退出") == 5


def test_one_that_cannot_be_kept_alive_ends_all_and_is_named(settled):
    settled.env |= {"DJANGO_SETTINGS_MODULE": "tests.machine.broken_beat", "ZMD_PATIENCE": "12"}
    settled.up()
    assert settled.process.wait(240) == 1
    assert settled.everyone() == []
    last_words = settled.says().partition("已全部停止。日志")[0].splitlines()[-1]
    assert last_words.startswith("定时器在 12 秒内没能保持运行")
    assert "no clock today" in settled.says()


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_nobody_behind_even_while_starting(product, sign):
    product.up()
    assert wait_for(lambda: product.child("bin/postgres"), 90), product.says()
    product.process.send_signal(sign)
    assert product.process.wait(90) == 0
    assert product.everyone() == []
    assert "Traceback" not in product.says()


def test_when_the_supervisor_is_killed_its_children_end_too(running):
    running.process.kill()
    running.process.wait()
    assert wait_for(lambda: not running.everyone(), 60), running.everyone()
    running.up().ready()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_an_ordinary_user_runs_it_too(product, tmp_path):
    uid = unprivileged_user()
    tmp_path.chmod(0o755)
    product.var.mkdir()
    os.chown(product.var, uid, -1)
    product.env |= {"HOME": str(product.var)}
    product.up(uid=uid).ready()
    owners = {Path("/proc", str(pid)).stat().st_uid for pid in product.everyone()}
    assert owners == {uid}


def test_a_folder_that_cannot_be_written_is_told_in_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    product = Product(tmp_path / "file" / "var")
    product.log = tmp_path / "log"
    assert product.up().process.wait(90) == 1
    assert "Traceback" not in product.says()


def test_help_is_quick_and_starts_nothing(tmp_path):
    env = os.environ | {"ZMD_VAR": str(tmp_path / "var")}
    answer = subprocess.run(
        [sys.executable, HERE / "manage.py", "up", "--help"], env=env, capture_output=True, text=True
    )
    assert "--port" in answer.stdout and not (tmp_path / "var").exists()


def test_a_port_out_of_range(tmp_path):
    product = Product(tmp_path / "var")
    product.port = 99999
    assert product.up().process.wait(90) == 1
    assert "1024 到 65535" in product.says()


def test_free_port_is_free():
    socket.create_server(("127.0.0.1", free_port())).close()
