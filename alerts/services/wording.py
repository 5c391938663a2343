"""What an outside message says: title, number, rule, due time, clause; never a text in which a person may be named.

It leaves the city's own system, so it tells that something is to be looked at, not what is in it.
"""

from collections import Counter

from django.conf import settings
from django.utils import timezone

from alerts.models import Delivery, Notification

LONGEST = 1_900
"""Bytes of title and body: a robot of 企业微信 takes 2,048."""
MOST_LINES = 20
SENDER = "驻马店邮政业应急"


def words_of(deliveries: list[Delivery]) -> tuple[str, str]:
    """Title and body of the one message that carries these."""
    if deliveries[0].kind == Delivery.TEST:
        return f"【{SENDER}】测试消息", "这是一条测试消息。收到它，说明这个渠道可以使用。"
    messages = [delivery.notification for delivery in deliveries]
    if len(messages) == 1:
        return f"【{SENDER}】{_named(messages[0])}", "\n".join(_about(messages[0]) + _link(messages))
    kinds = Counter(message.get_kind_display() for message in messages)
    title = f"【{SENDER}】{len(messages)} 条消息：" + "、".join(f"{kind} {n}" for kind, n in kinds.items())
    return title, _list(messages, LONGEST - len(title.encode()))


def _list(messages: list[Notification], room: int) -> str:
    """The gravest first, as many as there is room for, and how many more there are."""
    gravest = sorted(messages, key=lambda message: (GRAVITY.get(message.kind, 9), message.created_at))
    lines, end = [], _link(messages)
    room -= sum(len(line.encode()) + 1 for line in end) + 60
    for message in gravest[:MOST_LINES]:
        line = "· " + " ".join([_named(message), *_about(message)])
        if len(line.encode()) + 1 > room:
            break
        room -= len(line.encode()) + 1
        lines.append(line)
    if more := len(messages) - len(lines):
        lines.append(f"另有 {more} 条，请登录系统查看。")
    return "\n".join(lines + end)


Kind = Notification.Kind
GRAVITY = {
    kind: order
    for order, kind in enumerate(
        (Kind.ESCALATION, Kind.BREACH, Kind.CHASE, Kind.CORRECTION, Kind.REMINDER, Kind.NEWS)
    )
}


def _named(message: Notification) -> str:
    return f"[{message.get_kind_display()}] {message.title}"


def _about(message: Notification) -> list[str]:
    words = []
    subject = message.incident or message.warning
    if subject and subject.number not in message.title:
        words.append(subject.number)
    if message.deadline:
        due = timezone.localtime(message.deadline.due_at)
        words.append(f"到期 {due.month}月{due.day}日 {due:%H:%M}")
    if message.clause:
        words.append(f"依据 §{message.clause}")
    return words


def _link(messages: list[Notification]) -> list[str]:
    """To the incident, or to the inbox where there are several; only if the system knows its own address."""
    if not settings.BASE_URL:
        return []
    incidents = {message.incident.number if message.incident else None for message in messages}
    path = f"/incidents/{number}/" if len(incidents) == 1 and (number := incidents.pop()) else "/inbox/"
    return [settings.BASE_URL + path]
