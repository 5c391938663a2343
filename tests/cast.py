"""The people of the tests, named by their posts, and an incident for them to act on."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from alerts.models import Training, Warning
from incidents.models import Contact, Organization, Post, Role, User
from incidents.roles import Actor
from incidents.services.report import intake
from incidents.services.warning import warning_assessing, warning_intake, warning_issuing

PASSWORD = "只用于测试-2026"
Duty = Contact.Duty


@dataclass
class Cast:
    """Actors by role; `firm` and `other_firm` are enterprises, `enterprise` reports for `firm`."""

    duty_officer: Actor
    office_director: Actor
    commander: Actor
    deputy: Actor
    approver: Actor
    member: Actor
    county: Actor
    enterprise: Actor
    other_enterprise: Actor
    auditor: Actor
    administrator: Actor

    @property
    def firm(self) -> Organization:
        return self.enterprise.organization

    @property
    def other_firm(self) -> Organization:
        return self.other_enterprise.organization


def appoint(username: str, body: str, role: Role, title: str, *duties: str) -> Actor:
    """A person with a post in the body of this code, and its standing contact for `duties`."""
    organization = Organization.objects.select_related("parent").get(code=body)
    person = User.objects.filter(username=username).first()
    if person is None:
        person = User.objects.create(username=username, name=title, password=hashed())
        train(person)
    post = Post.objects.create(person=person, organization=organization, role=role, title=title)
    Contact.objects.bulk_create(standing_contact(organization, person, duty) for duty in duties)
    return Actor(organization, role, person, post)


def standing_contact(body: Organization, person: User, duty: str) -> Contact:
    return Contact(organization=body, person=person, duty=duty, phone="0396-0000000")


def train(person: User, **days: date) -> Training:
    """Who has passed training can be put on the roster (§8.2)."""
    passed = training(person, **days)
    passed.save()
    return passed


def training(person: User, *, passed_on=date(2020, 1, 1), valid_until=date(2039, 12, 31)) -> Training:
    return Training(
        person=person,
        topic="应急值班",
        passed_on=passed_on,
        valid_until=valid_until,
        recorded_at=timezone.now(),
    )


@cache
def hashed() -> str:
    """Hashing is slow on purpose: once for all."""
    return make_password(PASSWORD)


def assemble() -> Cast:
    """Nearly every test asks for it, so: a few statements for all of them, not sixty."""
    office = Organization.objects.select_related("parent__parent").get(kind=Organization.Kind.OFFICE)
    headquarters, city = office.parent, office.parent.parent
    posts = {
        "duty_officer": ("duty", office.code, Role.DUTY_OFFICER, "值班员甲", Duty.DUTY),
        "office_director": ("director", office.code, Role.OFFICE_DIRECTOR, "应急办主任", Duty.LEADER),
        "commander": ("commander", headquarters.code, Role.COMMANDER, "总指挥"),
        "deputy": ("deputy", headquarters.code, Role.COMMANDER, "副总指挥"),
        "approver": ("approver", city.code, Role.APPROVER, "市政府审批人"),
        "member": ("member", member_code(), Role.MEMBER, "联络员", Duty.DUTY),
        "county": ("county", county_code(), Role.COUNTY, "县区值班员", Duty.DUTY),
        "enterprise": ("firm", FIRM, Role.ENTERPRISE, "企业值班员", Duty.DUTY, Duty.LEADER),
        "other_enterprise": ("other", OTHER_FIRM, Role.ENTERPRISE, "另一企业值班员", Duty.DUTY),
        "auditor": ("auditor", headquarters.code, Role.AUDITOR, "审计员"),
        "administrator": ("admin", office.code, Role.ADMINISTRATOR, "系统管理员"),
    }
    codes = [code for _, code, *_ in posts.values()]
    bodies = {
        body.code: body for body in Organization.objects.select_related("parent").filter(code__in=codes)
    }
    people = User.objects.bulk_create(
        User(username=username, name=title, password=hashed()) for username, _, _, title, *_ in posts.values()
    )
    Training.objects.bulk_create(training(person) for person in people)
    actors, contacts = {}, []
    for (name, (_, code, role, title, *duties)), person in zip(posts.items(), people, strict=True):
        post = Post(person=person, organization=bodies[code], role=role, title=title)
        actors[name] = Actor(bodies[code], role, person, post)
        contacts += [standing_contact(bodies[code], person, duty) for duty in duties]
    Post.objects.bulk_create(actor.post for actor in actors.values())
    Contact.objects.bulk_create(contacts)
    return Cast(**actors)


def another_city() -> Organization:
    """A second city of the province, with one county (他县); returns its office."""
    kinds = Organization.Kind
    above = Organization.objects.get(kind=kinds.PROVINCE)
    tree = [("city", kinds.CITY_GOVERNMENT), ("hq", kinds.HEADQUARTERS), ("office", kinds.OFFICE)]
    for code, kind in tree:
        body = {"code": f"other-{code}", "kind": kind, "name": code, "short_name": code, "parent": above}
        above = Organization.objects.create(**body, number_prefix="OTH" if kind == kinds.OFFICE else "")
    county = {"kind": kinds.COUNTY, "name": "他县", "short_name": "他县", "parent": above.parent.parent}
    Organization.objects.create(code="other-county", **county)
    return above


FIRM, OTHER_FIRM = "express-a", "express-b"


def member_code() -> str:
    return Organization.objects.filter(kind=Organization.Kind.MEMBER).order_by("pk").first().code


def county_code() -> str:
    return Organization.objects.get(kind=Organization.Kind.COUNTY, short_name="驿城区").code


ORDINARY = {"deaths": 0, "serious_injuries": 1, "loss_yuan": 300_000}
"""Figures that propose Ⅳ."""


def written(**figures) -> dict:
    """All contents of §5.2.1, with these figures."""
    return {
        "occurred_at": timezone.now() - timedelta(minutes=10),
        "place": "驿城区示范路1号分拨中心",
        "unit": "快递企业甲（驻马店）",
        "source": "现场值班员",
        "deaths": 0,
        "missing": 0,
        "serious_injuries": 0,
        "loss_yuan": 0,
        "records_leaked": None,
        "network_scope": None,
        "impact": "一条分拣线停用",
        "development": "火势已控制",
        "measures": "已疏散人员并报消防",
        "superior_unit_told": None,
        "unknown": [],
    } | figures


def facts(*, firm: str = FIRM, known_at: datetime | None = None, **more) -> dict:
    return {
        "title": "驿城区分拨中心起火",
        "event_class": "fire",
        "origin": "inside",
        "known_at": known_at or timezone.now(),
        "county": "驿城区",
        "enterprise": firm,
    } | more


def call_in(cast: Cast, *, figures: dict | None = None, known_at=None, now=None, arrived_at=None, **more):
    """The firm telephones; the duty officer logs it as an oral report."""
    now = now or timezone.now()
    incident, _ = intake.open_incident(
        actor=cast.duty_officer,
        kind="ORAL",
        arrival=intake.Arrival("PHONE", arrived_at=arrived_at, call=intake.Call("企业值班员", "0396-1")),
        facts=facts(known_at=known_at or now, **more),
        contents=ORDINARY if figures is None else figures,
        now=now,
    )
    return incident


def file_in(
    cast: Cast, *, figures: dict | None = None, known_at=None, now=None, oral_at=None, kind="WRITTEN"
):
    """The firm files a written report in the browser."""
    now = now or timezone.now()
    contents = written(**(ORDINARY if figures is None else figures))
    if oral_at:
        contents["oral_report"] = {"to": "应急办值班员", "at": oral_at}
    incident, _ = intake.open_incident(
        actor=cast.enterprise,
        kind=kind,
        arrival=intake.Arrival("FORM"),
        facts=facts(known_at=known_at or now),
        contents=contents,
        now=now,
    )
    return incident


def report(
    cast: Cast, incident, kind: str, *, actor=None, channel="FORM", now=None, arrived_at=None, **figures
):
    now = now or timezone.now()
    actor = actor or cast.enterprise
    contents = written(**figures) if kind in ("WRITTEN", "BRIEF") else {"development": "续报", **figures}
    return intake.file_report(
        actor=actor,
        number=incident.number,
        kind=kind,
        arrival=intake.Arrival(channel, arrived_at=arrived_at),
        contents=contents,
        now=now,
    )


def risk(**more) -> dict:
    """Warning information with all that it holds (§4.2)."""
    return {
        "title": "驿城区未来六小时强降雨",
        "risk": "六小时降雨量将达 100 毫米以上",
        "may_follow": "分拨中心进水，干线道路中断",
        "measures_taken": "已备沙袋，快件移至高处",
        "place": "驿城区示范路1号分拨中心",
        "counties_affected": ["驿城区"],
        "event_class": "flood",
    } | more


def bulletin(**more) -> dict:
    """The seven contents of §4.4."""
    return {
        "event_class": "flood",
        "level": 3,
        "starts_at": timezone.now(),
        "area": "驿城区低洼处的分拨中心和网点",
        "caution": "场地进水、道路中断、在途车辆被困",
        "measures": "转移快件，切断低处电源，车辆避开低洼路段",
        "authority": "驻马店市邮政业突发事件应急指挥部",
    } | more


def warn(cast: Cast, *, actor=None, now=None, channel="METEOROLOGY", arrived_at=None, **more):
    """Warning information; by the duty officer's telephone, unless a firm files it."""
    now, actor = now or timezone.now(), actor or cast.duty_officer
    by_firm = actor.role == Role.ENTERPRISE
    if by_firm:
        more = {"known_at": now} | more
    return warning_intake.receive(
        actor=actor,
        arrival=intake.Arrival("FORM" if by_firm else "PHONE", arrived_at=arrived_at),
        facts=risk(channel=channel) | more,
        now=now,
    )


def issue(cast: Cast, *, level: int = 3, now=None, warning=None, addressees=None, **contents):
    """A warning in force: received, proposed by the office, issued by the commander."""
    now = now or timezone.now()
    warning = warning or warn(cast, now=now)
    warning_assessing.propose(
        actor=cast.duty_officer, number=warning.number, level=level, reason="研判", now=now
    )
    warning_issuing.issue(
        actor=cast.commander,
        number=warning.number,
        contents=bulletin(level=level, **contents),
        addressees=addressees,
        now=now,
    )
    return Warning.with_drills.get(pk=warning.pk)
