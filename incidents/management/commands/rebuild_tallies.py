"""Count the figures of 统计 anew from what they are of: after rows were brought in past the triggers."""

from django.core.management.base import BaseCommand

from alerts.services import debt_tally
from incidents.services.analysis import folding


class Command(BaseCommand):
    help = "按事件和时限本身重建统计汇总。"

    def handle(self, **options):
        folding.rebuild()
        debt_tally.rebuild()
