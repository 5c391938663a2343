"""docs/backup.md, "Back to a moment": its commands, done with real engines."""

import shutil
import subprocess
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from zmd_emergency.engine import give_to, owner_of, program
from zmd_emergency.engines import Engines
from zmd_emergency.processes import wait_for

pytestmark = pytest.mark.processes


def ask(postgres, sql: str):
    with closing(psycopg2.connect(postgres.superuser)) as own:
        own.autocommit = True
        with own.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0] if cursor.description else None


def belong(folder: Path, uid: int):
    """To whom the server runs as."""
    give_to(uid, folder, *folder.rglob("*"))


@pytest.fixture
def engines(tmp_path):
    """PostgreSQL alone, that hands each finished part of its log to an archive."""
    with Engines(tmp_path / "engines", fsync=False).owned() as engines:
        postgres = engines.postgres
        postgres.prepare()
        archive = tmp_path / "archive"
        archive.mkdir(mode=0o700)
        give_to(owner_of(postgres.data), archive)
        postgres.settings |= {
            "archive_mode": "on",
            "archive_command": f"test ! -f {archive}/%f && cp %p {archive}/%f",
        }
        facts = postgres.facts
        postgres.superuser = (
            f"postgres://postgres:{facts['owner_password']}@127.0.0.1:{facts['port']}/postgres"
        )
        postgres.start()
        yield engines, archive
        postgres.stop()


def test_the_database_comes_back_as_it_was_at_a_moment(engines, tmp_path):
    engines, archive = engines
    postgres = engines.postgres
    ask(postgres, "CREATE TABLE told (words text)")
    ask(postgres, "INSERT INTO told VALUES ('before the base backup')")
    base = tmp_path / "base"
    command = [
        program("pg_basebackup"),
        "--pgdata",
        base,
        "--checkpoint=fast",
        "--dbname",
        postgres.superuser,
    ]
    subprocess.run(command, check=True, capture_output=True)

    ask(postgres, "INSERT INTO told VALUES ('after it, before the accident')")
    moment = ask(postgres, "SELECT clock_timestamp()::text")
    ask(postgres, "DELETE FROM told")
    last = ask(postgres, "SELECT pg_walfile_name(pg_switch_wal())")
    assert wait_for(lambda: (archive / last).exists(), 60)
    postgres.stop()

    uid = owner_of(postgres.data)
    shutil.move(postgres.data, tmp_path / "postgres.after_the_accident")
    shutil.move(base, postgres.data)
    (postgres.data / "recovery.signal").touch()
    (postgres.data / "postgresql.auto.conf").write_text(
        f"restore_command = 'cp {archive}/%f %p'\n"
        f"recovery_target_time = '{moment}'\n"
        "recovery_target_action = 'promote'\n"
    )
    belong(postgres.data, uid)
    postgres.start()
    assert wait_for(lambda: not ask(postgres, "SELECT pg_is_in_recovery()"), 60)
    told = ask(postgres, "SELECT array_agg(words ORDER BY words) FROM told")
    assert told == ["after it, before the accident", "before the base backup"]
    timeline = ask(postgres, "SELECT left(pg_walfile_name(pg_current_wal_lsn()), 8)")
    assert timeline == "00000002", (
        "another cluster, by which tokens of before are refused (incidents/changes.py)"
    )
