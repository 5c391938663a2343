"""One POST to a firm's own system: to exactly the address that was looked at, never further than that.

No redirect is followed and no proxy used; certificates are checked against the name in the address. A whole
request takes at most `LIMIT` seconds, however slowly the other side dribbles its answer, of which only the
beginning is read. What went wrong comes back in words of ours.
"""

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from django.conf import settings

from alerts.channels import guard, targets
from alerts.channels.targets import BadTarget, Target

CONNECT, LIMIT = 5.0, 10.0
"""Seconds: for a connection, for the request as a whole."""
ADDRESSES = 3
"""Of one name that are tried."""
ANSWER = 1024
"""Bytes of an answer that are read and kept."""


@dataclass(frozen=True)
class Answer:
    """What came of it. `status` is None where nothing was answered; `retry_after` in seconds."""

    status: int | None = None
    error: str = ""
    body: str = ""
    retry_after: int | None = None

    @property
    def is_taken(self) -> bool:
        return not self.error


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Never raises; whatever is not answered 2xx within the limit has failed."""
    try:
        target = targets.parse(url)
        addresses = targets.addresses_of(target)
    except BadTarget as refused:
        return Answer(error=refused.words.rstrip("。"))
    except (OSError, UnicodeError):
        return Answer(error="域名无法解析")
    try:
        with guard.public_only(not settings.PRIVATE_TARGETS):
            return _exchange(target, addresses, body, headers)
    except guard.Refused:
        return Answer(error=guard.WORDS)
    except ssl.SSLCertVerificationError as error:
        return Answer(error=f"证书不被信任：{error.verify_message}"[:120])
    except ssl.SSLError:
        return Answer(error="TLS 握手失败")
    except TimeoutError:
        return Answer(error=f"{LIMIT:.0f} 秒之内没有答复")
    except ConnectionRefusedError:
        return Answer(error="对方拒绝连接")
    except (OSError, http.client.HTTPException, ValueError):
        return Answer(error="连接中断或答复不是 HTTP")


def _exchange(target: Target, addresses: list[str], body: bytes, headers: Mapping[str, str]) -> Answer:
    """The clock stands above the line: it cuts it wherever the exchange has come to."""
    with _line(target, _connected(addresses, target.port)) as line:
        expired = threading.Event()
        timer = threading.Timer(LIMIT, _cut, (line, expired))
        timer.daemon = True
        timer.start()
        try:
            answer = _spoken(target, line, body, headers)
        except (OSError, http.client.HTTPException, ValueError):
            if not expired.is_set():
                raise
        finally:
            timer.cancel()
        if expired.is_set():  # what was cut off may read like an answer
            raise TimeoutError
        return answer


def _connected(addresses: list[str], port: int) -> socket.socket:
    """To the first that takes the connection, in the order in which the name service told them."""
    failure: OSError = ConnectionRefusedError()
    for address in addresses[:ADDRESSES]:
        try:
            return socket.create_connection((address, port), CONNECT)
        except guard.Refused:
            raise
        except OSError as error:
            failure = error
    raise failure


def _line(target: Target, plain: socket.socket) -> socket.socket:
    plain.settimeout(LIMIT)
    if not target.is_https:
        return plain
    context = ssl.create_default_context()
    return context.wrap_socket(plain, server_hostname=target.host, do_handshake_on_connect=False)


def _cut(line: socket.socket, expired: threading.Event):
    expired.set()
    try:
        socket.socket.shutdown(line, socket.SHUT_RDWR)
    except OSError:
        pass


def _spoken(target: Target, line: socket.socket, body: bytes, headers: Mapping[str, str]) -> Answer:
    if isinstance(line, ssl.SSLSocket):
        line.do_handshake()
    connection = http.client.HTTPConnection(target.host, target.port)
    connection.sock = line
    connection.putrequest("POST", target.path, skip_host=True, skip_accept_encoding=True)
    said = {"Host": target.host_header, "Content-Length": str(len(body)), "Connection": "close"}
    for name, value in {**said, **headers}.items():
        connection.putheader(name, value)
    connection.endheaders(body)
    with connection.getresponse() as answer:
        text = answer.read(ANSWER).decode("utf-8", "replace").replace("\0", "\ufffd")
        return _judged(answer.status, text, answer.getheader("Retry-After", ""))


def _judged(status: int, text: str, retry_after: str) -> Answer:
    if 200 <= status < 300:
        return Answer(status, body=text)
    error = f"对方答复 {status}" + ("（重定向，不跟随）" if 300 <= status < 400 else "")
    return Answer(status, error, text, _seconds(retry_after) if status in (429, 503) else None)


def _seconds(said: str) -> int | None:
    """`Retry-After`: seconds, or a date."""
    if said.isascii() and said.isdigit():
        return int(said[:9])
    try:
        return max(int((parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds()), 0)
    except (ValueError, TypeError):
        return None
