"""One of everything that the API names, in a firm's sight and as far as an act needs it."""

from dataclasses import dataclass

from django.utils import timezone

from incidents.models import Level, Notice, SupportRequest
from incidents.services import grading, informing, ordering, responding, supporting
from tests import cast as people
from tests.api.conftest import Firm
from tests.files import JPEG
from tests.responses.stage import graded, on, order


@dataclass
class Stage:
    cast: people.Cast
    firm: Firm

    def path(self, template: str) -> dict[str, object]:
        """What the parameters of a path, like `orders/{number}/done/`, may be for its act to be possible."""
        root, *rest = template.split("/")
        if "{" not in template:
            return {}
        return getattr(self, root.replace("-", "_"))("/".join(rest[1:]))

    def incidents(self, tail: str) -> dict:
        number = self.firm.files()
        grading.grade(actor=self.cast.office_director, number=number, level=Level.IV, now=timezone.now())
        if tail == "response/end/":
            responding.start_four(
                actor=self.cast.enterprise, number=number, measures="启动企业预案", now=timezone.now()
            )
        found = {"number": number}
        if "{asked}" in tail:
            found["asked"] = self.support(number)
        if "{attachment}" in tail:
            found["attachment"] = self.firm.sends(number, JPEG, "现场.jpg").json()["number"]
        return found

    def support(self, number: str) -> str:
        self.firm.post(f"incidents/{number}/support-requests/", {"needs": "两台吊车"})
        row = SupportRequest.objects.get(incident__number=number)
        on(supporting.answer, self.cast.duty_officer, row, answer="granted", words="来两台")
        return row.number

    def orders(self, tail: str) -> dict:
        row = order(self.cast, graded(self.cast, firm=people.FIRM))
        if tail in ("progress/", "done/"):
            on(ordering.acknowledge, self.cast.enterprise, row)
        if tail == "confirm/":
            given = ordering.Instruction(by=self.cast.commander.post.pk, words="解除")
            on(ordering.release, self.cast.office_director, row, instruction=given)
        if tail == "done/":
            scene = ordering.OnScene(head="张三", phone="0396-2900001", place="分拨中心")
            on(ordering.progress, self.cast.enterprise, row, words="出发", on_scene=scene)
        return {"number": row.number}

    def notices(self, tail: str) -> dict:
        row = informing.draft(
            actor=self.cast.office_director,
            number=graded(self.cast, firm=people.FIRM).number,
            title="关于做好防火工作的通报",
            words="请各企业检查分拣设备。",
            to=[people.FIRM],
            now=timezone.now(),
            approved=True,
            sent=True,
        )
        return {"id": Notice.objects.get(pk=row.pk).pk}

    def warnings(self, tail: str) -> dict:
        return {"number": people.issue(self.cast, addressees=[people.FIRM]).number}
