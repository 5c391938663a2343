"""The views that the API is measured against, at `/bare/…`; `benchmarks.settings` adds them to the product's paths.

They answer the very body that the real path is sent, without asking who sent it, and check nothing in it:

- `drf/`: a DRF view that reads the JSON and inserts one row, an incident, in a transaction;
- `django/`: a plain Django view that does the same;
- `rows/`: a DRF view that writes, one `create` after the other in one transaction, the rows that the real path wrote
  for a report filed before (incident, report, open items, debts, messages, chain head, ledger, kept answer), and
  counts its number up.
"""

import json
import uuid
from functools import cache

from django.db import transaction
from django.db.models import F, Model
from django.http import JsonResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt
from rest_framework.parsers import JSONParser
from rest_framework.response import Response
from rest_framework.views import APIView

from alerts.models import Deadline, Notification
from incidents.models import (
    IdempotentAnswer,
    Incident,
    LedgerEntry,
    LedgerHead,
    NumberSeries,
    OpenItem,
    Report,
)


class Bare(APIView):
    authentication_classes = permission_classes = ()
    parser_classes = (JSONParser,)


class OneRow(Bare):
    def post(self, request):
        with transaction.atomic():
            incident = insert_incident(request.data)
        return Response({"number": incident.number}, 201)


@csrf_exempt
def one_row(request):
    with transaction.atomic():
        incident = insert_incident(json.loads(request.body))
    return JsonResponse({"number": incident.number}, status=201)


class SameRows(Bare):
    def post(self, request):
        filed = a_filed_report()
        with transaction.atomic():
            NumberSeries.objects.filter(prefix=filed.prefix, year=filed.year).update(last=F("last") + 1)
            incident = insert_incident(request.data)
            report = Report.objects.create(
                **filed.report | {"incident_id": incident.pk, "number": incident.number}
            )
            for model, values in filed.about_it:
                model.objects.create(**values | {"incident_id": incident.pk})
            for values in filed.debts:
                met_by = report.pk if values["met_by_id"] else None
                Deadline.objects.create(**values | {"incident_id": incident.pk, "met_by_id": met_by})
            LedgerHead.objects.create(**filed.head | {"chain": incident.chain})
            for values in filed.entries:
                LedgerEntry.objects.create(**values | {"chain": incident.chain, "incident_id": incident.pk})
            IdempotentAnswer.objects.create(**filed.answer | {"key": incident.number})
        return Response({"number": incident.number}, 201)


def insert_incident(stated: dict) -> Incident:
    values = a_filed_report().incident | {name: stated[name] for name in ("title", "origin", "place")}
    return Incident.objects.create(**values | {"number": f"bare-{uuid.uuid4().hex[:24]}"})


class Filed:
    """What the real path wrote for the newest report that came in by the API."""

    def __init__(self):
        report = Report.objects.filter(channel=Report.Channel.API).latest("pk")
        incident = report.incident
        self.prefix, self.year = incident.office.number_prefix, incident.year
        self.incident, self.report = columns(incident), columns(report)
        self.about_it = [(OpenItem, columns(row)) for row in incident.open_items.all()]
        self.about_it += [(Notification, columns(row)) for row in incident.notifications.all()]
        self.debts = [columns(row) for row in incident.deadlines.all()]
        self.head = columns(LedgerHead.objects.get(chain=incident.chain))
        self.entries = [columns(row) for row in incident.timeline.all()]
        self.answer = columns(IdempotentAnswer.objects.latest("pk"))

    @property
    def rows(self) -> int:
        return 4 + len(self.about_it) + len(self.debts) + len(self.entries)


a_filed_report = cache(Filed)


def columns(row: Model) -> dict:
    fields = [field for field in row._meta.concrete_fields if not (field.generated or field.auto_created)]
    return {field.attname: getattr(row, field.attname) for field in fields}


urlpatterns = [
    path("bare/drf/", OneRow.as_view()),
    path("bare/rows/", SameRows.as_view()),
    path("bare/django/", one_row),
    path("", include("zmd_emergency.urls")),
]
