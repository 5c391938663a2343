"""The product's settings with views of our own, to see how requests reach Django."""

from django.db import connection
from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import path

from zmd_emergency.settings import *  # noqa: F403

ROOT_URLCONF = __name__
MIDDLEWARE = []


def echo(request):
    proto = request.headers.get("X-Forwarded-Proto")
    return JsonResponse({"method": request.method, "length": len(request.read()), "proto": proto})


def ask_the_database(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.02)")
    return HttpResponse("ok")


def large(request):
    return StreamingHttpResponse(b"x" * 50_000 for _ in range(100))


def alive(request):
    return HttpResponse("ok")


urlpatterns = [
    path("livez", alive),
    path("echo", echo),
    path("api/v1/incidents/none/attachments/", echo),
    path("database", ask_the_database),
    path("large", large),
]
