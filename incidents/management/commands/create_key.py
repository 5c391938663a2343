"""A key for a firm's own system: `create_key express-a 调度系统`. It is printed once and kept nowhere."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from incidents.models import Organization
from incidents.refusals import Refusal
from incidents.services import keys


class Command(BaseCommand):
    help = "为企业建立一个接口密钥；密钥只显示这一次。"

    def add_arguments(self, parser):
        parser.add_argument("enterprise", help="企业代码，如 express-a")
        parser.add_argument("name", help="密钥名称，如“调度系统”")

    def handle(self, *, enterprise, name, **options):
        try:
            key, secret = keys.create(enterprise=enterprise, name=name, now=timezone.now())
        except Refusal as refusal:
            known = Organization.objects.filter(kind=Organization.Kind.ENTERPRISE, is_active=True)
            codes = "、".join(known.order_by("code").values_list("code", flat=True))
            raise CommandError(f"{refusal.detail} 企业代码有：{codes}") from None
        self.stderr.write(f"{key.enterprise.name} 的密钥“{key.name}”，只显示这一次：")
        self.stdout.write(secret)
