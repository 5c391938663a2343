"""The inbox: newest first, unread bold, read one by one or all at once; each person's own."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from alerts.models import Notification
from alerts.services.inbox import Round
from incidents.models import Contact
from tests import cast as people
from tests.query_counts import pinned
from tests.screens.stage import sign_in, text_of


@pytest.fixture
def letters(cast):
    incident = people.file_in(cast)
    now = timezone.now()
    Notification.objects.all().delete()
    return [
        Notification.objects.create(
            person=cast.auditor.person,
            kind="breach",
            title=f"第{n}条",
            text="请立即处理",
            clause="5.2.1",
            incident=incident,
            created_at=now - timedelta(minutes=n),
        )
        for n in range(3)
    ]


def test_an_empty_inbox_says_what_will_come(cast):
    assert "收件箱是空的" in text_of(sign_in(cast.auditor).get(reverse("inbox")))


def test_newest_first_with_kind_clause_and_incident(cast, letters):
    page = sign_in(cast.auditor).get(reverse("inbox")).content.decode()
    assert page.index("第0条") < page.index("第1条") < page.index("第2条")
    assert "超时" in page and "§5.2.1" in page and letters[0].incident.number in page
    assert page.count('class="is-unread"') == 3


def test_who_is_reached_for_several_bodies_hears_the_same_once(cast):
    person, bodies = (
        cast.enterprise.person,
        [cast.enterprise.organization, cast.other_enterprise.organization],
    )
    Contact.objects.create(organization=bodies[1], person=person, duty=Contact.Duty.DUTY)
    news = Round(*bodies, at=timezone.now())
    for body in bodies:
        news.tell(body, kind=Notification.Kind.NEWS, title="第2版施行", matter="plan-decide/7")
        news.tell(body, kind=Notification.Kind.NEWS, title=f"致{body}")
    news.send()
    assert person.notifications.filter(title="第2版施行").count() == 1
    assert person.notifications.filter(title__startswith="致").count() == 2
    page = text_of(sign_in(cast.enterprise).get(reverse("inbox")))
    assert "打开" in page and "打开 7" not in page, "a key of the database is no number that people know"


def test_one_is_read_and_leads_to_its_incident(cast, letters):
    client = sign_in(cast.auditor)
    target = reverse("incident", args=[letters[0].incident.number])
    response = client.post(reverse("inbox-read"), {"id": letters[0].pk, "next": target})
    assert response.url == target
    assert Notification.objects.filter(read_at=None).count() == 2
    only = client.get(reverse("inbox"), {"unread": 1}).content.decode()
    assert "第0条" not in only and "第1条" in only


def test_all_are_read_at_once(cast, letters):
    client = sign_in(cast.auditor)
    assert client.post(reverse("inbox-read"), {"all": 1}).url == reverse("inbox")
    assert not Notification.objects.filter(read_at=None).exists()
    assert "没有未读消息" in text_of(client.get(reverse("inbox"), {"unread": 1}))


def test_nobody_reads_anothers_letters(cast, letters):
    client = sign_in(cast.commander)
    assert "第0条" not in client.get(reverse("inbox")).content.decode()
    client.post(reverse("inbox-read"), {"id": [letter.pk for letter in letters]})
    client.post(reverse("inbox-read"), {"all": 1})
    assert Notification.objects.filter(person=cast.auditor.person, read_at=None).count() == 3


@pytest.mark.parametrize(
    "sent", [{"id": "x"}, {"id": "9" * 40}, {"next": "https://evil.example/"}, {"next": "//evil"}]
)
def test_odd_input_does_nothing(cast, letters, sent):
    assert sign_in(cast.auditor).post(reverse("inbox-read"), sent).url == reverse("inbox")
    assert Notification.objects.filter(read_at=None).count() == 3


def test_reading_is_no_get(cast):
    assert sign_in(cast.auditor).get(reverse("inbox-read")).status_code == 405


@pytest.mark.parametrize("count", [1, 12])
def test_as_many_queries_for_a_dozen_as_for_one(cast, count):
    incident = people.file_in(cast)
    for _ in range(count):
        Notification.objects.create(
            person=cast.auditor.person,
            kind="news",
            title="动态",
            clause="3.2",
            incident=incident,
            created_at=timezone.now(),
        )
    client = sign_in(cast.auditor)
    client.get(reverse("inbox"))
    with pinned("screen:inbox"):
        client.get(reverse("inbox"))
