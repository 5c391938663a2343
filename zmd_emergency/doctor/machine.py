"""The machine: its disks, who may read what lies there, whether somebody sets its clock."""

import shutil
import stat
import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings

from zmd_emergency.doctor.finding import Finding, fine, grave, mind

GRAVE_BELOW, MIND_BELOW = 1 << 30, 5 << 30


def folders() -> dict[str, Path]:
    return {
        "运行目录": Path(settings.VAR_DIR),
        "附件目录": Path(settings.MEDIA_ROOT),
        "备份目录": Path(settings.BACKUP_DIR),
    }


def space(now: datetime) -> Iterator[Finding]:
    """磁盘空间"""
    seen = set()
    for name, folder in folders().items():
        there = _existing(folder)
        if there.stat().st_dev in seen:
            continue
        seen.add(there.stat().st_dev)
        usage = shutil.disk_usage(there)
        words = (
            f"{name} {folder} 所在的磁盘还剩 {usage.free / 2**30:.1f} GB（共 {usage.total / 2**30:.1f} GB）。"
        )
        if usage.free < GRAVE_BELOW:
            yield grave("磁盘空间", words, "立即清理或扩容：写满后系统无法接报。")
        elif usage.free < MIND_BELOW:
            yield mind("磁盘空间", words, "安排清理或扩容。")
        else:
            yield fine("磁盘空间", words)


def permissions(now: datetime) -> Iterator[Finding]:
    """文件权限"""
    open_to_others = [str(path) for path in _private() if stat.S_IMODE(path.stat().st_mode) & 0o077]
    if open_to_others:
        yield grave(
            "文件权限",
            f"本机其他用户可以读取：{'、'.join(open_to_others[:5])}。",
            "执行 chmod go-rwx，并查明是谁放宽了权限。",
        )
    else:
        yield fine("文件权限", "密钥、口令、附件和备份只有系统自己的用户能读。")


def _private() -> Iterator[Path]:
    """What nobody else may read, as far as it is there."""
    var = Path(settings.VAR_DIR)
    named = [var / "secret_key", var / "demo.json", *(var / "engines").glob("*.json")]
    named += [var / "engines" / "valkey.conf", Path(settings.MEDIA_ROOT) / "attachments"]
    named += Path(settings.BACKUP_DIR).glob("zmd-*.backup")
    if settings.BACKUP_PASSPHRASE_FILE:
        named.append(Path(settings.BACKUP_PASSPHRASE_FILE))
    return (path for path in named if path.exists())


def _existing(path: Path) -> Path:
    return next(each for each in (path.absolute(), *path.absolute().parents) if each.exists())


def synchronised(now: datetime) -> Iterator[Finding]:
    """对时"""
    if shutil.which("timedatectl") is None:
        return
    asked = subprocess.run(  # nosec B607 # wherever the system keeps it
        ["timedatectl", "show", "--property=NTPSynchronized", "--value"],
        capture_output=True,
        text=True,
        timeout=10,
    )
    if asked.stdout.strip() == "no":
        yield mind("对时", "本机没有与时间服务器对时。", "启用 chrony 或 systemd-timesyncd。")
    elif asked.stdout.strip() == "yes":
        yield fine("对时", "本机与时间服务器对时。")


ALONE = [space, permissions, synchronised]
