"""Times as people say them on the telephone: `0210`, `10分钟前`, `刚才`, `昨天2310`, `3月2日 02:10`.

All is read relative to an explicit `now`, in city time. A time of day without a date is the last such time
that has been (`2350` typed at ten past midnight was yesterday); with `ahead`, the next that will be.
"""

import re
import unicodedata
from datetime import datetime, timedelta

from django import forms
from django.utils import timezone

from incidents import drill_clock

SKEW = timedelta(minutes=2)
HELP = "可写 0210、10分钟前、刚才、昨天2310、3月2日 02:10"

NOW = re.compile(r"刚才|刚刚|现在|此刻")
DAYS = {"今天": 0, "今日": 0, "今早": 0, "今晚": 0, "昨天": 1, "昨日": 1, "昨晚": 1, "前天": 2, "前日": 2}
DAY = re.compile("(" + "|".join(DAYS) + ")")
AGO = re.compile(r"(?:(\d+|半)(?:个)?(?:小时|钟头)(半)?)?(?:(\d+)(?:分钟|分))?(前|以前|之前|后|以后|之后)")
CLOCK = re.compile(r"(\d{1,2})[:点时](\d{1,2})(?::(\d{2})(?:\.\d+)?)?分?")
HALF = re.compile(r"(\d{1,2})[点时](半|整)?")
DIGITS = re.compile(r"(\d{1,2})(\d{2})")
DATE = re.compile(r"(?:(\d{4})[-/年.])?(\d{1,2})[-/月.](\d{1,2})(?:[日号]|T| )")
ISO = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}.*")


def parse_time(text: str, now: datetime, *, ahead: bool = False) -> datetime:
    """The instant that the words mean at `now`; ValueError if they mean none."""
    words = unicodedata.normalize("NFKC", text).strip()
    now = timezone.localtime(now)
    if ISO.fullmatch(words):
        return _in_city(datetime.fromisoformat(words))
    if match := DATE.match(re.sub(r"\s*([年月日号\s])\s*", r"\1", words)):
        return _nearest_year(match, _time_of_day(_close(match.string[match.end() :])), now)
    words = _close(words)
    if NOW.fullmatch(words):
        return now.replace(microsecond=0)
    if match := AGO.fullmatch(words):
        return _relative(match, now)
    if match := DAY.match(words):
        day = now - timedelta(days=DAYS[match[1]])
        return _at(day, *_time_of_day(words[match.end() :], evening=match[1].endswith("晚")))
    return _of_the_day(_time_of_day(words), now, ahead)


def _close(words: str) -> str:
    return re.sub(r"\s+", "", words)


def _relative(match, now: datetime) -> datetime:
    hours, half, minutes, side = match.groups()
    if not hours and not minutes:
        raise ValueError(match[0])
    span = timedelta(minutes=30) if hours == "半" else timedelta(hours=int(hours or 0))
    span += timedelta(minutes=30 if half else 0) + timedelta(minutes=int(minutes or 0))
    try:
        return (now + span if "后" in side else now - span).replace(microsecond=0)
    except OverflowError as error:
        raise ValueError(match[0]) from error


def _time_of_day(words: str, *, evening: bool = False) -> tuple[int, int, int]:
    if match := CLOCK.fullmatch(words):
        hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    elif match := HALF.fullmatch(words):
        hour, minute, second = int(match[1]), 30 if match[2] == "半" else 0, 0
    elif match := DIGITS.fullmatch(words):
        hour, minute, second = int(match[1]), int(match[2]), 0
    else:
        raise ValueError(words)
    if evening and hour < 12:
        hour += 12
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError(words)
    return hour, minute, second


def _of_the_day(clock: tuple[int, int, int], now: datetime, ahead: bool) -> datetime:
    """The last such time until now, or with `ahead` the next from now on; a clock may be two minutes off."""
    days = [_at(now + timedelta(days=days), *clock) for days in (-1, 0, 1)]
    if ahead:
        return min(at for at in days if at >= now - SKEW)
    return max(at for at in days if at <= now + SKEW)


def _nearest_year(match, clock: tuple[int, int, int], now: datetime) -> datetime:
    """A date without a year is the one nearest to now, so that tomorrow's date reads as a mistake, not as last year's."""
    years = [int(match[1])] if match[1] else [now.year - 1, now.year, now.year + 1]
    found = []
    for year in years:
        try:
            found.append(_in_city(datetime(year, int(match[2]), int(match[3]), *clock)))
        except ValueError:
            continue  # 29 February in a common year
    if not found:
        raise ValueError(match[0])
    return min(found, key=lambda at: abs(at - now))


def _at(day: datetime, hour: int, minute: int, second: int) -> datetime:
    return _in_city(datetime(day.year, day.month, day.day, hour, minute, second))


def _in_city(at: datetime) -> datetime:
    return timezone.make_aware(at) if timezone.is_naive(at) else timezone.localtime(at)


class SmartTimeField(forms.Field):
    """One line of text that takes a time as it is said; in a drill, by its clock. Set `now` (see `TimedForm`) or it is the server's."""

    widget = forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text", "class": "time-input"})
    default_error_messages = {"invalid": f"看不懂这个时间。{HELP}。"}
    now: datetime | None = None

    def __init__(self, *, ahead: bool = False, **kwargs):
        self.ahead = ahead
        super().__init__(**{"help_text": HELP} | kwargs)

    def to_python(self, value):
        if value in self.empty_values or isinstance(value, datetime):
            return value or None
        try:
            now = self.now or timezone.now()
            return drill_clock.meant(parse_time(value, drill_clock.shown(now), ahead=self.ahead))
        except (ValueError, OverflowError) as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error

    def prepare_value(self, value):
        """A given time, in a form that reads back as the same instant."""
        if not isinstance(value, datetime):
            return value
        local = drill_clock.local(value)
        return f"{local:%Y-%m-%d %H:%M:%S}" if local.second else f"{local:%Y-%m-%d %H:%M}"


PLAIN_WORDS = {
    "max_length": "最多 %(limit_value)d 字，现有 %(show_value)d 字。",
    "null_characters_not_allowed": "含有不能识别的字符，请重新输入。",
    "invalid_choice": "请从列出的选项中选择。",
}
"""What Django says clumsily, as an officer would say it."""


class TimedForm(forms.Form):
    """A form whose times are all read relative to one `now`, and whose refusals are plain Chinese."""

    def __init__(self, *args, now: datetime, **kwargs):
        super().__init__(*args, **kwargs)
        self.now = now
        for field in self.fields.values():
            field.error_messages |= PLAIN_WORDS
            if isinstance(field, SmartTimeField):
                field.now = now
