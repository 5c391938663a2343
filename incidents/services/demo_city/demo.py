"""A demo of incidents and people, told through the same services as real ones, with times relative to now.

People are named by their posts. Passwords and keys are random and returned once.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from itertools import product

from django.db import transaction

from alerts.models import Shift
from incidents.models import (
    ApiKey,
    Contact,
    Course,
    Drill,
    Incident,
    KeyPeriod,
    Organization,
    Post,
    Resource,
    Role,
    User,
)
from incidents.roles import Actor
from incidents.services.demo_city import (
    demo_drills,
    demo_key_periods,
    demo_plan,
    demo_resources,
    demo_training,
)
from incidents.services.demo_city.demo_roster import draw_up_roster
from incidents.services.demo_city.demo_story import Story
from incidents.services.identity import keys

Duty = Contact.Duty
KINDS = Organization.Kind

PEOPLE = [
    ("duty", "值班员甲", [("OFFICE", Role.DUTY_OFFICER, "值班员")], [Duty.DUTY]),
    ("duty2", "值班员乙", [("OFFICE", Role.DUTY_OFFICER, "值班员")], []),
    ("leader", "带班领导", [("OFFICE", Role.DUTY_OFFICER, "带班领导")], [Duty.LEADER]),
    ("director", "应急办主任", [("OFFICE", Role.OFFICE_DIRECTOR, "主任")], []),
    ("commander", "总指挥", [("HEADQUARTERS", Role.COMMANDER, "总指挥")], [Duty.LEADER]),
    (
        "deputy",
        "邮政管理局局长",
        [("HEADQUARTERS", Role.COMMANDER, "副总指挥"), ("OFFICE", Role.OFFICE_DIRECTOR, "主任（兼）")],
        [],
    ),
    ("approver", "市政府审批人", [("CITY_GOVERNMENT", Role.APPROVER, "审批人")], [Duty.DUTY]),
    ("member", "消防支队联络员", [("市消防救援支队", Role.MEMBER, "联络员")], [Duty.DUTY]),
    ("county", "驿城区值班员", [("驿城区", Role.COUNTY, "值班员")], [Duty.DUTY]),
    ("express-a", "企业甲值班员", [("express-a", Role.ENTERPRISE, "值班员")], [Duty.DUTY]),
    ("express-a-head", "企业甲负责人", [("express-a", Role.ENTERPRISE, "负责人")], [Duty.LEADER]),
    ("express-b", "企业乙值班员", [("express-b", Role.ENTERPRISE, "值班员")], [Duty.DUTY, Duty.LEADER]),
    ("post-zmd", "邮政企业值班员", [("post-zmd", Role.ENTERPRISE, "值班员")], [Duty.DUTY, Duty.LEADER]),
    ("auditor", "审计员", [("CITY_GOVERNMENT", Role.AUDITOR, "审计员")], []),
    ("admin", "系统管理员", [("OFFICE", Role.ADMINISTRATOR, "系统管理员")], []),
]
KEYS, KEY_NAME = ["express-a", "express-b"], "演示密钥"
ALSO_REACHED_FOR = {
    "express-a": ["express-a-hub", "express-a-shangcai"],
    "express-a-head": ["express-a-hub"],
    "post-zmd": ["post-xiping"],
}
"""Outlets without a duty desk of their own are reached through their superior unit's."""


@dataclass
class Demo:
    users: list[dict] = field(default_factory=list)
    keys: list[dict] = field(default_factory=list)


@transaction.atomic
def load(*, now: datetime) -> Demo:
    """People, keys and incidents; on a database that has people already, only the accounts' passwords and keys are renewed."""
    demo = Demo()
    actors = {}
    for username, name, posts, duties in PEOPLE:
        person, password = _person(username, name)
        for body, role, title in posts:
            organization = _body(body)
            post, _ = Post.objects.get_or_create(
                person=person, organization=organization, role=role, defaults={"title": title}
            )
            actors.setdefault(username, Actor(organization, role, person, post))
        first = actors[username]
        reached_for = [first.organization, *map(_body, ALSO_REACHED_FOR.get(username, ()))]
        for body, duty in product(reached_for, duties):
            Contact.objects.get_or_create(
                organization=body, person=person, duty=duty, defaults={"phone": body.phone or "0396-0000000"}
            )
        demo.users.append(
            {
                "username": username,
                "password": password,
                "role": str(first.role),
                "organization": first.organization.name,
            }
        )
    for code in KEYS:
        for old in ApiKey.objects.filter(enterprise__code=code, name=KEY_NAME, revoked_at=None):
            keys.revoke(key=old, now=now)
        _, secret = keys.create(enterprise=code, name=KEY_NAME, now=now)
        demo.keys.append({"enterprise": code, "key": secret})
    if not Shift.objects.exists():
        draw_up_roster(actors, now)
    if not Course.objects.exists():
        demo_training.tell(actors, now)
    if not Drill.objects.exists():
        demo_drills.tell(actors, now)
    if not Incident.objects.exists():
        Story(actors, now).tell()
        demo_plan.tell(actors, now)
    if not Resource.objects.exists():
        demo_resources.load(actors, now)
    if not KeyPeriod.objects.exists():
        demo_key_periods.tell(actors, now)
    return demo


def _person(username: str, name: str) -> tuple[User, str]:
    password = secrets.token_urlsafe(9)
    person, _ = User.objects.get_or_create(username=username, defaults={"name": name})
    person.set_password(password)
    person.is_staff = username == "admin"
    person.save()
    return person, password


def _body(name: str) -> Organization:
    found = Organization.objects.select_related("parent")
    if name in KINDS:
        return found.get(kind=name)
    return found.filter(code=name).first() or found.get(short_name=name)
