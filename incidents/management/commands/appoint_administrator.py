"""The first administrator of an installation, or one more: `appoint_administrator zhang 张管理员`.

His initial password is printed once; all other accounts he makes himself, under 人员.
"""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from incidents.models import Organization, Role
from incidents.refusals import Refusal
from incidents.roles import SYSTEM
from incidents.services.identity import people


class Command(BaseCommand):
    help = "建立一个系统管理员账号；初始密码只显示这一次。"

    def add_arguments(self, parser):
        parser.add_argument("username", help="用户名")
        parser.add_argument("name", help="姓名或岗位称呼")
        parser.add_argument("--body", help="单位代码；不填为应急办")

    def handle(self, *, username, name, body, **options):
        now = timezone.now()
        office = (
            Organization.objects.filter(kind=Organization.Kind.OFFICE, is_active=True).order_by("pk").first()
        )
        if body is None and office is None:
            raise CommandError("还没有单位，请先载入基础数据：load_reference。")
        try:
            with transaction.atomic():
                person, password = people.create(actor=SYSTEM, username=username, name=name, now=now)
                people.assign(
                    actor=SYSTEM,
                    person=person,
                    body=body or office.code,
                    role=Role.ADMINISTRATOR,
                    title="系统管理员",
                    now=now,
                )
        except Refusal as refusal:
            raise CommandError(refusal.detail) from None
        self.stderr.write(f"{person.username} 的初始密码，只显示这一次，首次登录须修改：")
        self.stdout.write(password)
