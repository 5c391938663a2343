"""Several workers, and a drill that ends while something begins in it."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from alerts.models import Deadline, Notification
from incidents.models import Incident, Inject, LedgerEntry
from incidents.refusals import WrongState
from incidents.services.drill import drill_people, drilling
from incidents.services.drill.drill_script import Line
from tests import cast as people
from tests.drills.stage import begin, plan, playing, posts_of

LINES, WORKERS = 20, 4


def at_once(*works) -> list[threading.Thread]:
    def run(work):
        try:
            work()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    return threads


@pytest.mark.clause("8.3")
def test_each_line_once_and_nothing_left_behind_by_who_was_late(cloned_database):
    cast = people.assemble()
    first = plan(cast.office_director)
    who = {"actor": cast.office_director, "number": first.number}
    drill_people.invite(**who, posts=posts_of(cast), now=timezone.now())
    for act, words in ((drilling.start, "演练开始"), (drilling.end, "演练结束")):
        refused, together = [], threading.Barrier(2)

        def once(act=act, refused=refused, together=together):
            together.wait(10)
            try:
                act(**who, now=timezone.now())
            except WrongState:
                refused.append(True)

        for thread in at_once(once, once):
            thread.join(20)
        assert refused == [True], "one of two at once"
        told = Notification.objects.filter(title__startswith=words, person=cast.commander.person)
        assert told.count() == 1
    script = [Line(n % 2, "call", cast.duty_officer.post.pk, f"第 {n} 通") for n in range(LINES)]
    drill = begin(cast, script=script)
    due, played = timezone.now() + timedelta(minutes=1), []
    start = threading.Barrier(WORKERS)

    def deliver():
        start.wait(60)
        played.append(drilling.deliver_due_injects(now=due))

    for thread in at_once(*[deliver] * WORKERS):
        thread.join(20)
    drilling.deliver_due_injects(now=due)
    assert len(played) == WORKERS and not Inject.objects.filter(delivered_at=None).exists()
    assert Notification.objects.filter(matter__startswith=drilling.PAGE).count() == LINES
    assert LedgerEntry.objects.filter(action="drill.injected").count() == LINES

    begun, go_on = threading.Event(), threading.Event()

    def call():
        with transaction.atomic():
            people.call_in(playing(cast, drill))
            begun.set()
            assert go_on.wait(60)

    def end():
        drilling.end(actor=cast.commander, number=drill.number, now=timezone.now())

    (calling,) = at_once(call)
    assert begun.wait(60)
    (ending,) = at_once(end)
    ending.join(0.3)
    assert ending.is_alive(), "what begins is waited for"
    go_on.set()
    calling.join(10), ending.join(10)
    assert Incident.with_drills.get().drill.status == "ended"
    assert Deadline.objects.exists() and not Deadline.objects.exclude(next_step_at=None).exists()
