"""`sync` on the lists of what a firm is asked beside orders, and of what is its own: each table that counts."""

from datetime import timedelta

from django.utils import timezone

from alerts.models import (
    Attempt,
    Channel,
    Instruction,
    InstructionAddressee,
    InstructionAnswer,
    PatternSegment,
    Shift,
    ShiftPattern,
    Training,
    Webhook,
    WebhookDelivery,
)
from alerts.services import webhook_events
from incidents.models import (
    Attendance,
    CallUp,
    EvaluationInput,
    Improvement,
    Meeting,
    MeetingDecision,
    Organization,
    OwnPlan,
    Post,
    Scheme,
    User,
)
from incidents.services.call_up import calling_up
from incidents.services.command import instructing, schemes
from incidents.services.command.order_grounds import Grounds
from incidents.services.response import meetings
from tests.api.conftest import errors
from tests.api.reader import Reader, desk_of
from tests.api.stage import a_channel, a_hook
from tests.api.test_gaps_matters import wanted
from tests.cast import OTHER_FIRM, appoint, train
from tests.responses.stage import act, graded, order


def every_step_is_news(reader: Reader, *steps):
    for number, step in enumerate(steps, 1):
        reader.news()
        step()
        assert reader.news(), f"{reader.path}: step {number}"


def test_what_a_firm_is_asked_is_news_by_all_that_it_shows(ours, committed):
    cast, firm, now = committed, committed.firm, timezone.now()
    incident = graded(cast)

    def reader(path: str) -> Reader:
        return Reader(ours.get, path)

    by = {"recorded_at": now, "recorded_by": cast.enterprise.post}
    said = {"name": "火灾预案", "started_at": now, "started_by": "张三"}
    every_step_is_news(
        reader(f"incidents/{incident.number}/own-plans/"),
        lambda: OwnPlan.objects.create(incident=incident, body=firm, **said, **by),
        lambda: OwnPlan.objects.update(ended_at=now),
    )
    every_step_is_news(
        reader("call-ups/"),
        lambda: act(calling_up.request, cast.duty_officer, incident, wanted=wanted(firm.code)),
        lambda: CallUp.objects.update(place="西门"),
    )
    asked = {"incident": incident, "serial": 1, "body": firm, "due_at": now}
    every_step_is_news(
        reader("evaluation-inputs/"),
        lambda: EvaluationInput.objects.create(number="E1", question="?", asked_at=now, **asked),
        lambda: EvaluationInput.objects.update(answered_at=now, words="意见"),
    )
    every_step_is_news(
        reader("improvements/"),
        lambda: Improvement.objects.create(number="J1", measure="换", opened_at=now, **asked),
        lambda: Improvement.objects.update(done_at=now, words="已换"),
    )

    told = instructing.write(actor=cast.commander, words="排查", to=[OTHER_FIRM], now=now)
    ours_of_it = InstructionAddressee.objects.filter(organization=firm)
    answered = {"at": now, "by": cast.enterprise.post, "words": "已查"}
    every_step_is_news(
        reader("instructions/"),
        lambda: InstructionAddressee.objects.create(instruction=told, organization=firm),
        lambda: ours_of_it.update(reminded_at=now),
        lambda: InstructionAnswer.objects.create(addressee=ours_of_it.get(), **answered),
        lambda: Post.objects.filter(pk=cast.commander.post.pk).update(title="第一指挥长"),
        lambda: instructing.write(actor=cast.commander, words="再查", to=[firm.code], now=now),
    )
    assert Instruction.objects.count() == 2

    convened = {"kind": "consultation", "topic": "会商", "means": "video", "place": "一室"}
    body = cast.member.organization.code
    meeting = act(meetings.convene, cast.duty_officer, incident, bodies=[body], **convened)
    decided = {"serial": 1, "words": "转移邮件", "recorded_at": now}
    every_step_is_news(
        reader("meetings/"),
        lambda: Attendance.objects.create(meeting=meeting, body=firm),
        lambda: Attendance.objects.filter(body=firm).update(presence="present"),
        lambda: MeetingDecision.objects.create(meeting=meeting, **decided),
        lambda: Meeting.objects.update(place="二室"),
    )

    texts = {"title": "处置方案", "assessment": "可控", "measures": "疏散"}
    version = act(schemes.draft, cast.duty_officer, incident, **texts)
    number = version.scheme.number
    again = {"scheme": number, "assessment": "可控", "measures": "再疏散", "now": now}
    every_step_is_news(
        Reader(desk_of(cast.duty_officer), "schemes/"),
        lambda: schemes.adopt(actor=cast.commander, scheme=number, now=now),
        lambda: schemes.revise(actor=cast.duty_officer, **again),
    )
    every_step_is_news(
        reader("schemes/"),
        lambda: order(cast, incident, grounds=Grounds(scheme=version.pk)),
        lambda: Scheme.objects.update(title="改后"),
    )


def test_what_is_the_firms_own_is_news_by_all_that_it_shows(ours, committed):
    cast, firm, now = committed, committed.firm, timezone.now()
    person = cast.enterprise.person
    people = User.objects.filter(pk=person.pk)

    def reader(path: str) -> Reader:
        return Reader(ours.get, path, limit=50)

    held = {"organization": firm, "seat": 1, "person": person, "drawn_up_at": now}
    every_step_is_news(
        reader("duty/shifts/"),
        lambda: Shift.objects.create(period=(now, now + timedelta(hours=8)), **held),
        lambda: Shift.objects.update(cut_short="换人"),
        lambda: people.update(name="王五"),
    )

    newcomer = appoint("newcomer", OTHER_FIRM, cast.enterprise.role, "新人").person
    post = {"person": newcomer, "organization": firm, "role": cast.enterprise.role, "title": "值班员"}
    of_newcomer = Post.objects.filter(person=newcomer)
    of_newcomer.update(is_active=False)
    every_step_is_news(
        reader("duty/trainings/"),
        lambda: train(person),
        lambda: Training.objects.filter(person=person).update(topic="复训"),
        lambda: people.update(name="赵六"),
        lambda: Post.objects.create(**post),
        lambda: of_newcomer.filter(organization=firm).update(person=train_another().pk),
    )

    pattern = ShiftPattern.objects.filter(is_active=True).first()
    segments = PatternSegment.objects.filter(pattern=pattern)
    every_step_is_news(
        reader("duty/patterns/"),
        lambda: ShiftPattern.objects.filter(pk=pattern.pk).update(note="改后"),
        lambda: segments.create(pattern=pattern, starts="03:00", length=timedelta(hours=1)),
        lambda: segments.filter(starts="03:00").update(length=timedelta(hours=2)),
        lambda: segments.filter(starts="03:00").delete(),
    )

    channels = reader("channels/")
    every_step_is_news(channels, lambda: a_channel(firm), lambda: Channel.objects.update(last_success_at=now))
    channel = Channel.objects.get()
    every_step_is_news(
        reader(f"channels/{channel.pk}/attempts/"),
        lambda: Attempt.objects.create(channel=channel, messages=1, at=now),
        lambda: Attempt.objects.update(ended_at=now, ok=True),
    )

    every_step_is_news(
        reader("webhooks/"), lambda: a_hook(firm), lambda: Webhook.objects.update(last_error="HTTP 500")
    )
    hook = Webhook.objects.get()
    every_step_is_news(
        reader(f"webhooks/{hook.pk}/deliveries/"),
        lambda: webhook_events.queue_test(hook, at=now),
        lambda: WebhookDelivery.objects.update(tries=1),
    )

    Organization.objects.filter(code=OTHER_FIRM).update(is_active=False)
    assert errors(ours.get(f"channels/?sync={channels.sync}")) == {"?sync": "sync_expired"}, (
        "whether a body keeps a desk decides of which shifts are seen"
    )


def train_another() -> User:
    person = User.objects.create(username="another", name="另一人")
    train(person)
    return person
