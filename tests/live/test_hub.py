"""One process's fan-out: who hears what, what a screen that was away hears afterwards, and that nothing piles up."""

import asyncio

import pytest
import time_machine
from django.utils import timezone

from alerts.web import hub as hubs
from alerts.web.hub import Hub, Stream

NOW = "2026-03-02T02:00:00+08:00"


@pytest.fixture
def hub():
    with time_machine.travel(NOW, tick=False) as clock:
        hub = Hub()
        hub.clock = clock
        hub._listening()
        clock.shift(60)
        yield hub


def stream(*audiences: str) -> Stream:
    return Stream("key", 1, set(audiences))


def page_time() -> float:
    return timezone.now().timestamp()


def incident(number: str, *audiences: str) -> tuple:
    return ("incident", number, list(audiences))


def test_each_hears_its_own(hub):
    office, firm = stream("office:1"), stream("firm:2", "person:7")
    for each in (office, firm):
        hub.add(each, page_time())
    hub.hear([incident("A", "office:1", "firm:9"), incident("B", "firm:2")])
    hub.hear([("inbox", "", ["person:7"])])
    assert office.take() == ({"events": [("incident", "A")], "everything": False}, False)
    assert firm.take() == ({"events": [("incident", "B"), ("inbox", "")], "everything": False}, False)
    assert office.take() == (None, False)


def test_who_does_not_read_gets_no_heap_but_a_word(hub):
    slow = stream("office:1")
    hub.add(slow, page_time())
    for n in range(hubs.MOST_WAITING + 1):
        hub.hear([incident(str(n), "office:1")])
    assert slow.take() == ({"events": [], "everything": True}, False)
    for _ in range(1000):
        hub.hear([incident("A", "office:1")])
    assert slow.take()[0]["events"] == [("incident", "A")]


def test_what_came_between_the_page_and_its_stream_is_heard(hub):
    shown = page_time()
    hub.clock.shift(1)
    hub.hear([incident("A", "office:1"), incident("B", "firm:2")])
    late = stream("office:1")
    hub.add(late, shown)
    assert late.take()[0] == {"events": [("incident", "A")], "everything": False}
    hub.clock.shift(10)
    later = stream("office:1")
    hub.add(later, page_time())
    assert later.take()[0] is None


@pytest.mark.parametrize("since", ["before", None])
def test_of_what_is_no_longer_remembered_a_screen_looks_at_everything(hub, since):
    away = stream("office:1")
    hub.add(away, page_time() - 3600 if since else None)
    assert away.take()[0]["everything"]


def test_memory_is_bounded_and_knows_its_end(hub):
    shown = page_time()
    for n in range(hubs.REMEMBERED + 5):
        hub.clock.shift(1)
        hub.hear([incident(str(n), "office:1")])
    assert len(hub.recent) == hubs.REMEMBERED
    away = stream("office:1")
    hub.add(away, shown)
    assert away.take()[0]["everything"]


def test_after_a_lost_feed_everything_is_looked_at(hub):
    screen = stream("office:1")
    hub.add(screen, page_time())
    hub.complete_since = None
    hub._listening()
    assert screen.take()[0]["everything"]


def test_the_watchdogs_word_wakes_every_screen_once(hub):
    async def woken():
        screen = stream("office:1")
        hub.add(screen, page_time())
        hub.warn("时限巡查已停止")
        await asyncio.wait_for(screen.wake.wait(), 60)
        screen.take()
        hub.warn("时限巡查已停止")
        return screen.wake.is_set()

    assert asyncio.run(woken()) is False
