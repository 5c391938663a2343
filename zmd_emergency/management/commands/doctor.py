import json
from dataclasses import asdict

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from zmd_emergency.doctor import examine
from zmd_emergency.doctor.finding import Level


class Command(BaseCommand):
    help = "检查系统缺什么、哪里不安全，每项说明怎么办。有“严重”的返回 1。"
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="供程序读取")
        parser.add_argument("--quiet", action="store_true", help="不列出正常的各项")

    def handle(self, *, quiet, **options):
        found = [
            finding for finding in examine(now=timezone.now()) if not (quiet and finding.level == Level.FINE)
        ]
        found.sort(key=lambda finding: list(Level).index(finding.level))
        if options["json"]:
            self.stdout.write(
                json.dumps([asdict(finding) for finding in found], ensure_ascii=False, indent=1)
            )
        else:
            for finding in found:
                self.stdout.write(f"【{finding.level}】{finding.about}：{finding.words}")
                if finding.remedy:
                    self.stdout.write(f"        怎么办：{finding.remedy}")
        tally = {level: sum(finding.level == level for finding in found) for level in Level}
        if tally[Level.GRAVE]:
            raise CommandError(f"有 {tally[Level.GRAVE]} 项严重问题，{tally[Level.MIND]} 项须注意。")
        if not options["json"]:
            self.stdout.write(f"没有严重问题，{tally[Level.MIND]} 项须注意。")
