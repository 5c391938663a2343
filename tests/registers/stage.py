"""What the tests of the firms' registers have in common."""

from datetime import date, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alerts.models import Deadline
from incidents.services.register import hazards

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def pdf(name: str = "材料.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


def hazard(cast, **more):
    """Registered by the firm in its own county."""
    said = {"actor": cast.enterprise, "body": cast.firm, "kind": "source", "now": timezone.now()}
    said |= {"place": "分拨中心东侧仓库", "words": "充电区与包装材料混放"}
    return hazards.register(**said | more)


def being_rectified(cast, due_on: date | None = None, **more):
    """Assessed, with measures and a day."""
    row = hazard(cast, **more)
    known = {"actor": cast.enterprise, "hazard": row.number, "now": timezone.now()}
    hazards.assess(**known, likelihood=4, consequence=4, assessed_by="安全员甲")
    return hazards.plan(
        **known, measures="移走包装材料，设防火隔离", responsible="站长乙", due_on=due_on or in_days(7)
    )


def one_at_a_time(act, *args, **kwargs):
    """Does it, and sees that it holds a body before it writes: what two do at once is refused in words, not by the
    database."""
    with CaptureQueriesContext(connection) as asked:
        done = act(*args, **kwargs)
    statements = [query["sql"] for query in asked]
    held = [n for n, sql in enumerate(statements) if "_organization" in sql and "FOR NO KEY UPDATE" in sql]
    assert held and held[0] < next(n for n, sql in enumerate(statements) if sql.startswith("INSERT"))
    return done


def debts_about(matter: str) -> list[tuple]:
    """What is owed about it: the rule, until when, when it was met, whether it is void."""
    debts = Deadline.objects.filter(undertaking__matter=matter).order_by("pk")
    return [(d.rule.code, d.due_at, d.met_at, d.voided_at is not None) for d in debts]
