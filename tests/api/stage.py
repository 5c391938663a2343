"""One of everything that the API names, in a firm's sight: what a path needs to lead anywhere."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from incidents.models import Level, Notice, SupportRequest, TaskOrder
from incidents.services import grading, informing, ordering, supporting
from tests import cast as people
from tests.api.conftest import Firm
from tests.files import JPEG
from tests.responses.stage import graded, on, order


@dataclass
class Stage:
    cast: people.Cast
    firm: Firm

    def incident(self, *, graded: bool = True) -> str:
        number = self.firm.files()
        if graded:
            actor, now = self.cast.office_director, timezone.now()
            grading.grade(actor=actor, number=number, level=Level.IV, now=now)
        return number

    def order(self, *, released: bool = False) -> str:
        row = order(self.cast, graded(self.cast, firm=people.FIRM))
        if released:
            given = ordering.Instruction(by=self.cast.commander.post.pk, words="解除")
            on(ordering.release, self.cast.office_director, row, instruction=given)
        return TaskOrder.objects.get(pk=row.pk).number

    def support(self, number: str) -> str:
        self.firm.post(f"incidents/{number}/support-requests/", {"needs": "两台吊车"})
        row = SupportRequest.objects.get(incident__number=number)
        on(supporting.answer, self.cast.duty_officer, row, answer="granted", words="来两台")
        return row.number

    def notice(self) -> int:
        row = informing.draft(
            actor=self.cast.office_director,
            number=self.incident(),
            title="关于做好防火工作的通报",
            words="请各企业检查分拣设备。",
            to=[people.FIRM],
            now=timezone.now(),
            approved=True,
            sent=True,
        )
        return Notice.objects.get(pk=row.pk).pk

    def warning(self) -> str:
        return people.issue(self.cast, addressees=[people.FIRM]).number

    def attachment(self, number: str) -> str:
        sent = self.firm.sends(number, JPEG, "现场.jpg")
        return sent.json()["number"]

    def path(self, template: str) -> dict[str, object]:
        """What the parameters of this path may be, so that it leads to something."""
        if template.startswith("incidents/{number}"):
            number = self.incident()
            found = {"number": number}
            if "{asked}" in template:
                found["asked"] = self.support(number)
            if "{attachment}" in template:
                found["attachment"] = self.attachment(number)
            return found
        leads: dict[str, Callable] = {"orders/": self.order, "warnings/": self.warning}
        for root, made in leads.items():
            if template.startswith(root) and "{number}" in template:
                return {"number": made()}
        return {"id": self.notice()} if "{id}" in template else {}
