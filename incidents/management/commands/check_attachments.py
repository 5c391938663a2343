from django.core.management.base import BaseCommand, CommandError

from incidents.services.report import attaching


class Command(BaseCommand):
    help = (
        "Names every attachment whose file is missing or changed, and the files that no attachment names; "
        "--clean removes those."
    )

    def add_arguments(self, parser):
        parser.add_argument("--clean", action="store_true", help="remove the files that no attachment names")

    def handle(self, *args, clean, **options):
        strays = attaching.strays()
        for file in strays:
            if clean:
                file.unlink(missing_ok=True)
        if strays:
            self.stdout.write(
                f"没有记录的文件 {len(strays)} 个{'，已删除' if clean else '（--clean 删除）'}。"
            )
        faults = list(attaching.faults())
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"附件有 {len(faults)} 处不可信。")
        self.stdout.write("附件完好。")
