from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from zmd_emergency.backup import archive, schedule
from zmd_emergency.backup.place import Place
from zmd_emergency.backup.restoring import Target, restore
from zmd_emergency.processes import Trouble


class Command(BaseCommand):
    help = "从备份文件恢复数据库和附件。先核验整个文件；原有的数据和附件另存，不删除。恢复前须停止系统。"
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="备份文件")
        parser.add_argument("--check", action="store_true", help="只核验文件，什么也不恢复")
        parser.add_argument("--into", help="恢复到另一个（空的）数据库，演练时用；须同时写 --media")
        parser.add_argument("--media", type=Path, help="附件恢复到这个目录")
        parser.add_argument("--passphrase-file", help="不写则为 ZMD_BACKUP_PASSPHRASE_FILE")
        parser.add_argument("--replace", action="store_true", help="数据库不空也恢复：原有数据改名另存")
        parser.add_argument("--yes", action="store_true", help="不再询问")

    def handle(self, *, file, check, into, media, passphrase_file, replace, yes, **options):
        if bool(into) != bool(media):
            raise CommandError("--into 和 --media 须同时写：恢复到别处的数据库，附件也须放到别处。")
        try:
            with archive.opened(file, schedule.passphrase(passphrase_file)) as opened:
                self._describe(opened)
                if check:
                    opened.verify()
                    self.stdout.write("核验通过：内容完整，行数与清单一致。")
                    return
                place = Place.at(into) if into else Place.ours()
                target = Target(place, media or Path(settings.MEDIA_ROOT), is_ours=not into)
                if not yes:
                    self._ask(target)
                restored = restore(opened, target, replace=replace, say=self.stdout.write)
        except (Trouble, OSError) as error:
            raise CommandError(f"{error}") from None
        self._conclude(restored, target)

    def _describe(self, opened):
        manifest = opened.manifest
        at = f"{timezone.localtime(manifest.moment):%Y-%m-%d %H:%M:%S}"
        self.stdout.write(
            f"备份 {opened.path.name}：{at} 的数据库 {manifest.database}，{sum(manifest.tables.values())} 行，"
            f"附件 {len(manifest.attachments)} 个。"
        )

    def _ask(self, target):
        self.stdout.write(
            f"将恢复到数据库 {target.place.name}（{target.place.host}）和附件目录 {target.media}。"
        )
        try:
            typed = input("确认请输入数据库的名称：").strip()
        except EOFError:
            raise CommandError("没有终端可以确认：请加 --yes。") from None
        if typed != target.place.name:
            raise CommandError("没有确认，什么也没有改动。")

    def _conclude(self, restored, target):
        self.stdout.write(f"恢复完成：{restored.words}")
        if restored.lost:
            rows = sum(restored.lost.values())
            self.stdout.write(
                f"备份之后台账至少还有过 {rows} 行（{len(restored.lost)} 条链），不在备份里：请按纸质记录补录。"
            )
        if restored.unsent:
            self.stdout.write(f"备份时待发的外部消息 {restored.unsent} 条不再补发，站内收件箱可见。")
        self.stdout.write("所有人须重新登录；企业系统的同步令牌失效，会从头同步。")
        self.stdout.write("备份之后停用的账号、吊销的密钥重新有效：请管理员核对。")
        if restored.old_schema:
            self.stdout.write(
                f"原有数据在模式 {restored.old_schema} 里，确认无误后执行：DROP SCHEMA {restored.old_schema} CASCADE"
            )
        if restored.old_media:
            self.stdout.write(f"原有附件在 {restored.old_media}，确认无误后删除。")
