"""Times as people say them, read relative to an explicit now, in city time."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django import forms
from hypothesis import given
from hypothesis import strategies as st

from incidents.web.times import SKEW, SmartTimeField, parse_time

CITY = ZoneInfo("Asia/Shanghai")


def city(*parts) -> datetime:
    return datetime(*parts, tzinfo=CITY)


NOW = city(2026, 3, 2, 2, 20, 30)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("0210", city(2026, 3, 2, 2, 10)),
        ("210", city(2026, 3, 2, 2, 10)),
        ("02:10", city(2026, 3, 2, 2, 10)),
        ("２：１０", city(2026, 3, 2, 2, 10)),
        ("2点10分", city(2026, 3, 2, 2, 10)),
        ("1点半", city(2026, 3, 2, 1, 30)),
        ("2点", city(2026, 3, 2, 2, 0)),
        ("2350", city(2026, 3, 1, 23, 50)),
        ("10分钟前", city(2026, 3, 2, 2, 10, 30)),
        ("10 分钟前", city(2026, 3, 2, 2, 10, 30)),
        ("半小时前", city(2026, 3, 2, 1, 50, 30)),
        ("1小时20分钟前", city(2026, 3, 2, 1, 0, 30)),
        ("1个小时前", city(2026, 3, 2, 1, 20, 30)),
        ("刚才", city(2026, 3, 2, 2, 20, 30)),
        ("昨天2310", city(2026, 3, 1, 23, 10)),
        ("昨天 23:10", city(2026, 3, 1, 23, 10)),
        ("昨晚11点", city(2026, 3, 1, 23, 0)),
        ("前天0800", city(2026, 2, 28, 8, 0)),
        ("今天0200", city(2026, 3, 2, 2, 0)),
        ("3月2日 02:10", city(2026, 3, 2, 2, 10)),
        ("3月1日2310", city(2026, 3, 1, 23, 10)),
        ("12月31日 23:00", city(2025, 12, 31, 23, 0)),
        ("3/2 02:10", city(2026, 3, 2, 2, 10)),
        ("2025年12月31日 23:00", city(2025, 12, 31, 23, 0)),
        ("2026-03-02 02:10", city(2026, 3, 2, 2, 10)),
        ("2026-03-02T02:10", city(2026, 3, 2, 2, 10)),
        ("2026-03-02T02:10:05", city(2026, 3, 2, 2, 10, 5)),
        ("2026-03-01T18:10:00Z", city(2026, 3, 2, 2, 10)),
        ("2026-03-02T02:10:00+08:00", city(2026, 3, 2, 2, 10)),
    ],
)
def test_words_mean_a_time(words, expected):
    assert parse_time(words, NOW) == expected


@pytest.mark.parametrize(
    "words",
    [
        "2460",
        "25:00",
        "abc",
        "前",
        "昨天",
        "13月1日 10:00",
        "2月30日 10:00",
        "9999999999小时前",
        "2026-13-01T00:00",
    ],
)
def test_what_means_no_time_is_refused(words):
    with pytest.raises((ValueError, OverflowError)):
        parse_time(words, NOW)
    field = SmartTimeField()
    field.now = NOW
    with pytest.raises(forms.ValidationError, match="看不懂"):
        field.clean(words)


def test_a_clock_a_little_ahead_is_today_not_yesterday():
    assert parse_time("0222", NOW) == city(2026, 3, 2, 2, 22)
    assert parse_time("0223", NOW) == city(2026, 3, 1, 2, 23)


def test_ahead_reads_the_next_such_time():
    assert parse_time("0300", NOW, ahead=True) == city(2026, 3, 2, 3, 0)
    assert parse_time("0100", NOW, ahead=True) == city(2026, 3, 3, 1, 0)
    assert parse_time("10分钟后", NOW, ahead=True) == NOW + timedelta(minutes=10)


def test_tomorrows_date_stays_tomorrow_so_that_the_rules_can_refuse_it():
    assert parse_time("3月3日 02:10", NOW) == city(2026, 3, 3, 2, 10)


moments = st.datetimes(datetime(2001, 1, 1), datetime(2099, 12, 31)).map(lambda at: at.replace(tzinfo=CITY))


@given(now=moments, clock=st.times())
def test_a_time_of_day_is_the_last_one_that_has_been(now, clock):
    at = parse_time(f"{clock:%H%M}", now)
    assert now - timedelta(days=1) < at - SKEW and at <= now + SKEW
    assert (at.hour, at.minute) == (clock.hour, clock.minute)


@given(now=moments, minutes=st.integers(0, 100_000))
def test_minutes_ago_are_minutes_ago(now, minutes):
    assert parse_time(f"{minutes}分钟前", now) == (now - timedelta(minutes=minutes)).replace(microsecond=0)


@given(at=moments, now=moments)
def test_what_a_form_shows_reads_back_as_the_same_instant(at, now):
    at = at.replace(microsecond=0)
    shown = SmartTimeField().prepare_value(at)
    assert parse_time(shown, now) == at


@given(st.text(max_size=20))
def test_no_words_crash_the_field(words):
    field = SmartTimeField(required=False)
    field.now = NOW
    try:
        field.clean(words)
    except forms.ValidationError:
        pass
