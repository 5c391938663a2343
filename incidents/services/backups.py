"""What the product knows of its backups: made, failed and restored stand in the ledger; silence is an alarm."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from alerts.models import Notification
from alerts.services import inbox
from incidents import ledger
from incidents.ledger import Entry
from incidents.models import LedgerEntry, Role, User

CHAIN = "system:backups"
STALE_AFTER = timedelta(hours=26)
"""One a day, and two hours for it to be late."""
TOLD_FOR = timedelta(hours=20)
"""For so long an alarm is not repeated, however often the attempt is."""


@transaction.atomic
def note_made(*, name: str, words: str, taken_at: datetime, data: dict, missing: list[str], now: datetime):
    data = data | {"file": name, "taken_at": taken_at.isoformat(), "missing": missing}
    if missing:
        text = f"这些附件在备份之前就已不可信，备份里没有它们：{'；'.join(missing[:20])}。请执行 check_attachments。"
        _alarm(f"备份已完成，但有 {len(missing)} 个附件缺失或损坏", text, now)
    ledger.append(CHAIN, Entry("backup.made", f"已备份 {words}", data=data), at=now)


@transaction.atomic
def note_failed(*, words: str, now: datetime):
    _alarm("数据备份失败", f"{words} 请系统管理员处理后执行 manage.py backup。", now)
    ledger.append(CHAIN, Entry("backup.failed", f"备份失败：{words}"), at=now)


@transaction.atomic
def watch(*, now: datetime) -> bool:
    """An alarm when the newest backup has grown old: whatever made none of them could not say so itself."""
    if not is_stale(now=now):
        return False
    taken = newest()
    since = f"最近一次是 {_clock(taken)}" if taken else "系统启用以来还没有备份"
    return _alarm(
        "超过 26 小时没有可用的数据备份", f"{since}。请系统管理员检查并执行 manage.py backup。", now
    )


@transaction.atomic
def note_restored(*, words: str, taken_at: datetime, lost: dict[str, int], unsent: int, now: datetime):
    """The first row after the gap says that there is one."""
    text = (
        f"{words} 此后的记录不在系统里，请按纸质记录补录；此后停用的账号、吊销的密钥重新有效，请核对。"
        f"备份时待发的外部消息 {unsent} 条不再补发，站内可见；此间到期的时限按超时显示。所有人须重新登录。"
    )
    _tell(f"系统数据已恢复到 {_clock(taken_at)}", text, now)
    entry = Entry(
        "backup.restored",
        f"已从备份恢复：{words}",
        data={"taken_at": taken_at.isoformat(), "lost": lost, "unsent": unsent},
    )
    ledger.append(CHAIN, entry, at=now)


def newest() -> datetime | None:
    """When the newest backup that was made and verified was taken."""
    made = LedgerEntry.objects.filter(chain=CHAIN, action="backup.made").order_by("-seq").first()
    return made and datetime.fromisoformat(made.data["taken_at"])


def is_stale(*, now: datetime) -> bool:
    """Where none was ever made, the first account's age counts."""
    since = newest() or User.objects.aggregate(at=Min("date_joined"))["at"]
    return since is not None and now - since > STALE_AFTER


def administrators() -> list[User]:
    posts = {"posts__role": Role.ADMINISTRATOR, "posts__is_active": True}
    return list(User.objects.filter(is_active=True, **posts).distinct().order_by("pk"))


def _alarm(title: str, text: str, now: datetime) -> bool:
    told = Notification.objects.filter(title=title, incident=None, created_at__gt=now - TOLD_FOR)
    if told.exists():
        return False
    _tell(title, text, now)
    return True


def _tell(title: str, text: str, now: datetime):
    inbox.tell(administrators(), kind=Notification.Kind.ESCALATION, title=title, text=text, at=now)


def _clock(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}"
