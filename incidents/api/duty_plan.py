"""What a firm's roster rests on: patterns laid over days in one act (§5.2.3), and the training that its people passed
(§8.2)."""

from rest_framework.response import Response

from alerts.models import ShiftPattern, Training
from incidents.api import answers, changed, lists
from incidents.api.duty import SEATS, ForReason, OfRosters, person_of, shown
from incidents.api.fields import Body, Choice, Count, Day, NeededText, Text, Texts
from incidents.api.serializers import stated, validated
from incidents.api.views import Resource
from incidents.models import Post
from incidents.roles import ON_ROSTERS
from incidents.services.roster import duty, duty_plan
from incidents.services.training import duty_training


class Laid(Body):
    body = Text(40)
    pattern = Count(required=True, allow_null=False)
    seat = Choice(*SEATS, required=True, allow_null=False)
    people = Texts(150, required=True, allow_null=False)
    first = Day(required=True, allow_null=False)
    last = Day(required=True, allow_null=False)
    post = Count()


class Passed(Body):
    body = Text(40)
    person = NeededText(150, "请写明人员账号。", duty.TRAINING)
    topic = NeededText(80, "请填写培训内容。", duty.TRAINING)
    passed_on = Day(required=True, allow_null=False)
    valid_until = Day(required=True, allow_null=False)
    post = Count()


class Withdrawn(ForReason):
    body = Text(40)


class Patterns(Resource):
    def get(self, request):
        """The patterns by which shifts may be laid, with their hours (§5.2.3)."""
        rows = ShiftPattern.objects.filter(is_active=True).prefetch_related("segments")
        return lists.answer(request, lists.Query(request), rows, ("order", "id"), pattern, changed.patterns)


class LayShifts(OfRosters):
    """A pattern over many days in one act, its people taking turns; tells what was skipped and why (§5.2.3)."""

    code = "duty.roster"

    def create(self, data):
        actor, body = self.keeper(data)
        fields = stated(validated(Laid, data), "post", "body")
        duty.locked_body(actor, self.code, body)
        named = fields["people"]
        fields["people"] = [person_of(body, name, f"/people/{n}") for n, name in enumerate(named)]
        fields["seat"] = SEATS[fields["seat"]]
        drawn, skipped = duty_plan.lay(actor=actor, body=body, now=self.now, **fields)
        return Response(
            {
                "drawn_up": [shown(row) for row in drawn],
                "skipped": [
                    {
                        "person": slot.person.username,
                        "starts_at": answers.time(slot.starts_at),
                        "ends_at": answers.time(slot.ends_at),
                        "why": why,
                    }
                    for slot, why in skipped
                ],
            },
            201,
        )


class Trainings(OfRosters):
    code = "duty.train"

    def get(self, request):
        """The trainings that stand, of the firm's people and those below it; `?body=` chooses (§8.2)."""
        query = lists.Query(request, "body")
        posts = Post.objects.filter(
            organization__in=self.bodies(query), is_active=True, role__in=ON_ROSTERS, person__is_active=True
        )
        rows = Training.objects.filter(person__in=posts.values("person"), withdrawn_at=None)
        rows = rows.select_related("person")
        return lists.answer(request, query, rows, ("-id",), training, changed.trainings)

    def create(self, data):
        """A person of the firm has passed training; from then on he can be rostered (§8.2)."""
        actor, body = self.keeper(data)
        fields = stated(validated(Passed, data), "post", "body")
        duty.locked_body(actor, self.code, body)
        fields["person"] = person_of(body, fields["person"])
        row = duty_training.record_training(actor=actor, body=body, now=self.now, **fields)
        return Response(training(row), 201)


class WithdrawTraining(OfRosters):
    """A record made in error stands no longer; shifts already drawn up stay (§8.2)."""

    code = "duty.train"

    def create(self, data, training):
        actor, body = self.keeper(data)
        fields = stated(validated(Withdrawn, data), "post", "body")
        duty_training.withdraw_training(
            actor=actor, body=body, training=int(training), now=self.now, **fields
        )
        return Response({"id": int(training), "withdrawn_at": answers.time(self.now)})


def pattern(row: ShiftPattern) -> dict:
    return {
        "id": row.pk,
        "name": row.name,
        "note": row.note,
        "segments": [
            {
                "days": each.days,
                "starts": f"{each.starts:%H:%M}",
                "minutes": int(each.length.total_seconds() // 60),
            }
            for each in row.segments.all()
        ],
    }


def training(row: Training) -> dict:
    return {
        "id": row.pk,
        "person": row.person.username,
        "name": str(row.person),
        "topic": row.topic,
        "passed_on": row.passed_on.isoformat(),
        "valid_until": row.valid_until.isoformat(),
        "recorded_at": answers.time(row.recorded_at),
    }
