"""One of everything that the API names, in a firm's sight and as far as an act needs it."""

from dataclasses import dataclass
from datetime import date, time, timedelta

from django.utils import timezone

from alerts.models import Channel, Shift, Webhook
from incidents.api.description.of_command import TENTS
from incidents.api.description.of_incidents import OPERATIONS
from incidents.models import Incident, KeyPeriod, Level, Notice, Organization, Role, SupportRequest
from incidents.services.command import order_steps, ordering, releasing, supporting
from incidents.services.notice import informing
from incidents.services.register import inspecting, key_periods, plan_filing, roll_calls, safety
from incidents.services.register.hazards import assess
from incidents.services.report import attaching
from incidents.services.response import grading, responding
from tests import cast as people
from tests.api.conftest import Firm
from tests.api.test_warnings import a_risk
from tests.files import JPEG
from tests.registers.stage import being_rectified, hazard, in_days, pdf
from tests.responses.stage import graded, on, order

PAST_RESPONSE = OPERATIONS["POST incidents/{number}/response/past/"].example
NAMED = {"key-periods": "path_of_period", "roll-calls": "path_of_roll"}


@dataclass
class Stage:
    cast: people.Cast
    firm: Firm

    def __post_init__(self):
        self.person = people.appoint("express-a", people.FIRM, Role.ENTERPRISE, "值班员乙").person

    def path(self, template: str) -> dict[str, object]:
        """What the parameters of a path, like `orders/{number}/done/`, may be for its act to be possible; nothing for what is none
        of these (instructions, say): then it leads nowhere."""
        root, _, tail = template.partition("/")
        if "{" not in template and root != "sandbox":
            return {}
        made = getattr(self, NAMED.get(root, root.replace("-", "_")), None)
        return made(tail.removeprefix("{number}/")) if made else {}

    def sandbox(self, tail: str) -> dict:
        """For a test key's firm."""
        if tail.startswith("warnings/"):
            return {"number": self.firm.post("warning-information/", a_risk()).json()["number"]}
        incident = self.firm.files()
        if tail.startswith("incidents/"):
            return {"number": incident}
        self.firm.post(f"sandbox/incidents/{incident}/grade/", {"level": "III"})
        if tail == "orders/":
            return {}
        return {
            "number": self.firm.post("sandbox/orders/", {"incident": incident, "task": "转移邮件"}).json()[
                "number"
            ]
        }

    def duty(self, tail: str) -> dict:
        if "{training}" in tail:
            return {"training": self.person.trainings.get().pk}
        begins = timezone.now() + timedelta(hours=-1 if tail.endswith("end/") else 1)
        row = Shift.objects.create(
            organization=self.firm.key.enterprise,
            person=self.person,
            seat=1,
            period=(begins, begins + timedelta(hours=8)),
            drawn_up_at=timezone.now(),
        )
        return {"shift": row.pk}

    def training(self, tail: str) -> dict:
        if "{line_id}" in tail:
            line = {
                "year": 2026,
                "month": 6,
                "name": "防汛",
                "kind": "skill",
                "audience": "员工",
                "people": 4,
            }
            return {"line_id": self.firm.post("training/plan/", line).json()["id"]}
        body = {"name": "应急知识", "kind": "knowledge", "held_on": "2026-01-05", "hours": 4}
        return {"course": self.firm.post("training/courses/", body).json()["id"]}

    def webhooks(self, tail: str) -> dict:
        hook = self.firm.post("webhooks/", {"url": "https://example.com/hooks/zmd"}).json()["id"]
        tail = tail.removeprefix("{hook}/")
        if "{delivery}" not in tail:
            return {"hook": hook}
        return {"hook": hook, "delivery": self.firm.post(f"webhooks/{hook}/test/").json()["id"]}

    def resources(self, tail: str) -> dict:
        return {"resource": self.firm.post("resources/", TENTS | {"name": "雨衣"}).json()["id"]}

    def channels(self, tail: str) -> dict:
        address = {"key": "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"}
        made = self.firm.post("channels/", {"kind": "wecom", "name": "值班群", "address": address})
        channel = made.json()["id"]
        if tail.endswith("resume/"):
            self.firm.post(f"channels/{channel}/pause/")
        return {"channel": channel}

    def incidents(self, tail: str) -> dict:
        number = self.firm.files()
        grading.grade(actor=self.cast.office_director, number=number, level=Level.IV, now=timezone.now())
        if tail == "response/end/":
            responding.start_four(
                actor=self.cast.enterprise, number=number, measures="启动企业预案", now=timezone.now()
            )
        if tail == "response/past/":
            Incident.objects.filter(number=number).update(occurred_at=PAST_RESPONSE["started_at"])
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
            given = order_steps.Instruction(by=self.cast.commander.post.pk, words="解除")
            on(releasing.release, self.cast.office_director, row, instruction=given)
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

    def period(self) -> KeyPeriod:
        today = timezone.localdate()
        return key_periods.declare(
            actor=self.cast.duty_officer,
            kind="peak",
            name="旺季",
            starts_on=today,
            ends_on=today + timedelta(days=2),
            due_by=time(23, 59),
            bodies=[people.FIRM],
            now=timezone.now(),
        )

    def path_of_period(self, tail: str) -> dict:
        return {"number": self.period().number}

    def path_of_roll(self, tail: str) -> dict:
        period = self.period().number
        row = roll_calls.call(actor=self.cast.duty_officer, number=period, now=timezone.now())
        return {"number": row.number}

    def warnings(self, tail: str) -> dict:
        return {"number": people.issue(self.cast, addressees=[people.FIRM]).number}

    def hazards(self, tail: str) -> dict:
        row = being_rectified(self.cast) if tail == "rectified/" else hazard(self.cast)
        if tail == "plan/":
            points = {"likelihood": 3, "consequence": 3, "assessed_by": "安全员甲"}
            assess(actor=self.cast.enterprise, hazard=row.number, now=timezone.now(), **points)
        return {"number": row.number}

    def findings(self, tail: str) -> dict:
        held = inspecting.record(
            actor=self.cast.duty_officer,
            body=self.cast.firm,
            held_on=timezone.localdate(),
            place="分拨中心",
            inspectors="检查员",
            scope="消防",
            findings=[inspecting.Found("灭火器过期", in_days(3))],
            now=timezone.now(),
        )
        return {"number": held.findings.get().number}

    def filed_plans(self, tail: str) -> dict:
        with attaching.taken_in(pdf()) as file:
            said = {"name": "应急预案", "version": "1", "adopted_on": in_days(-1), "file": file}
            row = plan_filing.file(
                actor=self.cast.enterprise, body=self.cast.firm, now=timezone.now(), **said
            )
        return {"number": row.number}

    def register_files(self, tail: str) -> dict:
        return {"number": f"{self.filed_plans(tail)['number']}-A1"}

    def safety_rules(self, tail: str) -> dict:
        said = {"name": "收寄验视制度", "adopted_on": date(2026, 1, 5)}
        row = safety.state_rule(actor=self.cast.enterprise, body=self.cast.firm, now=timezone.now(), **said)
        return {"rule_id": row.pk}


def a_channel(firm: Organization) -> Channel:
    return Channel.objects.create(
        organization=firm, name="值班群", kind="wecom", sealed="x", created_at=timezone.now()
    )


def a_hook(firm: Organization) -> Webhook:
    """With no secret: nothing can be sent there."""
    made = {"created_at": timezone.now(), "secret_changed_at": timezone.now(), "events": ["order.issued"]}
    return Webhook.objects.create(enterprise=firm, url="https://example.com/hooks/zmd", sealed="x", **made)
