from django.core.management.base import BaseCommand
from django.db import transaction

from alerts.channels import sealing
from alerts.models import Channel, Webhook
from incidents.models import ApiKey, AuthenticatorApp


class Command(BaseCommand):
    help = "Seals the secrets of outside channels and webhooks, those that API keys sign with and authenticator apps' seeds, under the first key of ZMD_CHANNEL_KEY."

    @transaction.atomic
    def handle(self, *args, **options):
        lost = reseal(Channel.objects.kept())
        lost += [f"Webhook {number}" for number in reseal(Webhook.objects.kept())]
        lost_keys = reseal(ApiKey.objects.filter(revoked_at=None).exclude(sealed=""))
        lost_apps = reseal(AuthenticatorApp.objects.all())
        self.stdout.write("已用新密钥重新加密。")
        if lost:
            self.stderr.write(f"打不开的渠道（须重新填写）：{'、'.join(lost)}")
        if lost_keys:
            self.stderr.write(f"签名密钥打不开的接口密钥（须轮换）：{'、'.join(lost_keys)}")
        if lost_apps:
            self.stderr.write(f"打不开的手机验证器（须清除后重新登记）：{'、'.join(lost_apps)}")


def reseal(rows) -> list[str]:
    """The numbers of those that no key opens."""
    lost = []
    for row in rows.select_for_update(no_key=True):
        try:
            row.sealed = sealing.reseal(row.sealed)
        except sealing.Unreadable:
            lost.append(str(row.pk))
        else:
            row.save(update_fields=["sealed"])
    return lost
