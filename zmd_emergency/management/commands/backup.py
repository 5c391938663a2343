from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from zmd_emergency.backup import schedule
from zmd_emergency.backup.making import back_up
from zmd_emergency.processes import Trouble


class Command(BaseCommand):
    help = "把数据库和附件备份成一个文件，并重新读出核验。返回 0：已备份；1：没有备份成；3：已备份，但有附件早已缺失或损坏。"
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--to", type=Path, help="存放的目录；不写则为 ZMD_BACKUP_DIR")
        parser.add_argument(
            "--passphrase-file", help="第一行是口令的文件：用它加密；不写则为 ZMD_BACKUP_PASSPHRASE_FILE"
        )

    def handle(self, *, to, passphrase_file, **options):
        try:
            made = back_up(to or settings.BACKUP_DIR, passphrase=schedule.passphrase(passphrase_file))
        except (Trouble, OSError) as error:
            raise CommandError(f"没有备份成：{error}") from None
        self.stdout.write(f"已备份：{made.words}")
        if made.pruned:
            self.stdout.write(f"按保留规则删除了 {made.pruned} 份旧备份。")
        if not made.sealed:
            self.stdout.write("这份备份没有加密：内含个人信息和接口密钥的摘要，请妥善存放，或设置口令文件。")
        if made.manifest.missing:
            raise CommandError(
                f"备份已完成，但这些附件早已缺失或损坏：{'；'.join(made.manifest.missing)}", returncode=3
            )
