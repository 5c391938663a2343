"""One process, two doors: what streams goes to `alerts/web/live.py`, all else to a pool of WSGI threads.

Under plain ASGI every synchronous request takes a thread and a database connection of its own, and 150
at once meet "too many clients"; the pool of eight keeps eight connections. A thread is not kept waiting
by a slow client: a request enters the pool with its whole body, and the answer leaves through a queue.
"""

import asyncio
import json
import re
from tempfile import SpooledTemporaryFile

from a2wsgi import WSGIMiddleware
from django.conf import settings

from zmd_emergency.access import noting
from zmd_emergency.wsgi import application as wsgi_application

# Django is set up by now, so that models may be imported
from alerts.web.live import application as streaming  # isort: skip

pages = WSGIMiddleware(wsgi_application, workers=8, send_queue_size=0)

LARGEST_BODY = 10_000_000
SECONDS_TO_SEND = 60
SECONDS_TO_UPLOAD = 300
UPLOADS = re.compile(r"(/api/v1)?/incidents/[^/]+/attachments/?|/preparedness/plans/import/?")
"""Where files come in: more may be sent, in more time."""
IN_MEMORY = 1_000_000
CHUNK = 1 << 16


async def application(scope, receive, send):
    if scope["type"] != "http":
        return await pages(scope, receive, send)  # lifespan, and the refusal of a websocket
    # WSGI cannot tell X_Forwarded_Proto, which anyone may send, from X-Forwarded-Proto, which the proxy sets
    scope = scope | {"headers": [(name, value) for name, value in scope["headers"] if b"_" not in name]}
    if not scope["path"].startswith("/"):  # meant for a proxy: http://other.example/…, or a bare *
        return await refuse(noting(scope, send), 400, "请求的目标须是以 / 开头的路径")
    if scope["path"].startswith("/live/"):
        return await streaming(scope, receive, noting(scope, send))
    uploads = UPLOADS.fullmatch(scope["path"]) is not None
    most = settings.UPLOAD_MOST if uploads else LARGEST_BODY
    try:
        async with asyncio.timeout(SECONDS_TO_UPLOAD if uploads else SECONDS_TO_SEND):
            body = await whole_body(scope, receive, most)
    except TimeoutError:
        return await refuse(noting(scope, send), 408, "请求没有在规定时间内发送完毕")
    except ValueError:
        return await refuse(noting(scope, send), 413, "请求内容过大")
    if body is not None:
        with body:
            await pages(with_length(scope, body.tell()), from_its_beginning(body), send)


async def whole_body(scope, receive, most: int) -> SpooledTemporaryFile | None:
    """The body, a large one on the disk; `None` if the client left before it was complete, so that no half form is
    ever stored."""
    if int(dict(scope["headers"]).get(b"content-length", 0)) > most:
        raise ValueError
    body = SpooledTemporaryFile(IN_MEMORY)
    try:
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                body.close()
                return None
            body.write(message.get("body", b""))
            if body.tell() > most:
                raise ValueError
            if not message.get("more_body"):
                return body
    except BaseException:
        body.close()
        raise


def with_length(scope, length: int):
    """WSGI reads no more than the stated length: a body that came in chunks would be an empty one."""
    others = [(name, value) for name, value in scope["headers"] if name != b"content-length"]
    others = [(name, value) for name, value in others if name != b"transfer-encoding"]
    return scope | {"headers": [*others, (b"content-length", b"%d" % length)]} if length else scope


def from_its_beginning(body: SpooledTemporaryFile):
    length = body.tell()
    body.seek(0)
    size = length if length <= IN_MEMORY else CHUNK

    async def receive():
        chunk = body.read(size)
        return {"type": "http.request", "body": chunk, "more_body": body.tell() < length}

    return receive


async def refuse(send, status: int, title: str) -> None:
    code = {400: "bad_target", 408: "request_timeout", 413: "too_large"}[status]
    told = {"title": title, "status": status, "detail": f"{title}。", "code": code, "errors": []}
    problem = json.dumps({"type": f"urn:problem-type:{code}"} | told, ensure_ascii=False).encode()
    headers = [(b"content-type", b"application/problem+json"), (b"content-length", b"%d" % len(problem))]
    headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": problem})
