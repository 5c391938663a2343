"""What the operator sees of `manage.py up`, and the size of what it leaves in `var/logs/`."""

import json
import os
import shutil
import time
from pathlib import Path

from zmd_emergency.engine import write_private
from zmd_emergency.processes import Trouble, pause, tail

KEEP = 3
LARGEST = 20_000_000


def rotate(logs: Path) -> None:
    """Each start begins new files; the last few are kept as web.log.1, .2, .3."""
    for log in logs.glob("*.log"):
        for number in range(KEEP - 1, 0, -1):
            older = log.with_name(f"{log.name}.{number}")
            if older.exists():
                older.replace(log.with_name(f"{log.name}.{number + 1}"))
        log.replace(log.with_name(f"{log.name}.1"))


def cap_size(logs: Path) -> None:
    """A file that grew too large is set aside. Its writer appends, so it goes on at the new beginning."""
    for log in logs.glob("*.log"):
        if log.stat().st_size > LARGEST:
            shutil.copyfile(log, log.with_name(f"{log.name}.1"))
            os.truncate(log, 0)


class Journal:
    """Short lines with the seconds since the start, on the terminal and in a file."""

    def __init__(self, path: Path):
        self.path = path
        self.began = time.monotonic()

    def say(self, text: str) -> None:
        print(f"[{time.monotonic() - self.began:5.1f} 秒] {text}", flush=True)
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(f"{time.strftime('%F %T')} {text}\n")

    def wait(self, what: str, service) -> None:
        """Wait for a service that ends by itself, telling every few seconds that it goes on."""
        self.say(f"{what}…")
        told = time.monotonic()
        while service.process.poll() is None:
            pause(0.05)
            if time.monotonic() - told > 5:
                told = time.monotonic()
                self.say(f"  … {tail(service.log, 1)[:80]}")
        if service.process.returncode:
            raise Trouble(f"{what}没有成功，日志 {service.log} 的最后几行：\n{tail(service.log)}")

    def show_logins(self, path: Path, url: str) -> None:
        """The demo's accounts, if a demo was loaded. The address in the file follows the port."""
        try:
            demo = json.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            return
        if demo["url"] != url:
            write_private(path, json.dumps(demo | {"url": url}, ensure_ascii=False, indent=2))
        print("演示账号（也在 var/demo.json 里）：")
        for user in demo["users"]:
            print("  {username:<20} {password:<20} {role:<18} {organization}".format(**user), flush=True)
