"""What is of a drill stays in it (domain §7): no outside channel, no webhook of a firm's product, no statistic, no public page,
no live event, no number of a real range, no paper without its mark."""

from io import BytesIO

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from docx import Document

from alerts.models import Channel, Deadline, Delivery, Notification, WebhookDelivery, WebhookEvent
from alerts.services import escalation
from incidents.audiences import audience_of_drill, audiences_of
from incidents.models import Incident, NumberSeries, PublicRelease
from incidents.services.drill import drilling
from incidents.services.identity import webhooks
from incidents.services.identity.webhooks import Wish
from incidents.services.notice import brief_sending, briefing, informing, reporting_up
from incidents.services.response import grading
from tests import cast as people
from tests.drills.stage import begin, playing
from tests.screens.stage import sign_in, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("8.3")]


def listens(cast, monkeypatch):
    """Everybody has a channel of his own, his body one too, and the firm's product a webhook."""
    monkeypatch.setattr("alerts.channels.targets.resolve", lambda host, port: ["93.184.215.14"])
    now = timezone.now()
    for actor in (cast.duty_officer, cast.office_director, cast.commander, cast.enterprise):
        for owner in ({"person": actor.person}, {"organization": actor.organization}):
            Channel.objects.create(name=f"群{actor}", kind="wecom", sealed="x", created_at=now, **owner)
    wish = Wish(url="https://hooks.example.com/zmd")
    return webhooks.add(actor=cast.enterprise, wish=wish, now=now)


def test_nothing_of_a_drill_leaves_it(cast, monkeypatch, django_capture_on_commit_callbacks):
    told = []
    monkeypatch.setattr("alerts.live.publish", told.extend)
    listens(cast, monkeypatch)
    with time_machine.travel("2026-03-02T09:00:00+08:00", tick=False) as at:
        with django_capture_on_commit_callbacks(execute=True):
            drill = begin(cast)
            inside = playing(cast, drill)
            incident = people.call_in(inside)
        assert {kind for kind, *_ in told} >= {"incident", "inbox"}
        for kind, _, audiences in told:
            if kind == "incident":
                assert audiences == [audience_of_drill(drill.pk)]
        assert audiences_of([inside.duty_officer]) == {audience_of_drill(drill.pk)}
        assert not audiences_of([cast.duty_officer]) & audiences_of([inside.duty_officer])

        who = {"number": incident.number, "now": timezone.now()}
        grading.grade(actor=inside.office_director, level=4, reason="", **who)
        reporting_up.report_up(
            actor=inside.duty_officer, to="HEADQUARTERS", person="值班员", words="报告", **who
        )
        brief = briefing.draft(actor=inside.duty_officer, **who)
        briefing.sign(
            actor=inside.office_director, brief=brief.number, version=brief.version, now=timezone.now()
        )
        sent = brief_sending.send(
            actor=inside.duty_officer, brief=brief.number, to={"zmd-government": "system"}, now=timezone.now()
        )
        assert "演1号" in sent.document_no
        notice = informing.draft(
            actor=inside.office_director, title="通报", words="注意防火", to=[people.OTHER_FIRM], **who
        )
        informing.approve(actor=inside.office_director, notice=notice.number, now=timezone.now())
        informing.send(actor=inside.duty_officer, notice=notice.number, now=timezone.now())
        at.shift(600)
        while (due := escalation.next_due()) and due <= timezone.now():
            escalation.sweep(now=due)

        messages = Notification.objects.all()
        assert (
            messages.filter(title__contains="请签收专报").exists()
            and messages.filter(matter=f"notice/{notice.number}").exists()
        )
        assert set(messages.values_list("drill", flat=True)) == {drill.pk}
        assert not Delivery.objects.exists(), "no outside channel"
        assert not WebhookEvent.objects.exists() and not WebhookDelivery.objects.exists(), (
            "no webhook but a test one"
        )
        assert set(NumberSeries.objects.values_list("prefix", flat=True)) == {"ZMD-Y", "ZMD-T", "ZMD-B-T"}
        assert not Deadline.objects.real().exists() and not Incident.objects.exists(), "no statistic"
        assert not PublicRelease.objects.exists() and incident.number not in text_of(
            Client().get(reverse("public"))
        )

        director = sign_in(cast.office_director)
        for name in ("desk", "command", "deadlines", "warnings", "briefs", "notices", "search"):
            shown = director.get(reverse(name), {"q": "火"}).content.decode()
            assert incident.number not in shown, name
        director.post(reverse("drill-enter", args=[drill.number]))
        for name in ("desk", "command", "deadlines", "briefs"):
            page = director.get(reverse(name)).content.decode()
            assert incident.number in page and "in-drill" in page, name
        assert brief.number in director.get(reverse("briefs")).content.decode()
        paper = director.get(reverse("incident-word", args=[incident.number]))
        header = Document(BytesIO(b"".join(paper))).sections[0].header.paragraphs[0].text
        assert "演练" in header
        at.shift(1)
        drilling.end(actor=cast.commander, number=drill.number, now=timezone.now())
        assert not Deadline.objects.exclude(next_step_at=None).exists()
