from django.core.management.base import BaseCommand
from django.db import transaction

from alerts.channels import sealing
from alerts.models import Channel, Webhook


class Command(BaseCommand):
    help = "Seals the secrets of all outside channels and webhooks under the first key of ZMD_CHANNEL_KEY."

    @transaction.atomic
    def handle(self, *args, **options):
        lost = []
        for model in (Channel, Webhook):
            for row in model.objects.kept().select_for_update():
                try:
                    row.sealed = sealing.reseal(row.sealed)
                except sealing.Unreadable:
                    lost.append(str(row.pk) if model is Channel else f"Webhook {row.pk}")
                else:
                    row.save(update_fields=["sealed"])
        self.stdout.write("已用新密钥重新加密。")
        if lost:
            self.stderr.write(f"打不开的渠道（须重新填写）：{'、'.join(lost)}")
