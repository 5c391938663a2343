"""What every test may ask for.

Inside the test's own process: pytest-django's `db`, with the city's reference data loaded once; it rolls
back. With real processes (`server`, `celery_processes`, `page`): a database cloned for that test alone,
since what several processes commit can't be rolled back.
"""

import asyncio
import gc
import os
import shutil
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

import psycopg2
import pytest
import redis
from django.conf import settings

from tests import hashing, without
from tests.forking import Parent
from tests.processes import Processes
from zmd_emergency.processes import wait_for

CHROMIUM_FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
CHROMIUM_FLAGS += ["--disable-component-update", "--disable-sync"]
PATIENCE = 90_000
"""Milliseconds in which a page must come to what a test expects: how busy the machine is says nothing of the product."""
RARELY = 200_000, 50, 100
"""How often Python looks for garbage in cycles: as usual it takes a tenth of the tests' time. Looked through are never the
modules, which live as long as the run."""
NO_CHROMIUM = (
    "浏览器测试全部跳过：没有找到可以启动的 Chromium。"
    "NO BROWSER TESTS: install chromium and fonts-noto-cjk, or give Playwright the network to download it."
)


def pytest_addoption(parser):
    parser.addoption(
        "--scenarios", help="another file of worked examples, of the form of tests/scenarios/scenarios.json"
    )


def pytest_configure(config):
    if "DATABASE_URL" not in os.environ:
        raise pytest.UsageError("Run the tests with `python3 manage.py test`: it starts their engines.")
    hashing.hurry()
    settings.WHITENOISE_AUTOREFRESH = True  # a static file is looked up when asked for, not all per client
    gc.set_threshold(*RARELY)


def pytest_collection_finish():
    gc.freeze()


def pytest_unconfigure():
    Parent.let_go()


def pytest_collection_modifyitems(config, items):
    for item in items:  # the ORM refuses to work while a browser is open, so it opens after all else
        item.fixturenames.sort(key=lambda name: name in ("browser", "page"))
    if not os.environ.get("ZMD_CHROMIUM"):
        for item in items:
            if "page" in item.fixturenames or item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason=NO_CHROMIUM))


def pytest_terminal_summary(terminalreporter):
    if any(NO_CHROMIUM in str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])):
        terminalreporter.write_line(f"!!! {NO_CHROMIUM}", red=True, bold=True)


@dataclass
class Database:
    """A real database outside the test's transaction, and a way to ask it without the ORM."""

    url: str  # its owner's
    product_url: str

    def query(self, sql: str, *values) -> list[tuple]:
        with closing(psycopg2.connect(self.url)) as connection, connection, connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall() if cursor.description else []


def url_of(database: str, variable: str = "DATABASE_OWNER_URL") -> str:
    """Of a database as its owner, who makes and drops them; or as the product, by the other variable."""
    url = os.environ.get(variable) or os.environ["DATABASE_URL"]
    return urlsplit(url)._replace(path=f"/{database}").geturl()


def clone(template: str, name: str) -> None:
    drop(name)
    execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')


def drop(name: str) -> None:
    """Autovacuum may be at work in it, which an ordinary role can't end, and which is soon done."""

    def dropped() -> bool:
        try:
            execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        except psycopg2.errors.InsufficientPrivilege:
            return False
        return True

    assert wait_for(dropped, 30), name


def execute(sql: str) -> None:
    """Outside a transaction, from the database that is always there."""
    with closing(psycopg2.connect(url_of("postgres"))) as connection:
        connection.autocommit = True
        connection.cursor().execute(sql)


MADE = f"zmd_made_{without.RULE or os.environ.get('PYTEST_XDIST_TESTRUNUID', os.getpid())}"
"""The database that the first of the parallel test processes made: making it takes most of their start."""


@contextmanager
def one_at_a_time():
    """Of the parallel test processes."""
    with closing(psycopg2.connect(url_of("postgres"))) as connection:
        connection.cursor().execute("SELECT pg_advisory_lock(1)")
        yield


def exists(name: str) -> bool:
    with closing(psycopg2.connect(url_of("postgres"))) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return cursor.fetchone() is not None


@pytest.fixture(autouse=True)
def generous_limits(settings):
    """Nobody is throttled for what all tests ask in a minute; a test of the limits sets its own."""
    settings.API_LIMITS = dict.fromkeys(settings.API_LIMITS, 1_000_000)


WATCHED = {
    "after",
    "briefs",
    "channels",
    "command",
    "duty",
    "reference",
    "responses",
    "revisions",
    "scenarios",
    "warnings",
    "webhooks",
}
"""Folders whose tests also show that the product changes nothing behind the ledger's back (`tests/trust/covered.py`)."""


@pytest.fixture(autouse=True)
def told_in_the_ledger(request):
    """On the test's own database only; what real processes do, tests of the same services do too."""
    on_our_own = "db" in request.fixturenames or request.node.get_closest_marker("django_db")
    if request.path.parent.name not in WATCHED or not on_our_own:
        yield
        return
    from tests.trust.covering import watching

    with watching() as watch:
        yield
    assert watch.holes() == []


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_modify_db_settings, django_db_blocker):
    """The migrated test database, the city's plan and bodies in it, and a copy of it to clone from.

    pytest-django's own would make none if only tests with real processes were chosen. In the test's own process the
    ORM works as the owner, who can forge what must be found; real processes are the product's role.
    """
    from django.core.management import call_command
    from django.db import connection
    from django.test.utils import setup_databases, teardown_databases

    from incidents.owner import as_owner

    without.take_away()
    if without.CARRIER:  # inside a run that has a database of the usual name
        connection.settings_dict["TEST"]["NAME"] = f"test_zmd_{os.getpid()}"
    with as_owner():
        with django_db_blocker.unblock(), one_at_a_time():
            name = connection.creation._get_test_db_name()
            if made := exists(MADE):
                clone(MADE, name)
            before = setup_databases(verbosity=0, interactive=False, keepdb=made)
            call_command("load_reference", verbosity=0)
            connection.close()
            if not made:
                clone(name, MADE)
        clone(name, f"{name}_template")
        yield
        drop(f"{name}_template")
        if not made:
            drop(MADE)
        with django_db_blocker.unblock():
            teardown_databases(before, verbosity=0)


@pytest.fixture
def as_product(django_db_setup):
    """In this test's own process, too, the ORM works as the product's role, which owns nothing. Ask for it before `db`."""
    import dj_database_url
    from django.db import connection

    product = dj_database_url.parse(os.environ["DATABASE_URL"])
    owner = {name: connection.settings_dict[name] for name in ("USER", "PASSWORD")}
    connection.close()
    connection.settings_dict.update({name: product[name] for name in owner})
    yield
    connection.close()
    connection.settings_dict.update(owner)


@pytest.fixture
def cloned_database(request, django_db_setup, django_db_blocker):
    """A fresh database with the reference data, dropped afterwards, for processes of its own.

    The ORM in the test's own process works on it too, and what it saves is committed.
    """
    from django.db import connection

    assert "db" not in request.fixturenames and not request.node.get_closest_marker("django_db"), (
        "a test on a cloned database commits; `db` would roll back in another one"
    )
    original = connection.settings_dict["NAME"]
    name = f"{original}_clone"
    clone(f"{original}_template", name)
    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict["NAME"] = name
        yield Database(url_of(name), url_of(name, "DATABASE_URL"))
        connection.close()
        connection.settings_dict["NAME"] = original
    drop(name)


@pytest.fixture
def broker(worker_id):
    """The URL of an empty broker: a numbered database of the one server, another for each xdist worker."""
    number = 1 + int(worker_id.removeprefix("gw") or 0) if worker_id != "master" else 1
    url = urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{number}").geturl()
    with redis.Redis.from_url(url) as client:
        client.flushdb()
    return url


@pytest.fixture
def processes(request, cloned_database, broker, tmp_path, tmp_path_factory):
    """Starts the product's real processes on the clone; `@pytest.mark.clock(days=3)` sets their clock off."""
    marker = request.node.get_closest_marker("clock")
    offset = timedelta(*marker.args, **marker.kwargs) if marker else timedelta()
    var = tmp_path_factory.getbasetemp() / "var"
    started = Processes(cloned_database.product_url, broker, tmp_path, offset, var)
    yield started
    started.end()
    shutil.rmtree(var, ignore_errors=True)


@pytest.fixture
def server(processes):
    """A real web server: `server.url`; `server.log` is what it said."""
    return processes.web()


@pytest.fixture
def celery_processes(processes):
    """A real worker and a real beat."""
    return processes.worker(), processes.beat()


@pytest.fixture(scope="session")
def chromium():
    """One for all tests: starting it costs more than many a test. Answers it only inside the block."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    playwright = sync_playwright().start()
    loop = asyncio.get_running_loop()
    launched = []

    @contextmanager
    def opened():
        asyncio._set_running_loop(loop)
        if not launched or not launched[-1].is_connected():
            launched.append(
                playwright.chromium.launch(
                    executable_path=os.environ["ZMD_CHROMIUM"], headless=True, args=CHROMIUM_FLAGS
                )
            )
        try:
            yield launched[-1]
            for context in launched[-1].contexts:
                context.close()
        finally:
            asyncio._set_running_loop(None)

    asyncio._set_running_loop(None)
    yield opened
    with opened() as browser:
        browser.close()
        playwright.stop()


@pytest.fixture
def browser(cloned_database, chromium):
    """Chromium through Playwright. While the test has it the ORM refuses to work in this thread, as in any that
    an event loop runs in: arrange the data before, or ask `cloned_database.query`."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(server, browser):
    """A page of the real server as the duty desk sees it: 1366×768, Chinese, the city's time."""
    context = browser.new_context(
        base_url=server.url,
        viewport={"width": 1366, "height": 768},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
    )
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


@pytest.fixture
def cast(request):
    """People in every role. On the test's own database, or on the clone where the test asks for that first."""
    request.getfixturevalue("cloned_database" if "cloned_database" in request.fixturenames else "db")
    from tests.cast import assemble

    return assemble()
