"""/healthz, /readyz, /metrics: what a load balancer, an operator's alarm and Prometheus ask.

The checks' frame (timeouts, all at once, one result each) is django-health-check's; its view is not used as it
stands, since it answers 500, and an HTML page to whoever names no format. `/livez` is in `incidents/web/situation/home.py`.
"""

import asyncio
import dataclasses
import ipaddress

import redis.asyncio
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from health_check.base import HealthCheck
from health_check.exceptions import ServiceUnavailable
from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector, exposition

from alerts.services import watchdog
from alerts.web.metrics import ProductCollector


@dataclasses.dataclass
class DatabaseCheck(HealthCheck):
    """A check over the database, in the request's own thread and on its connection."""

    async def run(self):
        try:
            failing = await sync_to_async(self.look)()
        except DatabaseError as error:
            raise ServiceUnavailable("数据库没有应答") from error
        if failing:
            raise ServiceUnavailable(failing)

    def look(self) -> str:
        """What is wrong, in words; empty when nothing is."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return ""


class Sweep(DatabaseCheck):
    def look(self) -> str:
        return watchdog.look().stopped


class Clock(DatabaseCheck):
    def look(self) -> str:
        return watchdog.look().off


class Migrations(DatabaseCheck):
    applied = False
    """Once they are, they stay so for the life of the process."""

    def look(self) -> str:
        if not Migrations.applied:
            executor = MigrationExecutor(connection)
            Migrations.applied = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        return "" if Migrations.applied else "还有未执行的数据库变更"


@dataclasses.dataclass
class Broker(HealthCheck):
    async def run(self):
        client = redis.asyncio.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2)
        try:
            async with client:
                await client.ping()
        except (redis.RedisError, OSError) as error:
            raise ServiceUnavailable("消息服务没有应答") from error


READY = {"database": DatabaseCheck, "migrations": Migrations, "broker": Broker}
HEALTHY = {"database": DatabaseCheck, "broker": Broker, "sweep": Sweep, "clock": Clock}


@never_cache
@require_safe
async def healthz(request):
    """Whether all of it works: above all, whether somebody still watches the deadlines."""
    return await _answer(HEALTHY)


@never_cache
@require_safe
async def readyz(request):
    """Whether this process may be sent visitors."""
    return await _answer(READY)


async def _answer(checks: dict[str, type[HealthCheck]]) -> JsonResponse:
    results = await asyncio.gather(*(check().get_result() for check in checks.values()))
    said = {
        name: result.error.message if result.error else "ok"
        for name, result in zip(checks, results, strict=True)
    }
    failing = [name for name, words in said.items() if words != "ok"]
    body = {"status": "failing" if failing else "ok", "failing": failing, "checks": said}
    return JsonResponse(body, status=503 if failing else 200, json_dumps_params={"ensure_ascii": False})


@never_cache
@require_safe
def metrics(request):
    if not may_read_metrics(request):
        return HttpResponse("403: see ZMD_METRICS_TOKEN\n", status=403, content_type="text/plain")
    registry = CollectorRegistry()
    registry.register(ProductCollector(timezone.now()))
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    encode, content_type = exposition.choose_encoder(request.headers.get("Accept"))
    return HttpResponse(encode(registry), content_type=content_type)


PROXIED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Via")


def may_read_metrics(request) -> bool:
    """With `ZMD_METRICS_TOKEN` whoever bears it; without one only this machine itself, and not through a proxy."""
    if token := settings.METRICS_TOKEN:
        return constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {token}")
    if any(name in request.headers for name in PROXIED):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
