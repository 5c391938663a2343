from django.core.management.base import BaseCommand
from django.utils import timezone

from incidents.services.privacy import erasing


class Command(BaseCommand):
    help = (
        "Erases the personal data whose term is over (ZMD_RETENTION); --dry-run only names it, never a value."
    )

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="say what is due and erase nothing")

    def handle(self, *args, dry_run, **options):
        now = timezone.now()
        rows = list(erasing.due(now)) if dry_run else self.erase(now)
        for each in rows:
            self.stdout.write(str(each))
        did = "到期待删除" if dry_run else "已删除"
        self.stdout.write(f"{did} {len(rows)} 件的个人信息。" if rows else "没有到期的个人信息。")

    def erase(self, now):
        done = []
        while batch := erasing.erase_due(now=now):
            done += batch
        return done
