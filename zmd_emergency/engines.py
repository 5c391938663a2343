"""The embedded engines: PostgreSQL 18 and Valkey 9 from their wheels, kept in a folder of our own.

Both listen on 127.0.0.1 only, with random passwords and ports that the folder remembers (files of mode
600). One process owns the folder's engines at a time (`lock`); others may use them meanwhile (`users`).
"""

import contextlib
import fcntl
import os
import shutil
import signal
from pathlib import Path

from zmd_emergency import processes
from zmd_emergency.engine import (
    Busy,
    Engine,
    environment,
    give_to,
    owner_of,
    program,
    unprivileged_user,
    write_private,
)
from zmd_emergency.processes import Trouble, locked, locked_at_the_end, tail, wait_for

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # a path over 107 bytes is refused, so no socket at all
    "max_connections": 100,
    "shared_buffers": "128MB",
    "maintenance_work_mem": "64MB",
    "max_parallel_workers_per_gather": 0,
    "autovacuum_naptime": "10s",  # after a storm the sweep soon finds nothing dead in its way
    "jit": "off",
    "huge_pages": "off",
    "timezone": "UTC",
    "log_timezone": "Asia/Shanghai",
    "logging_collector": "off",
}
UNSAFE_BUT_FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum_naptime": "60s",  # tests keep a dozen databases, each of which it looks into in this time
    "max_wal_size": "256MB",
    "scram_iterations": "16",
}


def var_directory() -> Path:
    """Where everything that the running product keeps lies; settings.VAR_DIR says the same."""
    return Path(os.environ.get("ZMD_VAR") or Path(__file__).resolve().parent.parent / "var")


class Postgres(Engine):
    name, title, variable = "postgres", "数据库", "DATABASE_URL"
    passwords = ("password", "app_password", "owner_password")
    stop_signal = signal.SIGINT  # "fast"; on SIGTERM it would wait for its clients

    def __init__(self, directory: Path, logs: Path | None = None, fsync: bool = True):
        super().__init__(directory, logs)
        self.data = directory / "postgres"
        self.settings = SETTINGS | ({} if fsync else UNSAFE_BUT_FAST)
        self.fsync = fsync

    @property
    def url(self) -> str:
        """For the product: a role that owns nothing (`incidents.owner` says what it may do)."""
        return f"postgres://zmd_app:{self.facts['app_password']}@127.0.0.1:{self.facts['port']}/zmd"

    @property
    def owner_url(self) -> str:
        """For migrations: an ordinary role that owns the database."""
        return f"postgres://zmd:{self.facts['password']}@127.0.0.1:{self.facts['port']}/zmd"

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | {"DATABASE_OWNER_URL": self.owner_url}

    @property
    def superuser_url(self) -> str:
        """For backups and for forging in tests."""
        facts = self.facts
        return f"postgres://postgres:{facts['owner_password']}@127.0.0.1:{facts['port']}/postgres"

    def prepare(self) -> None:
        super().prepare()
        if self.data.exists():
            wait_for(lambda: not processes.living_in(self.data), 25)
            return
        half_made, password = self.directory / "postgres.new", self.directory / "postgres.password"
        shutil.rmtree(half_made, ignore_errors=True)
        half_made.mkdir(mode=0o700)
        write_private(password, self.facts["owner_password"])
        give_to(unprivileged_user(), half_made, password)
        command = [program("initdb"), "-D", half_made, "-U", "postgres", f"--pwfile={password}"]
        command += ["--auth=scram-sha-256", "--encoding=UTF8", "--no-instructions"]
        command += ["--locale-provider=builtin", "--locale=C.UTF-8"]
        command += [] if self.fsync else ["--no-sync"]
        initdb = processes.start(command, log=self.log, env=environment(), uid=owner_of(half_made))
        try:
            wait_for(lambda: initdb.poll() is not None, 120)
        finally:
            processes.end(initdb)
        if initdb.returncode:
            raise Trouble(f"数据库初始化失败，日志 {self.log} 的最后几行：\n{tail(self.log)}")
        password.unlink()
        half_made.rename(self.data)

    def spawn(self) -> None:
        """Start, unless what is left of a killed server still runs: two on one folder would ruin it."""
        if processes.living_in(self.data):
            raise Trouble("上次的数据库进程还没有完全退出，请稍候再试。")
        (self.data / "postmaster.pid").unlink(missing_ok=True)  # its number may be anybody's by now
        command = [program("postgres"), "-D", self.data, "-p", self.facts["port"]]
        for name, value in self.settings.items():
            command += ["-c", f"{name}={value}"]
        self.process = processes.start(
            command, log=self.log, env=environment(), uid=owner_of(self.data), dying_wish=signal.SIGINT
        )

    def answers(self) -> bool:
        """True once the product's own database can be used; made here the first time."""
        import psycopg2

        if "app_password" not in self.facts:
            return False  # an earlier version's, still running
        try:
            psycopg2.connect(self.url, connect_timeout=3).close()
            return True
        except psycopg2.OperationalError:
            with contextlib.suppress(psycopg2.Error):
                self._make_database()
            return False

    def _make_database(self) -> None:
        import psycopg2

        connection = psycopg2.connect(self.superuser_url, connect_timeout=3)
        connection.autocommit = True
        with contextlib.closing(connection), connection.cursor() as cursor:
            for role, may, password in (("zmd", "CREATEDB", "password"), ("zmd_app", "", "app_password")):
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
                if not cursor.fetchone():
                    cursor.execute(f"CREATE ROLE {role} LOGIN {may} PASSWORD %s", [self.facts[password]])
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = 'zmd'")
            if not cursor.fetchone():
                cursor.execute("CREATE DATABASE zmd OWNER zmd")


class Valkey(Engine):
    """The broker and the live feed's channel. Keeps nothing on disk: whatever matters is a row."""

    name, title, variable = "valkey", "消息服务", "REDIS_URL"

    @property
    def url(self) -> str:
        return f"redis://:{self.facts['password']}@127.0.0.1:{self.facts['port']}/0"

    def spawn(self) -> None:
        settings = self.directory / "valkey.conf"  # not on the command line, where `ps` shows it
        write_private(
            settings,
            f"bind 127.0.0.1\nport {self.facts['port']}\nrequirepass {self.facts['password']}\n"
            'save ""\nappendonly no\nmaxmemory 256mb\nmaxmemory-policy noeviction\n'
            "set-proc-title no\n",
        )
        user = unprivileged_user()
        give_to(user, settings)
        self.process = processes.start(
            [program("valkey-server"), settings], log=self.log, env=environment(), uid=user
        )

    def answers(self) -> bool:
        import redis

        try:
            with redis.Redis.from_url(self.url, socket_timeout=3) as client:
                return client.ping()
        except redis.RedisError:
            return False


class Engines:
    """Both engines of one folder."""

    def __init__(self, directory: Path, *, fsync: bool = True, logs: Path | None = None):
        self.directory = Path(directory).absolute()
        self.postgres = Postgres(self.directory, logs, fsync)
        self.valkey = Valkey(self.directory, logs)
        self.all = [self.postgres, self.valkey]  # the order of ending is the other way round

    @property
    def database_url(self) -> str:
        return self.postgres.url

    @property
    def redis_url(self) -> str:
        return self.valkey.url

    @property
    def environment(self) -> dict[str, str]:
        """What tells Django of both."""
        return self.postgres.environment | self.valkey.environment

    @contextlib.contextmanager
    def owned(self):
        """Hold the folder for as long as the block runs; `Busy` if another process does."""
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        with locked(self.directory / "lock", fcntl.LOCK_EX) as ours:
            if not ours:
                raise Busy("内置数据库正被另一条命令使用：请等那条命令结束后再试。")
            yield self

    def start(self) -> None:
        for engine in self.all[::-1]:
            engine.prepare()
            engine.spawn()
        for engine in self.all:
            engine.await_answer()

    def answer(self) -> bool:
        """True once both can be used; who only uses them never writes what their owner does."""
        return all(engine.memory.exists() and engine.answers() for engine in self.all)

    def stop(self) -> None:
        for engine in self.all[::-1]:
            engine.stop()


@contextlib.contextmanager
def running(directory: Path, *, fsync: bool = True):
    """Engines of one's own, for the time of the block."""
    with Engines(directory, fsync=fsync).owned() as engines:
        try:
            engines.start()
            yield engines
        finally:
            engines.stop()


@contextlib.contextmanager
def attached(directory: Path):
    """The engines of `directory`: those that run already, else started for the time of the block.

    Who started them waits at the end for the others that came to use them.
    """
    engines = Engines(directory)
    users = engines.directory / "users"
    with contextlib.ExitStack() as stack:
        while True:
            try:
                stack.enter_context(engines.owned())
            except Busy:
                using = stack.enter_context(locked(users, fcntl.LOCK_SH))
                if using and wait_for(engines.answer, 20, 0.2):
                    break
                raise
            stack.callback(engines.stop)
            stack.enter_context(locked_at_the_end(users))
            engines.start()
            break
        yield engines
