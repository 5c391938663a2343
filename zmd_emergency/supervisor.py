"""`manage.py up`: start everything in order, keep it alive, end it in order.

Engines, then what must be done before the rest (`prepare`), then web, worker and beat. A child that dies
is started again; one that can't be kept alive ends the whole, and is named.
"""

import argparse
import contextlib
import errno
import fcntl
import http.client
import os
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from zmd_emergency import processes
from zmd_emergency.engine import Engine
from zmd_emergency.engines import Engines, var_directory
from zmd_emergency.logs import Journal, cap_size, rotate
from zmd_emergency.processes import Stop, Trouble, locked, pause, stop_on_signals, tail

HERE = Path(__file__).resolve().parent.parent
PATIENCE = float(os.environ.get("ZMD_PATIENCE", 60))  # seconds in which a child must come to stay
STAYS = 10  # seconds after which a child counts as alive again


class Service:
    """A Python child of ours: web, worker, beat, prepare. Spawns and stops as an engine does."""

    def __init__(self, name: str, command: list, env: dict, logs: Path):
        self.command, self.env, self.log = [sys.executable, "-m", *command], env, logs / f"{name}.log"
        self.process = None

    def spawn(self) -> None:
        self.process = processes.start(self.command, log=self.log, env=self.env, cwd=HERE)

    def stop(self) -> None:
        processes.end(self.process)


@dataclass
class Child:
    """Something to keep alive."""

    title: str
    of: Engine | Service
    started: float = 0.0
    failing_since: float | None = None
    next_try: float | None = None
    pause: float = 0.5

    def spawn(self) -> None:
        self.started = time.monotonic()
        self.of.spawn()

    def look_after(self) -> str | None:
        """Start it again if it died, ever less eagerly; returns the news for the operator, if any."""
        now = time.monotonic()
        if self.next_try is not None:
            if now < self.next_try:
                return None
            self.next_try = None
            try:
                self.spawn()
            except Trouble:
                self.next_try = now + self.pause
            return None
        if self.of.process.poll() is None:
            if self.failing_since and now - self.started > STAYS:
                self.failing_since, self.pause = None, 0.5
            return None
        self.failing_since = self.failing_since or now
        self.next_try, self.pause = now + self.pause, min(self.pause * 2, 8)
        return f"{self.title}意外退出（代码 {self.of.process.returncode}），正在重新启动。"

    def is_lost(self) -> bool:
        return self.failing_since is not None and time.monotonic() - self.failing_since > PATIENCE


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    var = var_directory().absolute()
    logs = var / "logs"
    logs.mkdir(parents=True, exist_ok=True, mode=0o700)
    url = f"http://127.0.0.1:{options.port}"
    with contextlib.ExitStack() as stack:
        if not stack.enter_context(locked(var / "up.lock", fcntl.LOCK_EX)):
            other = (var / "up.lock").read_text().strip() or "地址尚未确定"
            raise Trouble(f"系统已经在运行（{other}），不能再启动一份。要重新启动，请先停止它（Ctrl-C）。")
        (var / "up.lock").write_text(url)
        require_port(options.port)
        rotate(logs)
        stop_on_signals()
        journal = Journal(logs / "up.log")
        children: list[Child] = []
        try:
            run(options, url, var, children, journal, stack)
        except Stop:
            journal.say("正在停止…")
        finally:
            end_all(children)
        journal.say("已全部停止。")
    return 0


def run(options, url: str, var: Path, children: list[Child], journal: Journal, stack) -> None:
    """Bring everything up and look after it until a signal comes or a child is lost."""
    logs = var / "logs"
    env = os.environ | {"PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1", "ZMD_VAR": str(var)}
    engines = Engines(var / "engines", logs=logs)
    embedded = "DATABASE_URL" not in os.environ
    engines.all = [engine for engine in engines.all if engine.variable not in os.environ]
    if engines.all:
        stack.enter_context(engines.owned())
        journal.say("启动数据库和消息服务…")
        children += [Child(engine.title, engine) for engine in engines.all]
        engines.start()
        for engine in engines.all:
            env |= engine.environment

    into_empty = ["--demo-if-empty"] if embedded else []
    demo = {True: ["--demo"], False: [], None: into_empty}[options.demo]
    prepare = Child("数据准备", Service("prepare", ["zmd_emergency.prepare", url, *demo], env, logs))
    children.append(prepare)
    prepare.spawn()
    journal.wait("准备数据（建表、基础数据、演示数据）", prepare.of)
    children.remove(prepare)

    env.pop("DATABASE_OWNER_URL", None)  # who serves and works has no means to change a table
    services = [
        Child("网页服务", Service("web", web(options.port), env, logs)),
        Child("后台任务", Service("worker", WORKER, env, logs)),
        Child("消息发送", Service("sender", SENDER, env, logs)),
        Child("定时器", Service("beat", BEAT, env, logs)),
    ]
    for child in services:
        children.append(child)
        child.spawn()
    journal.say("启动网页、后台任务和定时器…")
    await_page(url, services[0], children, journal)
    journal.say(f"系统已就绪：{url}")
    journal.show_logins(var / "demo.json", url)
    journal.say("按 Ctrl-C 停止。")
    while True:
        look_after(children, journal)
        cap_size(logs)
        pause(0.2)


def web(port: int) -> list:
    return ["zmd_emergency.serve", "--port", str(port), "--grace", "2"]


CELERY = ["celery", "-A", "zmd_emergency"]
WORKER = [*CELERY, "worker", "--pool=prefork", "--concurrency=2", "-O", "fair"]
QUIETLY = ["--without-gossip", "--without-mingle", "--loglevel=WARNING"]
WORKER += QUIETLY
# Its own processes: a receiver that never answers must not hold up the sweep.
SENDER = [
    *CELERY,
    "worker",
    "-n",
    "sender@%h",
    "-Q",
    "outbox",
    "--pool=prefork",
    "--concurrency=4",
    "-O",
    "fair",
]
SENDER += QUIETLY
BEAT = [*CELERY, "beat", "--scheduler=zmd_emergency.beat:SteadyScheduler", "--pidfile=", "--loglevel=WARNING"]


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="manage.py up", description="启动系统，按 Ctrl-C 停止。")
    parser.add_argument("--port", type=int, default=8000, help="网页端口，默认 8000")
    told = "载入演示数据；不写时只载入空的内置数据库"
    parser.add_argument("--demo", action=argparse.BooleanOptionalAction, help=told)
    parser.add_argument("--wheels", metavar="目录", help="从这个目录安装软件包，不使用网络")
    return parser.parse_args(arguments)


def require_port(port: int) -> None:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OverflowError:
        raise Trouble(f"端口 {port} 不存在：请用 --port 指定 1024 到 65535 之间的端口。") from None
    except OSError as error:
        if error.errno == errno.EACCES:
            raise Trouble(f"端口 {port} 需要管理员权限：请用 --port 指定 1024 以上的端口。") from None
        raise Trouble(
            f"端口 {port} 已被其他程序占用：请换一个端口，例如 python3 manage.py up --port {port + 1}"
        ) from None


def await_page(url: str, page: Child, children: list[Child], journal: Journal) -> None:
    """Look after the children until the web server answers; one that stays silent is lost."""
    deadline = time.monotonic() + PATIENCE
    while not answers(url):
        look_after(children, journal)
        if time.monotonic() > deadline:
            raise lost(page)
        pause(0.1)


def answers(url: str) -> bool:
    """Any answer will do but an error of the server's: production redirects to https, or refuses the name."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=5)
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/livez")
        return connection.getresponse().status < 500
    return False


def look_after(children: list[Child], journal: Journal) -> None:
    for child in children:
        if news := child.look_after():
            journal.say(news)
        if child.is_lost():
            raise lost(child)


def lost(child: Child) -> Trouble:
    return Trouble(
        f"{child.title}在 {PATIENCE:.0f} 秒内没能保持运行，系统已全部停止。"
        f"日志 {child.of.log} 的最后几行：\n{tail(child.of.log)}"
    )


def end_all(children: list[Child]) -> None:
    """Services first, all at once; then Valkey; PostgreSQL last."""
    for child in children:
        process = child.of.process
        if isinstance(child.of, Service) and process and process.poll() is None:
            process.terminate()
    for child in reversed(children):
        child.of.stop()
