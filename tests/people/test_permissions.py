"""权限一览: every act of the role table, in the words of the table itself."""

from django.urls import reverse

from incidents.models import Role
from incidents.querysets import visible_incidents
from incidents.roles import TABLE, Caller
from incidents.roles.sight import SEES
from incidents.web.identity.permissions import parts, refusals_of, seen_by, standings_of
from tests.cast import call_in
from tests.screens.stage import sign_in, text_of


def test_every_act_appears_with_its_roles_its_clause_and_what_stands_in_its_way(cast):
    lines = [line for part in parts() for line in part]
    assert [line.act for line in lines] == list(TABLE.values())
    words = text_of(sign_in(cast.auditor).get(reverse("permissions")))
    for act in TABLE.values():
        assert act.name in words and act.role_names in words and f"§{act.clause}" in words
        for condition in act.conditions:
            assert refusals_of(condition), f"{act.code}: {condition} refuses in no words"
    assert "Ⅲ级响应须经市政府批准后启动" in words and "状态：" in words


def test_every_role_says_what_it_sees(cast):
    assert SEES.keys() == set(Role)
    call_in(cast)
    sees_nothing = {actor for actor in vars(cast).values() if not visible_incidents([actor]).exists()}
    assert {actor.role for actor in sees_nothing} == {
        Role.APPROVER, Role.MEMBER, Role.ENTERPRISE, Role.ADMINISTRATOR,
    }  # fmt: skip
    assert "看不到事件" in SEES[Role.ADMINISTRATOR]


def test_what_one_person_may_do_and_sees_is_what_the_table_and_the_querysets_say(cast):
    call_in(cast)
    person = cast.duty_officer.person
    client = sign_in(cast.administrator)
    page = client.get(reverse("permissions"), {"person": person.pk})
    standing = page.context["standings"][0]
    may = [line.act for line in standing.lines]
    assert may == [act for act in TABLE.values() if Role.DUTY_OFFICER in act.roles]
    assert dict(page.context["seen"])["突发事件"] == 1 and "突发事件 1" in text_of(page)
    assert dict(seen_by(Caller((cast.administrator,))))["突发事件"] == 0
    assert standings_of(Caller(())) == []
    assert client.get(reverse("permissions"), {"person": "999999"}).status_code == 404
    assert sign_in(cast.commander).get(reverse("permissions")).status_code == 404
