"""`manage.py test`: engines of its own, a Chromium if there is a way to one, then pytest.

Every run has its own engines, so two runs in one checkout don't meet; they are without fsync, in memory where there is
room, and thrown away at the end.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from zmd_emergency.engines import running, var_directory

EVERYTHING = ["-n", "3", "--dist", "worksteal"]
"""All tests run in three processes, of which one is mostly waiting for others; what is asked for by name, in one."""

MEMORY = Path("/dev/shm")  # nosec B108
"""A folder of our own is made in it, under a name that nobody can know before."""
ROOM = 2 << 30
NAMED = "zmd-test-"

HERE = Path(__file__).resolve().parent.parent
INSTALLED = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]


@contextlib.contextmanager
def engines():
    """Put DATABASE_URL, DATABASE_OWNER_URL and REDIS_URL into the environment, of engines started for this run if need be."""
    if "DATABASE_URL" in os.environ and "REDIS_URL" in os.environ:
        yield
        return
    home = in_memory() or var_directory() / "test"
    home.mkdir(parents=True, exist_ok=True)
    for old in home.glob(f"{NAMED}*"):
        if not Path("/proc", old.name.split("-")[2]).exists():
            shutil.rmtree(old, ignore_errors=True)
    ours = Path(tempfile.mkdtemp(prefix=f"{NAMED}{os.getpid()}-", dir=home))
    try:
        with running(ours, fsync=False) as started:
            for engine in started.all:
                if engine.variable not in os.environ:
                    os.environ |= engine.environment
            yield
    finally:
        shutil.rmtree(ours, ignore_errors=True)


def in_memory() -> Path | None:
    """Where files are memory, if there is room. A test with real processes has a database copied for it: 1,700 files,
    which takes ten times as long on a disk."""
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
        return MEMORY
    return None


def main(arguments: list[str]) -> int:
    import pytest

    os.chdir(HERE)
    compile_once()
    os.environ["ZMD_CHROMIUM"] = chromium() or ""
    os.environ.setdefault(
        "ZMD_IDLE_MINUTES", "20160"
    )  # tests travel by days; the time-out's own say their time
    return pytest.main(arguments or EVERYTHING)


def compile_once() -> None:
    """Hundreds of processes import the product: an image may have it that each compiles all of it anew."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


def chromium() -> str | None:
    """The path of a Chromium that starts: what is installed, else Playwright's, else Debian's package."""
    return next((path for way in (installed, playwrights, debians) if (path := way()) and starts(path)), None)


def installed() -> str | None:
    return next(filter(None, map(shutil.which, INSTALLED)), None)


def playwrights() -> str | None:
    if path := playwright_path():
        return path
    print("没有找到 Chromium，尝试用 Playwright 下载…", flush=True)
    attempt([sys.executable, "-m", "playwright", "install", "--no-shell", "chromium"])
    return playwright_path()


def playwright_path() -> str | None:
    """Asked in a process of its own: Playwright's event loop has no place in the one that runs pytest."""
    ask = "from playwright.sync_api import sync_playwright\nwith sync_playwright() as p: "
    ask += "print(p.chromium.executable_path)"
    answer = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True).stdout.strip()
    return answer if answer and Path(answer).exists() else None


def debians() -> str | None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    print("尝试用 apt-get 安装 Chromium…", flush=True)
    attempt(["apt-get", "update"])
    attempt(["apt-get", "install", "-y", "--no-install-recommends", "chromium", "fonts-noto-cjk"])
    return installed()


def attempt(command: list[str]) -> None:
    """Try; whether it worked is seen by its result."""
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    env["PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT"] = "10000"
    with contextlib.suppress(subprocess.TimeoutExpired, OSError):
        subprocess.run(command, env=env, stdin=subprocess.DEVNULL, stdout=sys.stderr, timeout=300)


def starts(path: str) -> bool:
    """A downloaded browser may lack the system's libraries."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=20).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
