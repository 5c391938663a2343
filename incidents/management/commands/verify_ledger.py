from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from alerts.models import Warning
from incidents import ledger, ledger_heads
from incidents.models import LedgerEntry
from incidents.services.report import attaching


class Command(BaseCommand):
    help = (
        "Checks every chain of the ledger and names the first broken row of each; --export writes the heads."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--export", action="store_true", help="write the chain heads outside the database"
        )

    def handle(self, *args, export, **options):
        warnings = Warning.with_drills.only("pk", "number").iterator()
        directory, now = settings.LEDGER_HEADS_DIR, timezone.now()
        faults = list(ledger.verify(ledger_heads.read(directory), warnings=warnings))
        faults += ledger_heads.faults(directory)
        for fault in faults:
            self.stderr.write(f"{fault.chain} 第 {fault.seq} 行：{fault.what}")
        if faults:
            raise CommandError(f"台账有 {len(faults)} 处不可信。")
        if damaged := list(attaching.faults()):
            raise CommandError("附件与台账不符：" + "；".join(damaged))
        self.stdout.write(f"台账完好：{LedgerEntry.objects.count()} 行。")
        for earlier, later in ledger_heads.gaps(directory, now=now):
            told = " 至 ".join(f"{timezone.localtime(time):%Y-%m-%d %H:%M}" for time in (earlier, later))
            self.stdout.write(f"提示：{told} 没有导出链头，其间整条链被重写将无从发现。")
        if export:
            path = ledger_heads.export(directory, at=now)
            self.stdout.write(f"链头已导出：{path.name}")
