"""The embedded engines by themselves."""

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from zmd_emergency.engines import Busy, Engines, attached, running
from zmd_emergency.supervisor import HERE

pytestmark = pytest.mark.processes


@pytest.fixture(scope="module")
def engines(tmp_path_factory):
    with running(tmp_path_factory.mktemp("deep" * 40) / "engines", fsync=False) as engines:
        yield engines


def ask(engines, sql):
    with closing(psycopg2.connect(engines.database_url)) as database, database.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def test_the_database_speaks_unicode_and_the_product_owns_nothing(engines):
    assert ask(engines, "SELECT upper('é') || datlocale FROM pg_database WHERE datname = 'zmd'") == "ÉC.UTF-8"
    assert ask(engines, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    assert ask(engines, "SELECT pg_has_role('zmd', 'MEMBER')") is False
    assert ask(engines, "SHOW timezone") == "UTC"


@pytest.mark.parametrize("secret", ["postgres.json", "valkey.json", "valkey.conf"])
def test_secrets_are_readable_by_their_owner_only(engines, secret):
    assert (engines.directory / secret).stat().st_mode & 0o077 == 0


def test_no_password_stands_on_a_command_line(engines):
    for engine in engines.all:
        command = Path("/proc", str(engine.process.pid), "cmdline").read_text()
        assert not any(engine.facts[name] in command for name in engine.passwords)


def test_a_wrong_password_is_refused(engines):
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(engines.database_url.replace(engines.postgres.facts["app_password"], "guess"))


@pytest.mark.parametrize("name", ["postgres", "valkey"])
def test_an_engine_that_was_killed_starts_again_on_its_port(engines, name):
    engine = getattr(engines, name)
    before = engine.url
    engine.kill()
    assert not engine.answers()
    engine.start()
    assert engine.answers() and engine.url == before


def test_a_folder_of_an_earlier_version_gets_the_products_role(engines):
    postgres = engines.postgres
    with closing(psycopg2.connect(postgres.superuser_url)) as database, database, database.cursor() as cursor:
        cursor.execute("DROP ROLE zmd_app")
    facts = {name: value for name, value in postgres.facts.items() if name != "app_password"}
    postgres.stop()
    postgres._remember(facts)
    assert not postgres.answers()
    postgres.start()
    assert ask(engines, "SELECT current_user") == "zmd_app"


def test_one_owner_at_a_time_and_others_attach(engines):
    with pytest.raises(Busy), Engines(engines.directory).owned():
        pass
    with attached(engines.directory) as same:
        assert same.database_url == engines.database_url and same.postgres.process is None


def test_who_waits_for_engines_writes_nothing_that_their_owner_does(tmp_path):
    assert not Engines(tmp_path).answer()
    assert not list(tmp_path.iterdir())


def test_two_commands_at_once_share_engines_that_the_first_ends(tmp_path):
    """Whichever starts them waits for the other; none finds them gone."""
    env = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    env |= {"ZMD_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "zmd_emergency.settings"}
    command = [sys.executable, HERE / "manage.py", "shell", "-v0", "-c"]
    command.append(
        "from django.db import connection as c; c.cursor().execute('SELECT pg_sleep(0.5)'); print('ok')"
    )
    both = [subprocess.Popen(command, env=env, text=True, stdout=subprocess.PIPE) for _ in range(2)]
    assert [process.communicate(timeout=60)[0].strip() for process in both] == ["ok", "ok"]
