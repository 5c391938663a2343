"""PostgreSQL: whether it answers, is up to date, keeps what it was given, and keeps the product in its place."""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from alerts.services import watchdog
from incidents import owner
from zmd_emergency.doctor.finding import Finding, fine, grave, mind


def migrations(now: datetime) -> Iterator[Finding]:
    """数据库变更"""
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        yield grave("数据库变更", f"有 {len(waiting)} 项没有执行：页面会出错。", "执行 manage.py migrate。")
    else:
        yield fine("数据库变更", "都已执行。")


def role(now: datetime) -> Iterator[Finding]:
    """数据库角色"""
    if owner.can_rewrite_the_ledger():
        report = grave if settings.PRODUCTION else mind
        yield report(
            "数据库角色",
            "系统所用的数据库角色就是表的所有者（或超级用户）：攻破系统的人可以改写台账。",
            "DATABASE_URL 用单独的角色，所有者写在 DATABASE_OWNER_URL（docs/deployment.md）。",
        )
    else:
        yield fine("数据库角色", "系统所用的角色不能改写台账。")


def durability(now: datetime) -> Iterator[Finding]:
    """落盘"""
    off = [
        name for name in ("fsync", "full_page_writes", "synchronous_commit") if ask(f"SHOW {name}") == "off"
    ]
    if off:
        yield grave(
            "落盘",
            f"数据库的 {'、'.join(off)} 关着：断电会丢失或损坏已保存的数据。",
            "在 PostgreSQL 里打开。",
        )
    else:
        yield fine("落盘", "已保存的数据断电不丢。")


def archiving(now: datetime) -> Iterator[Finding]:
    """连续归档"""
    if not settings.PRODUCTION:
        return
    if ask("SHOW archive_mode") == "off":
        yield mind(
            "连续归档",
            "数据库没有连续归档：出事后只能回到最近一次备份。",
            "按 docs/backup.md 打开 archive_mode，可回到任一时刻。",
        )
    elif not (ask("SHOW archive_command") or ask("SHOW archive_library")):
        yield grave(
            "连续归档",
            "archive_mode 开着而没有 archive_command：日志一直留着，会占满磁盘。",
            "按 docs/backup.md 填写 archive_command，或关闭 archive_mode。",
        )
    elif failed := ask(
        "SELECT last_failed_wal FROM pg_stat_archiver"
        " WHERE last_failed_time > coalesce(last_archived_time, '-infinity')"
    ):
        yield grave(
            "连续归档", f"归档一直失败（{failed}），日志会占满磁盘。", "检查 archive_command 和归档目录。"
        )
    else:
        yield fine("连续归档", "在进行。")


def statements_logged(now: datetime) -> Iterator[Finding]:
    """数据库日志"""
    if ask("SHOW log_statement") in ("mod", "all") or ask("SHOW log_min_duration_statement") == "0":
        yield mind(
            "数据库日志",
            "数据库把每条语句连同内容写进日志，其中有个人信息。",
            "log_statement 设为 none 或 ddl，log_min_duration_statement 设为 -1 或数秒。",
        )
    else:
        yield fine("数据库日志", "不记录语句的内容。")


def left_over(now: datetime) -> Iterator[Finding]:
    """恢复前的数据"""
    schemas = ask("SELECT string_agg(nspname, '、') FROM pg_namespace WHERE nspname LIKE 'before_restore_%%'")
    if schemas:
        yield mind("恢复前的数据", f"仍留有 {schemas}，占着空间。", "确认恢复无误后 DROP SCHEMA … CASCADE。")


def clock(now: datetime) -> Iterator[Finding]:
    """时钟"""
    watch = watchdog.look()
    if watch.off:
        yield grave(
            "时钟",
            f"{watch.off}。时限按本机时钟计算。",
            "在两台机器上启用对时（chrony 或 systemd-timesyncd）。",
        )
    else:
        yield fine("时钟", "本机与数据库一致。")


def ask(question: str):
    with connection.cursor() as cursor:
        cursor.execute(question)
        row = cursor.fetchone()
    return row and row[0]


ASKING = [migrations, role, durability, archiving, statements_logged, left_over, clock]
