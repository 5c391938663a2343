"""A database as PostgreSQL's own programs see it, and a snapshot of it that several of them share."""

import contextlib
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from threading import Thread
from typing import BinaryIO

import dj_database_url
import psycopg2
from django.conf import settings
from django.db import connection
from psycopg2 import sql

from zmd_emergency.engine import environment, program
from zmd_emergency.processes import Trouble

BLOCK = 1 << 18


@dataclass(frozen=True)
class Place:
    """Where a database is and who may see all of it. The password goes by the environment, never by a command line."""

    name: str
    user: str
    password: str = field(repr=False)
    host: str
    port: str
    tls: dict = field(default_factory=dict)
    """`sslmode`, `sslrootcert` and what else libpq calls so."""

    @classmethod
    def of(cls, parameters: dict) -> "Place":
        """Of Django's settings for a database."""
        names = [str(parameters.get(name) or "") for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")]
        options = parameters.get("OPTIONS") or {}
        return cls(*names, {name: value for name, value in options.items() if name.startswith("ssl")})

    @classmethod
    def ours(cls) -> "Place":
        """The product's own, as the owner of its tables where one is named apart."""
        return cls.of(connection.settings_dict | getattr(settings, "DATABASE_OWNER", {}))

    @classmethod
    def at(cls, url: str) -> "Place":
        try:
            parameters = dj_database_url.parse(url)
        except ValueError as error:
            raise Trouble("数据库地址须为 postgres://用户:口令@主机:端口/库名 的形式。") from error
        if "postgresql" not in parameters["ENGINE"] or not parameters["NAME"]:
            raise Trouble("数据库地址须为 postgres://用户:口令@主机:端口/库名 的形式。")
        return cls.of(parameters)

    @property
    def settings(self) -> dict:
        """For Django's connection."""
        return {
            "NAME": self.name,
            "USER": self.user,
            "PASSWORD": self.password,
            "HOST": self.host,
            "PORT": self.port,
        }

    @property
    def environment(self) -> dict:
        ours = {"PGDATABASE": self.name, "PGUSER": self.user, "PGPASSWORD": self.password}
        ours |= {"PGHOST": self.host, "PGPORT": self.port}
        ours |= {f"PG{name.upper()}": value for name, value in self.tls.items()}
        ours |= {"PGCONNECT_TIMEOUT": "15", "PGAPPNAME": "zmd-backup"}
        return environment() | {name: value for name, value in ours.items() if value}

    def connect(self):
        given = {"dbname": self.name, "user": self.user, "password": self.password, "host": self.host}
        given |= {"port": self.port, "connect_timeout": 15} | self.tls
        try:
            return psycopg2.connect(**{name: value for name, value in given.items() if value})
        except psycopg2.OperationalError as error:
            raise Trouble(f"连不上数据库 {self.name}：{str(error).strip()}") from error

    @contextlib.contextmanager
    def asked(self):
        """A cursor of a connection of its own, each statement by itself."""
        with contextlib.closing(self.connect()) as own:
            own.autocommit = True
            with own.cursor() as cursor:
                yield cursor


@dataclass
class Snapshot:
    """One moment of the database: what is read through `cursor` and what `dump` writes are of the same."""

    place: Place
    cursor: object
    id: str
    taken_at: datetime

    def rows(self, query) -> list[tuple]:
        self.cursor.execute(query)
        return self.cursor.fetchall()

    def tables(self) -> dict[str, int]:
        return count_tables(self.cursor)

    def dump(self) -> "Program":
        options = ["--format=custom", "--schema=public", "--no-password", "--lock-wait-timeout=60s"]
        return Program("pg_dump", [*options, f"--snapshot={self.id}"], self.place.environment)


@contextlib.contextmanager
def snapshot(place: Place) -> Iterator[Snapshot]:
    with contextlib.closing(place.connect()) as own:
        own.set_session(isolation_level="REPEATABLE READ", readonly=True)
        with own.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute("SELECT pg_export_snapshot(), now()")
            yield Snapshot(place, cursor, *cursor.fetchone())


def count_tables(cursor) -> dict[str, int]:
    """The rows of every table of the product."""
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        " ORDER BY relname"
    )
    names = [name for (name,) in cursor.fetchall()]
    counts = {}
    for name in names:
        cursor.execute(sql.SQL("SELECT count(*) FROM public.{}").format(sql.Identifier(name)))
        counts[name] = cursor.fetchone()[0]
    return counts


class Program:
    """One of PostgreSQL's programs while it runs: fed from a stream, its complaint kept for the operator."""

    def __init__(self, name: str, options: list, env: dict, *, feed: BinaryIO | None = None, into=None):
        self.name, self._complaint = name, tempfile.TemporaryFile()
        self._process = subprocess.Popen(
            [str(program(name)), *options],
            stdin=subprocess.PIPE if feed or into is None else subprocess.DEVNULL,
            stdout=subprocess.PIPE if into is None else into,
            stderr=self._complaint,
            env=env,
        )
        self._feeder = self._failure = None
        if feed:
            self._feeder = Thread(target=self._feed, args=[feed], daemon=True)
            self._feeder.start()

    @property
    def stdin(self) -> BinaryIO:
        return self._process.stdin

    @property
    def stdout(self) -> BinaryIO:
        return self._process.stdout

    def _feed(self, source: BinaryIO) -> None:
        """A program that has died says why by itself; what could not be read is raised by `end`."""
        try:
            while block := source.read(BLOCK):
                self.stdin.write(block)
        except BrokenPipeError:
            pass
        except Exception as failure:
            self._failure = failure
        finally:
            with contextlib.suppress(BrokenPipeError):
                self.stdin.close()

    def end(self) -> None:
        """Wait for it; raises what kept it from its work."""
        if self._feeder:
            self._feeder.join()
        if self.stdin and not self.stdin.closed:
            with contextlib.suppress(BrokenPipeError):
                self.stdin.close()
        code = self._process.wait()
        if self._failure:
            raise self._failure
        if code:
            self._complaint.seek(0)
            said = self._complaint.read().decode(errors="replace").strip()
            raise Trouble(f"{self.name} 没有成功：{said[:600] or f'返回 {code}'}")

    def __enter__(self) -> "Program":
        return self

    def __exit__(self, kind, *_) -> None:
        try:
            if kind is None:
                self.end()
        finally:
            if self._process.poll() is None:
                self._process.kill()
                self._process.wait()
            for pipe in (self._process.stdout, self._complaint):
                if pipe:
                    pipe.close()
