from django.core.management.base import BaseCommand
from django.utils import timezone

from alerts.services import escalation


class Command(BaseCommand):
    help = "Fires what is due, once, without a worker."

    def handle(self, *args, **options):
        fired = escalation.sweep(now=timezone.now())
        self.stdout.write(f"已处理 {fired} 个步骤。")
