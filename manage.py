#!/usr/bin/env python3
"""The door to everything: `up` runs the product, `test` runs the tests, anything else is Django's.

Starts with a bare Python and no packages: makes `.venv`, fills it and goes on inside it. Kept to the
syntax of Python 3.6, so that those can say what is wrong.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
VERSION = "{}.{}".format(*sys.version_info[:2])
VENV = HERE / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
PRODUCT, TESTS = "requirements.txt", "tests/requirements.txt"
NO_DATABASE = {"check", "collectstatic", "diffsettings", "help", "makemessages", "compilemessages", "version"}

TROUBLES = [
    ("No space left", "磁盘已满：请清理出至少 500 MB 空间后再执行一次。"),
    ("Permission denied", "没有写入权限：请检查项目目录（尤其是 .venv）的所有者，或换一个自己可写的目录。"),
    (
        "resolution|NewConnection|Connection|timed out|ProxyError|SSLError",
        "网络不通，无法下载软件包：请检查网络或软件源后再执行一次；没有网络的机器请用 --wheels 目录安装"
        "（见 docs/deployment.md）。",
    ),
    (
        "No matching distribution|Could not find a version",
        "找不到所需的软件包：请检查网络或软件源；用 --wheels 时请检查目录里的文件是否齐全，"
        "并适用于本机的 Python 版本（见 docs/deployment.md）。",
    ),
]


def main():
    if sys.version_info < (3, 11):  # noqa: UP036
        give_up(f"需要 Python 3.11 或更新版本，现在是 {VERSION}：请改用 python3.11 等命令执行。")
    sys.stdout.reconfigure(encoding="utf-8", errors="replace", line_buffering=True)
    sys.stderr.reconfigure(encoding="utf-8", errors="replace")
    arguments, wheels = without_wheels(sys.argv[1:])
    command = arguments[0] if arguments else "help"
    enter_environment([PRODUCT, TESTS] if command == "test" else [PRODUCT], wheels)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zmd_emergency.settings")
    if command == "up":
        sys.exit(run_product(arguments[1:]))
    if command == "test":
        sys.exit(run_tests(arguments[1:]))
    run_django([sys.argv[0], *arguments])


def run_product(arguments):
    from zmd_emergency import supervisor

    with plain_words():
        return supervisor.main(arguments)


def run_tests(arguments):
    from zmd_emergency import testrun

    with contextlib.ExitStack() as stack:
        with plain_words():
            stack.enter_context(testrun.engines())
        return testrun.main(arguments)


def run_django(argv):
    """A command of Django's, on the embedded engines unless the environment names others."""
    from zmd_emergency import engines

    command = argv[1] if len(argv) > 1 else "help"
    with contextlib.ExitStack() as stack:
        if "DATABASE_URL" not in os.environ and command not in NO_DATABASE and "--help" not in argv:
            with plain_words():
                ours = stack.enter_context(engines.attached(engines.var_directory() / "engines"))
            os.environ["DATABASE_URL"] = ours.database_url
            os.environ.setdefault("REDIS_URL", ours.redis_url)
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line

        try:
            execute_from_command_line(argv)
        except ImproperlyConfigured as error:
            give_up(f"配置有误，改正后再执行：{error}")


@contextlib.contextmanager
def plain_words():
    """What can't be helped from inside is one sentence to the operator, not a traceback."""
    from zmd_emergency.processes import Trouble

    try:
        yield
    except (Trouble, OSError) as error:
        hint = explain(str(error), TROUBLES[:2])
        give_up(str(error) if hint in str(error) else f"{error}\n{hint}")


def without_wheels(arguments):
    """Take `--wheels DIR` out of the arguments."""
    for index, argument in enumerate(arguments):
        if argument == "--wheels" or argument.startswith("--wheels="):
            after = 1 if "=" in argument else 2
            named = argument.partition("=")[2] or "".join(arguments[index + 1 : index + 2])
            if not named or not Path(named).is_dir():
                give_up(f"--wheels 后面要写存放软件包（.whl 文件）的目录，“{named}”不是目录。")
            return arguments[:index] + arguments[index + after :], Path(named).resolve()
    return arguments, None


# The environment: `.venv`, made and filled when it must be ----------------------------------------


def enter_environment(files, wheels):
    """Return in a Python that has the packages; if that must be another one, become it."""
    in_venv = Path(sys.prefix) == VENV
    if not in_venv and has_packages(files):
        return  # an image or environment that was made for us
    if not is_installed(files):
        handle = os.open(HERE, os.O_RDONLY)
        fcntl.flock(handle, fcntl.LOCK_EX)  # two commands at once: the second waits and finds it done
        if not is_installed(files):
            install(files, wheels)
        os.close(handle)
    elif in_venv:
        return
    os.execv(str(PYTHON), [str(PYTHON), str(HERE / "manage.py"), *sys.argv[1:]])


def has_packages(files):
    """Whether this Python has every pinned package in exactly its version."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return all(version(name) == wanted for file in files for name, wanted in pins(file))
    except PackageNotFoundError:
        return False


def pins(file):
    return re.findall(r"^([\w.-]+)==([\w.!+-]+)", (HERE / file).read_text("utf-8"), re.M)


def fingerprint(file):
    return hashlib.sha256((HERE / file).read_bytes()).hexdigest()


def stamp():
    """What `.venv` holds: {} if unknown (made by hand), None if an installation did not end."""
    try:
        return json.loads(STAMP.read_text() or "null")
    except FileNotFoundError:
        return {}


def is_installed(files):
    held = stamp()
    return bool(held) and PYTHON.exists() and all(held.get(file) == fingerprint(file) for file in files)


def install(files, wheels):
    """Make `.venv` if there is none that works, and install the files' packages into it."""
    try:
        held = stamp()
        VENV.mkdir(exist_ok=True)
        STAMP.write_text("")
        if held is None or not PYTHON.exists() or subprocess.call([str(PYTHON), "-m", "pip", "-V"], **SILENT):
            for old in VENV.iterdir():
                if old != STAMP:
                    shutil.rmtree(old) if old.is_dir() and not old.is_symlink() else old.unlink()
            make_venv()
        options = ["--no-index", "--find-links", str(wheels)] if wheels else []
        lists = [part for file in files for part in ("-r", str(HERE / file))]
        pip = [
            str(PYTHON),
            "-m",
            "pip",
            "install",
            "--disable-pip-version-check",
            "--no-input",
            "--retries=2",
        ]
        run_slowly("安装软件包", [*pip, "--progress-bar=off", *options, *lists])
        STAMP.write_text(json.dumps({file: fingerprint(file) for file in files}))
    except OSError as error:
        give_up(f"无法准备运行环境：{explain(str(error))}")


SILENT = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def make_venv():
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        give_up(
            f"这个 Python 缺少 venv 模块：请先安装（Debian/Ubuntu：apt-get install python{VERSION}-venv）。"
        )
    run_slowly("创建运行环境 .venv", [sys.executable, "-m", "venv", str(VENV)])


def run_slowly(what, command):
    """Run, telling every few seconds that it goes on; on failure say why in one sentence."""
    started = told = time.monotonic()
    say(f"{what}，请稍候…")
    log = VENV / "install.log"
    with open(log, "wb") as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
        try:
            while process.poll() is None:
                time.sleep(0.1)
                if time.monotonic() - told >= 5:
                    told = time.monotonic()
                    last = (log.read_text("utf-8", "replace").strip().splitlines() or [""])[-1].strip()
                    say(f"  … {told - started:.0f} 秒  {last[:80]}")
        finally:
            if process.poll() is None:
                process.kill()
    if process.returncode:
        text = log.read_text("utf-8", "replace")
        give_up(f"{what}没有成功：{explain(text)}\n全部输出在 {log.relative_to(HERE)}")
    say(f"  完成，用时 {time.monotonic() - started:.0f} 秒")


def explain(text, troubles=TROUBLES):
    """One sentence on what went wrong and what to do."""
    for signs, sentence in troubles:
        if re.search(signs, text):
            return sentence
    return text.strip()[-300:]


def say(text):
    print(text, flush=True)


def give_up(text):
    sys.stderr.write(text + "\n")
    sys.exit(1)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
