"""A CAP message or an Atom feed of them from a file: `import_cap warnings.xml`, or `-` for what is piped in."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from alerts.cap.hostile_xml import MAX_BYTES
from incidents.models import Organization
from incidents.refusals import Refusal
from incidents.services.warning.warning_import import import_cap


class Command(BaseCommand):
    help = "导入 CAP 1.2 预警报文或 Atom 预警源；每条待应急办接收或搁置（§4.2）。"

    def add_arguments(self, parser):
        parser.add_argument("file", help="文件；- 为标准输入")
        parser.add_argument("--office", default="", help="应急办代码；只有一个应急办时可不填")

    def handle(self, *, file, office, **options):
        try:
            imported = import_cap(office=self.office(office), data=self.read(file), now=timezone.now())
        except (Refusal, OSError) as refusal:
            raise CommandError(str(refusal)) from None
        for warning in imported.new:
            self.stdout.write(f"新到 {warning}")
        for skipped in imported.skipped:
            self.stdout.write(f"未接收 {skipped.title}：{skipped.reason}")
        for link in imported.links:
            self.stdout.write(f"只有链接 {link.title}：{link.url}")
        self.stdout.write(f"{imported.words}。")

    def read(self, file: str) -> bytes:
        """A byte more than is taken at most, so that the refusal comes from where the limit stands."""
        if file == "-":
            return sys.stdin.buffer.read(MAX_BYTES + 1)
        with Path(file).open("rb") as source:
            return source.read(MAX_BYTES + 1)

    def office(self, code: str) -> Organization:
        offices = Organization.objects.filter(kind=Organization.Kind.OFFICE, is_active=True)
        found = list(offices.filter(code=code) if code else offices)
        if len(found) != 1:
            codes = "、".join(offices.order_by("code").values_list("code", flat=True))
            raise CommandError(f"请用 --office 写明应急办代码：{codes}")
        return found[0]
