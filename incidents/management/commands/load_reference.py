"""Load the bodies and the plan of `fixtures/` into a new installation; a second time changes nothing."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from incidents.services.revision.reference import load_reference


class Command(BaseCommand):
    help = "载入单位名录和预案：只补缺少的，不改动已有的。"

    def handle(self, *args, **options):
        loaded = load_reference(timezone.now())
        done = []
        if loaded.organizations:
            done.append(f"已载入单位 {loaded.organizations} 个")
        if loaded.plan:
            done.append(f"《{loaded.plan.title}》（{loaded.plan.document_no}）已载入并生效")
        if done:
            self.stdout.write("，".join(done) + "。")
