"""How often a caller may ask: budgets per key and per signed-in person, and per address for what is refused with 401.

A budget is a fixed window of a minute, counted in Redis: one round trip and no database query a request, atomic over
all processes. With Redis down every request is let through, since a report that can't be filed does more harm than one
too many. Answers tell what is left in `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10).

The budgets stand in `settings.API_LIMITS`:

- `read`: GET. `write`: the rest.
- `filing`: what meets the deadlines of §5.2.1 (`POST incidents/`, reports, attachments, warning information). A storm
  hits a hundred branches at once, and their enterprise's one system files for all of them within minutes. No firm
  may miss its hour because we stopped it; the budget only keeps a runaway loop from stopping the others.
- `browser`: all that a person's open pages ask.
- `refused`: answers of 401 to one address for what it sent as a key (who sends none guesses nothing). When they are
  used up, keys that have never opened the door from anywhere are not even looked up. Known ones are: an old system
  that goes on with a revoked key does not lock out the new one behind the same address.
"""

import hashlib
import logging
import time
from dataclasses import dataclass
from functools import cache

import redis
from django.conf import settings
from django.db import connections
from django.http import HttpRequest

from incidents.api.problems import Problem
from incidents.models import ApiKey, User

log = logging.getLogger(__name__)

WINDOW = 60
"""Seconds."""
KNOWN_FOR = 90 * 86_400
"""Seconds for which a key that has opened the door once is known."""
SECONDS_FOR_REDIS = 0.2
SECONDS_BEFORE_ASKING_AGAIN = 5
"""When Redis did not answer, requests are not held up by it one after another."""

TAKE = """
if KEYS[2] and tonumber(redis.call('GET', KEYS[2]) or 0) >= tonumber(ARGV[2]) and redis.call('EXISTS', KEYS[3]) == 0 then
    return {-1, redis.call('PTTL', KEYS[2])}
end
local used = redis.call('INCR', KEYS[1])
if used == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return {used, redis.call('PTTL', KEYS[1])}
"""
"""KEYS: the budget; then, of a key that has still to be looked up, what its address was refused, and its mark of being
known. ARGV: the window in ms, and how much may be refused. Returns what is used (-1: not looked up), and ms to the end."""


@dataclass(frozen=True)
class Budget:
    """What is left of one after this request."""

    name: str
    limit: int
    used: int
    seconds: int

    @property
    def headers(self) -> dict[str, str]:
        left = max(0, self.limit - self.used)
        return {
            "RateLimit-Policy": f'"{self.name}";q={self.limit};w={WINDOW}',
            "RateLimit": f'"{self.name}";r={left};t={self.seconds}',
        }


class RateLimited(Problem):
    def __init__(self, detail: str, seconds: int):
        super().__init__(429, "rate_limited", detail)
        self.wait = seconds


def admit_key(http: HttpRequest, secret: str, name: str):
    """Before the key is looked up; raises 429."""
    digest = ApiKey.digest_of(secret)
    refused = settings.API_LIMITS["refused"]
    found = _take(name, f"key:{digest}:{name}", f"refused:{_address(http)}", _known(digest), refused=refused)
    if found and found.used < 0:
        http.rate_limit = Budget("refused", refused, refused, found.seconds)
        words = f"此地址的身份验证失败过多（每分钟 {refused} 次），请核对密钥后再试。"
        raise RateLimited(words, found.seconds)
    _admit(http, found)


def admit_person(http: HttpRequest, user: User):
    _admit(http, _take("browser", f"user:{user.pk}"))


def refuse(http: HttpRequest):
    """Counts an answer of 401 against its address."""
    http.rate_limit = _take("refused", f"refused:{_address(http)}")


def remember(key: ApiKey):
    """The key has opened the door."""
    _ask(lambda client: client.set(_key(_known(key.digest)), 1, ex=KNOWN_FOR))


def headers(http: HttpRequest) -> dict[str, str]:
    budget = getattr(http, "rate_limit", None)
    return budget.headers if budget else {}


def _admit(http: HttpRequest, budget: Budget | None):
    http.rate_limit = budget
    if budget and budget.used > budget.limit:
        words = f"请求过于频繁（每分钟 {budget.limit} 次），请在 {budget.seconds} 秒后再试。"
        raise RateLimited(words, budget.seconds)


def _take(name: str, *keys: str, refused: int = 0) -> Budget | None:
    answer = _ask(
        lambda client: _script()(
            keys=[_key(key) for key in keys], args=[WINDOW * 1000, refused], client=client
        )
    )
    if answer is None:
        return None
    used, milliseconds = answer
    return Budget(name, settings.API_LIMITS[name], used, max(1, -(-milliseconds // 1000)))


def _known(digest: str) -> str:
    return f"known:{digest}"


def _address(http: HttpRequest) -> str:
    return http.META.get("REMOTE_ADDR", "")


def _key(name: str) -> str:
    """Whoever shares a Redis is kept apart by the database's name; what is secret or personal goes in as a hash."""
    digest = hashlib.sha256(f"{settings.SECRET_KEY}{name}".encode()).hexdigest()[:32]
    return f"zmd:{connections.settings['default']['NAME']}:limit:{digest}"


# Redis -------------------------------------------------------------------------------------------

_silent_until = 0.0
"""On this process's monotonic clock: until then Redis is not asked. 0: it answers."""


def _ask(question):
    """Redis's answer, None without one. The log tells once that it is away, and once that it is back."""
    global _silent_until
    if _silent_until > time.monotonic():
        return None
    try:
        answer = question(_client())
    except redis.RedisError as error:
        if not _silent_until:
            log.warning("Rate limits are off, Redis does not answer: %s", error)
        _silent_until = time.monotonic() + SECONDS_BEFORE_ASKING_AGAIN
        return None
    if _silent_until:
        log.warning("Rate limits are on again")
        _silent_until = 0.0
    return answer


@cache
def _client() -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=SECONDS_FOR_REDIS,
        socket_connect_timeout=SECONDS_FOR_REDIS,
        retry=redis.retry.Retry(redis.backoff.NoBackoff(), 1),
    )


@cache
def _script():
    return _client().register_script(TAKE)
