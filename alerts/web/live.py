"""/live/: the stream of events of one open screen (server-sent events).

An ASGI application of its own, beside Django's: through the middleware each open stream would keep a thread,
and each that opens a database connection. Here sessions are looked up in batches by one thread, which closes
its connection after each; while it streams a screen holds neither.
"""

import asyncio
import contextlib
import io
import json
import logging
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest
from django.db import connections
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from alerts.services import watchdog
from alerts.web.hub import Hub, Stream
from incidents.audiences import audience_of_drill, audiences_of
from incidents.models import Drill, DrillParticipant, Post, User
from incidents.roles import Actor
from incidents.web.drilling import ENTERED

log = logging.getLogger(__name__)

BEAT = settings.LIVE_BEAT
"""Seconds between two beats; a screen that hears none for longer takes the stream for lost."""
ROUND = settings.LIVE_ROUND
"""Seconds between two looks at the sessions of all open screens, and at the watchdog."""
MOST_PER_PERSON = 20
LONGEST_SEND = 30
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


@dataclass(frozen=True)
class Visitor:
    person: int
    audiences: frozenset[str]


def visitors(keys: Iterable[str], now) -> dict[str, Visitor]:
    """Whose sessions these are and what they may hear of; a session that is over is missing."""
    sessions = Session.objects.filter(session_key__in=keys, expire_date__gt=now)
    claims = {session.session_key: session.get_decoded() for session in sessions}
    people = {str(person.pk): person for person in User.objects.filter(pk__in=_ids(claims), is_active=True)}
    actors: dict[int, list[Actor]] = {person.pk: [] for person in people.values()}
    posts = Post.objects.filter(person__in=actors, is_active=True, organization__is_active=True)
    for post in posts.select_related("organization"):
        actors[post.person_id].append(Actor(post.organization, post.role, post=post))
    taking_part = _taking_part({claim[ENTERED] for claim in claims.values() if ENTERED in claim})
    found = {}
    for key, claim in claims.items():
        person = people.get(claim.get(SESSION_KEY))
        if person and _holds(claim, person):
            audiences = audiences_of(actors[person.pk])
            if drill := claim.get(ENTERED):
                audiences = {audience_of_drill(drill)} if (drill, person.pk) in taking_part else set()
            audiences |= {f"person:{person.pk}"}
            found[key] = Visitor(person.pk, frozenset(audiences))
    return found


def _taking_part(drills: set[int]) -> set[tuple[int, int]]:
    """Who acts in which of these drills; without any, nothing is asked."""
    parts = DrillParticipant.objects.filter(drill__in=drills, drill__status=Drill.Status.RUNNING)
    return set(parts.values_list("drill", "post__person")) if drills else set()


def _ids(claims: dict[str, dict]) -> set[str]:
    return {claim[SESSION_KEY] for claim in claims.values() if str(claim.get(SESSION_KEY)).isdecimal()}


def _holds(claim: dict, person: User) -> bool:
    """A changed password ends the sessions that were opened with the old one."""
    return constant_time_compare(claim.get(HASH_SESSION_KEY, ""), person.get_session_auth_hash())


def in_passing(ask, *arguments):
    """Asks the database and leaves no connection behind."""
    try:
        return ask(*arguments)
    finally:
        connections.close_all()


class Gate:
    """Looks up sessions; those that come while it looks are the next batch. And makes the rounds."""

    def __init__(self, hub: Hub):
        self.hub = hub
        self.thread = ThreadPoolExecutor(1, "live")
        self.waiting: dict[str, asyncio.Future] = {}
        self.tasks: dict[str, asyncio.Task] = {}

    async def admit(self, key: str) -> Visitor | None:
        answer = self.waiting.setdefault(key, asyncio.get_running_loop().create_future())
        self._keep("batches", self._batches)
        return await asyncio.shield(answer)

    async def _batches(self):
        while self.waiting:
            asked, self.waiting = self.waiting, {}
            try:
                found = await self._ask(visitors, list(asked), timezone.now())
            except Exception:
                log.exception("Sessions were not looked up")
                found = None
            for key, answer in asked.items():
                if found is None:
                    answer.set_exception(ConnectionError("no database"))
                else:
                    answer.set_result(found.get(key))

    def start(self):
        """What runs as long as the process does, from its first screen on."""
        self._keep("listen", self.hub.listen)
        self._keep("rounds", self._rounds)

    def _keep(self, name: str, work):
        if name not in self.tasks or self.tasks[name].done():
            self.tasks[name] = asyncio.get_running_loop().create_task(work())

    async def _rounds(self):
        while True:
            if self.hub.streams:
                try:
                    await self._round()
                except Exception as error:  # a screen stays open while the database is away
                    log.warning("Open screens were not looked over: %s", error)
            await asyncio.sleep(ROUND)

    async def _round(self):
        watch = await self._ask(watchdog.look)
        self.hub.warn(watch.warning)
        asked = list(self.hub.streams)
        found = await self._ask(visitors, [stream.key for stream in asked], timezone.now())
        for stream in asked:
            if visitor := found.get(stream.key):
                stream.audiences = visitor.audiences
            else:
                stream.end()

    async def _ask(self, question, *arguments):
        work = partial(in_passing, question, *arguments)
        return await asyncio.get_running_loop().run_in_executor(self.thread, work)


hub = Hub()
gate = Gate(hub)


async def application(scope, receive, send):
    request = ASGIRequest(scope, io.BytesIO())
    try:
        request.get_host()
    except DisallowedHost:
        return await answer(send, 400)
    if request.path != "/live/":
        return await answer(send, 404)
    if request.method != "GET":
        return await answer(send, 405)
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    try:
        visitor = await gate.admit(key) if key else None
    except ConnectionError:
        return await answer(send, 503)
    if visitor is None:
        return await answer(send, 401)
    if sum(stream.person == visitor.person for stream in hub.streams) >= MOST_PER_PERSON:
        return await answer(send, 429)
    gate.start()
    stream = Stream(key, visitor.person, visitor.audiences)
    await serve(stream, since_of(request), receive, send)


def since_of(request) -> float | None:
    """The server's time that the page bears, in milliseconds; from then on it has seen nothing."""
    told = request.GET.get("since", "")
    return int(told) / 1000 if told.isdecimal() and len(told) < 16 else None


async def answer(send, status: int):
    headers = [(b"content-type", b"text/plain"), (b"content-length", b"0"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def serve(stream: Stream, since: float | None, receive, send):
    """Streams until the screen goes, its session ends, or it takes nothing more."""
    hub.add(stream, since)
    sending = asyncio.ensure_future(pour(stream, send))
    leaving = asyncio.ensure_future(gone(receive))
    try:
        await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        hub.streams.discard(stream)
        for task in (sending, leaving):
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError, TimeoutError, OSError):
            await sending


async def gone(receive):
    while (await receive())["type"] != "http.disconnect":
        pass


async def pour(stream: Stream, send):
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await put(send, message("beat", beat()))
    while True:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stream.wake.wait(), BEAT)
        changed, ended = stream.take()
        text = message("beat", beat())
        if changed:
            text += message("changed", changed)
        if ended:
            text += message("ended", {})
        await put(send, text)
        if ended:
            return await send({"type": "http.response.body", "body": b""})


async def put(send, text: str):
    async with asyncio.timeout(LONGEST_SEND):
        await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


def beat() -> dict:
    """The server's time, what the watchdog says (null: not asked yet), and whether events are coming in here."""
    now = round(timezone.now().timestamp() * 1000)
    return {"now": now, "warning": hub.warning, "feed": hub.complete_since is not None}


def message(event: str, data: dict) -> str:
    return f"event: {event}\ndata: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n"
