"""A key for a firm's own system: `create_key express-a 调度系统`. It is printed once and kept nowhere.

`--scopes read,orders`, `--expires 2027-01-01T00:00:00+08:00` (or so many days: `--expires 90`), `--test`.
What it signs requests with goes to the error stream, so that the output is the key alone.
"""

from datetime import datetime, timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from incidents.models import Organization, Scope
from incidents.refusals import Refusal
from incidents.services.identity import key_signing, keys


class Command(BaseCommand):
    help = "为企业建立一个接口密钥；密钥只显示这一次。"

    def add_arguments(self, parser):
        parser.add_argument("enterprise", help="企业代码，如 express-a")
        parser.add_argument("name", help="密钥名称，如“调度系统”")
        parser.add_argument(
            "--scopes", default=",".join(Scope.values), help=f"权限，逗号分隔：{'、'.join(Scope.values)}"
        )
        parser.add_argument("--expires", help="多少天后到期，或到期时间，如 2027-01-01T00:00:00+08:00")
        parser.add_argument("--test", action="store_true", help="测试密钥（沙箱）")

    def handle(self, *, enterprise, name, scopes, expires, test, **options):
        now = timezone.now()
        try:
            key, secret = keys.create(
                enterprise=enterprise,
                name=name,
                now=now,
                scopes=[scope.strip() for scope in scopes.split(",")],
                expires_at=expires and _end(expires, now),
                is_test=test,
            )
        except Refusal as refusal:
            known = Organization.objects.filter(kind=Organization.Kind.ENTERPRISE, is_active=True)
            codes = "、".join(known.order_by("code").values_list("code", flat=True))
            raise CommandError(f"{refusal.detail} 企业代码有：{codes}") from None
        kind = "测试密钥" if test else "密钥"
        self.stderr.write(f"签名密钥（请求须签名时使用）：{key_signing.secret_of(key)}")
        self.stderr.write(f"{key.enterprise.name} 的{kind}“{key.name}”（{key.scope_names}），只显示这一次：")
        self.stdout.write(secret)


def _end(said: str, now: datetime) -> datetime:
    try:
        return now + timedelta(days=int(said)) if said.isdigit() else _with_offset(said)
    except (ValueError, OverflowError):
        raise CommandError("--expires 须为天数，或带时区的时间，如 2027-01-01T00:00:00+08:00。") from None


def _with_offset(said: str) -> datetime:
    at = datetime.fromisoformat(said)
    if at.tzinfo is None:
        raise ValueError(said)
    return at
