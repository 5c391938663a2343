from datetime import datetime

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from zmd_emergency.backup.restoring import prove_ledger, settle
from zmd_emergency.processes import Trouble


class Command(BaseCommand):
    help = (
        "数据库用 PostgreSQL 自己的办法（连续归档、从库）回到某一时刻之后、启动系统之前执行："
        "核对台账，外发箱不再补发，所有人重新登录，并记入台账（docs/backup.md）。"
    )

    def add_arguments(self, parser):
        parser.add_argument("moment", help="回到的时刻，如 2026-12-01T10:29:59+08:00")

    def handle(self, *, moment, **options):
        try:
            as_of = datetime.fromisoformat(moment)
            if as_of.tzinfo is None:
                raise ValueError(moment)
        except ValueError:
            raise CommandError("时刻须带时区，如 2026-12-01T10:29:59+08:00。") from None
        words = f"数据回到 {timezone.localtime(as_of):%Y-%m-%d %H:%M:%S} 时的状态。"
        try:
            lost = prove_ledger(settings.LEDGER_HEADS_DIR)
        except Trouble as trouble:
            raise CommandError(str(trouble)) from None
        unsent = settle(words, as_of, lost, now=timezone.now())
        self.stdout.write(f"{words}台账完好；外发箱 {unsent} 条不再补发；所有人须重新登录。")
        if lost:
            self.stdout.write(f"此后台账至少还有过 {sum(lost.values())} 行，请按纸质记录补录。")
        self.stdout.write("请再执行 check_attachments，然后启动系统。")
