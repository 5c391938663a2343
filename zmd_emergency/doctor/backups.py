"""Whether what happened could be brought back and proved: backups, the exported heads of the ledger."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from incidents.models import LedgerEntry
from incidents.services import backups
from zmd_emergency.backup import keeping, sealing
from zmd_emergency.doctor.finding import Finding, fine, grave, mind
from zmd_emergency.processes import Trouble

EXPORTED_WITHIN = timedelta(hours=26)


def backed_up(now: datetime) -> Iterator[Finding]:
    """备份"""
    there = keeping.listed(settings.BACKUP_DIR)
    if not there:
        yield grave("备份", f"{settings.BACKUP_DIR} 里没有备份。", "执行 manage.py backup。")
        return
    newest = there[-1]
    age = now - newest.taken_at
    written = LedgerEntry.objects.filter(
        chain=backups.CHAIN, data__file=newest.path.name, action="backup.made"
    )
    made = written.order_by("-seq").first()
    last = LedgerEntry.objects.filter(chain=backups.CHAIN).order_by("-seq").first()
    if age > backups.STALE_AFTER:
        yield grave(
            "备份",
            f"最近一次备份已过去 {age.total_seconds() / 3600:.0f} 小时。",
            "执行 manage.py backup，看它说什么。",
        )
    if last and last.action == "backup.failed":
        yield grave("备份", f"最近一次没有备份成：{last.summary}", "处理后执行 manage.py backup。")
    if made and made.data["size"] != newest.path.stat().st_size:
        yield grave(
            "备份",
            f"{newest.path.name} 的大小与制作时不同。",
            "执行 manage.py restore --check 核验，并重新备份。",
        )
    elif made is None:
        yield mind(
            "备份", f"台账里没有 {newest.path.name} 的核验记录。", "执行 manage.py restore --check 核验。"
        )
    elif age <= backups.STALE_AFTER:
        yield fine("备份", f"{timezone.localtime(newest.taken_at):%m-%d %H:%M} 的备份已核验。")
    if made and made.data["missing"]:
        yield grave(
            "备份",
            f"{len(made.data['missing'])} 个附件已缺失或损坏，不在备份里。",
            "执行 manage.py check_attachments。",
        )


def scheduled(now: datetime) -> Iterator[Finding]:
    """定时备份"""
    if settings.BACKUP_AT:
        yield fine("定时备份", f"每天 {settings.BACKUP_AT}。")
    else:
        yield mind(
            "定时备份", "没有定时备份（ZMD_BACKUP_AT 为空）。", "确认另有定时任务在执行 manage.py backup。"
        )


def sealed(now: datetime) -> Iterator[Finding]:
    """备份加密"""
    if not settings.BACKUP_PASSPHRASE_FILE:
        yield mind(
            "备份加密",
            "备份没有加密：得到文件的人就得到全部数据。",
            "设置 ZMD_BACKUP_PASSPHRASE_FILE，口令另存一份。",
        )
        return
    try:
        sealing.read_passphrase(Path(settings.BACKUP_PASSPHRASE_FILE))
    except Trouble as trouble:
        yield grave("备份加密", str(trouble), "修好口令文件，否则备份做不成。")
    else:
        yield fine("备份加密", "备份是加密的；口令须另存一份在别处。")


def apart(now: datetime) -> Iterator[Finding]:
    """备份的位置"""
    var, kept = Path(settings.VAR_DIR), Path(settings.BACKUP_DIR)
    if kept.exists() and var.exists() and kept.stat().st_dev == var.stat().st_dev:
        yield mind(
            "备份的位置",
            "备份与数据在同一块磁盘上：磁盘坏了两者都没有。",
            "把 ZMD_BACKUP_DIR 放到另一台机器的磁盘上。",
        )


def heads_exported(now: datetime) -> Iterator[Finding]:
    """台账链头"""
    exported = sorted(Path(settings.LEDGER_HEADS_DIR).glob("heads-*.jsonl"))
    if exported and now.timestamp() - exported[-1].stat().st_mtime < EXPORTED_WITHIN.total_seconds():
        yield fine("台账链头", "一天之内导出过。")
    else:
        yield mind(
            "台账链头",
            "一天多没有导出链头：此间整条链被重写也看不出。",
            "执行 manage.py verify_ledger --export。",
        )


ALONE = [scheduled, sealed, apart, heads_exported]
ASKING = [backed_up]
