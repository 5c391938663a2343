import json
import os

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from incidents.services.demo_city import demo


class Command(BaseCommand):
    help = (
        "Loads a demo of incidents and people and writes var/demo.json (mode 600) with its logins and keys."
    )

    def add_arguments(self, parser):
        parser.add_argument("--url", default="http://127.0.0.1:8000")

    def handle(self, *args, url, **options):
        if settings.PRODUCTION:
            raise CommandError("生产环境不装载演示数据。")
        loaded = demo.load(now=timezone.now())
        path = settings.VAR_DIR / "demo.json"
        path.unlink(missing_ok=True)
        with open(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(
                {"url": url, "users": loaded.users, "keys": loaded.keys}, file, ensure_ascii=False, indent=1
            )
        self.stdout.write(f"演示数据已装载，登录名和密码见 {path.name}。")
