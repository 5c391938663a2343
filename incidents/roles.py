"""The role table (domain §5): who may do what, in which state, by which clause. Asked by screens, API and services."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from incidents import conditions
from incidents.models.access import ApiKey
from incidents.models.incident import Status
from incidents.models.organization import Organization
from incidents.models.people import Post, Role, User
from incidents.models.plan import Level
from incidents.refusals import NotAllowed, WrongState, wrong


@dataclass(frozen=True)
class Actor:
    """Who acts: a person in one of his posts, an enterprise's key, or the system itself."""

    organization: Organization | None = None
    role: str | None = None
    person: User | None = None
    post: Post | None = None
    key: ApiKey | None = None

    def __str__(self):
        if self.post:
            return f"{self.post}（{self.person}）"
        return f"{self.organization}（接口）" if self.key else "系统"


SYSTEM = Actor()

DUTY, DIRECTOR, COMMANDER = Role.DUTY_OFFICER, Role.OFFICE_DIRECTOR, Role.COMMANDER
OFFICE = frozenset({DUTY, DIRECTOR})
ON_ROSTERS = OFFICE | {Role.MEMBER, Role.COUNTY, Role.ENTERPRISE}
"""Who keeps a desk, and so can be on its roster (§5.2.3(2), 5.4.2(1))."""
FIRM = frozenset({Role.ENTERPRISE})
NAMED = frozenset({Role.MEMBER, Role.COUNTY})
RECEIVERS = FIRM | NAMED
APPROVER = frozenset({Role.APPROVER})
UNDER_WAY = frozenset({Status.REPORTED, Status.GRADED, Status.RESPONDING})
UNGRADED = frozenset({Status.REPORTED})
GRADED = frozenset({Status.GRADED, Status.RESPONDING})
COMMAND = frozenset({COMMANDER})
TOLD = frozenset({Role.ENTERPRISE, Role.MEMBER, Role.COUNTY})
# A warning's states stand above this module (`alerts/models/warning.py`): here by their values.
CANDIDATE = frozenset({"candidate"})
UNISSUED = frozenset({"received", "proposed"})
IN_FORCE = frozenset({"issued"})
IN_HAND = UNISSUED | IN_FORCE
OUT = frozenset({"issued", "lifted"})

Condition = Callable[[Any], str | None]


def _no_firm_or_told(incident):
    return "涉事企业已明确并已获知。" if incident.enterprise_id and incident.known_at else None


def _firm_needed(incident):
    return None if incident.enterprise_id else "尚未明确涉事企业。"


def _somebody_to_chase(incident):
    if (
        incident.enterprise_id
        or incident.deadlines.all().answerable().exclude(desk=incident.office_id).exists()
    ):
        return None
    return "尚未明确涉事企业，也没有别的单位欠报。"


def _only_four(incident):
    return None if incident.level == Level.IV else "Ⅳ级响应只在事件为Ⅳ级时由企业启动；Ⅲ级以上由指挥部启动。"


def _not_the_highest(incident):
    return "已是最高级别。" if incident.level == Level.I else None


def _not_the_lowest(incident):
    return "已是最低级别。" if incident.level == Level.IV else None


def _only_three(incident):
    if incident.level != Level.III:
        return "Ⅲ级事件才向市政府提出响应建议（Ⅰ、Ⅱ级由指挥部立即启动）。"
    return None


def _proposal_stands(incident):
    return None if incident.proposal_above_grade else "没有高于现级别的建议。"


def _unverified(subject):
    return "已核实。" if subject.verified_at else None


def _not_declared(subject):
    return "已宣布过可能超出本市处置能力。" if subject.outgrown_at else None


def _no_incident_yet(warning):
    return f"已转为事件 {warning.incident.number}。" if warning.incident_id else None


def _document_to_come(warning):
    waits = warning.bulletins.filter(by_phone=True, document=None).exists()
    return None if waits else "没有待补文号的电话签发。"


def _item_open(warning):
    return None if warning.open_items.filter(settled_at=None).exists() else "没有未办结的待办。"


@dataclass(frozen=True)
class Act:
    """One row of the table. `states` None: the act does not depend on a state. `on`: the model that it is done on."""

    code: str
    name: str
    roles: frozenset
    clause: str
    states: frozenset | None = None
    conditions: tuple[Condition, ...] = ()
    on: str = "incident"

    @property
    def role_names(self) -> str:
        return "、".join(role.label for role in Role if role in self.roles)


TABLE = {
    act.code: act
    for act in (
        Act("incident.open", "接报", OFFICE | FIRM, "5.2.1"),
        Act(
            "report.file", "报送报告", RECEIVERS | OFFICE, "5.2.1", UNDER_WAY | {Status.ENDED, Status.MERGED}
        ),
        Act("oral.confirm", "确认企业来电", OFFICE, "5.2.1", UNDER_WAY | {Status.ENDED, Status.MERGED}),
        Act(
            "incident.name_firm",
            "明确企业并告知",
            OFFICE,
            "5.2.1",
            UNDER_WAY,
            (_no_firm_or_told,),
        ),
        Act(
            "incident.replace_firm",
            "更正涉事企业",
            frozenset({DIRECTOR}),
            "5.2.1",
            UNDER_WAY,
            (_firm_needed,),
        ),
        Act(
            "incident.correct_known_at",
            "更正获知时间",
            OFFICE,
            "5.2.1",
            UNDER_WAY | {Status.MERGED},
            (_firm_needed,),
        ),
        Act(
            "incident.delay_known_at",
            "推后获知时间",
            frozenset({DIRECTOR}),
            "5.2.1",
            UNDER_WAY | {Status.MERGED},
        ),
        Act("incident.verify", "核实", OFFICE, "4.3", UNDER_WAY, (_unverified,)),
        Act("incident.propose_grade", "建议定级", OFFICE, "3.2", UNDER_WAY),
        Act("incident.grade", "定级", frozenset({DIRECTOR}), "3.2", UNGRADED),
        Act("incident.upgrade", "升级", frozenset({DIRECTOR, COMMANDER}), "5.1", GRADED, (_not_the_highest,)),
        Act("incident.downgrade", "降级", frozenset({COMMANDER}), "5.1", GRADED, (_not_the_lowest,)),
        Act(
            "incident.decline_proposal",
            "不采纳升级建议",
            frozenset({DIRECTOR, COMMANDER}),
            "3.2",
            GRADED,
            (_proposal_stands,),
        ),
        Act(
            "incident.dismiss",
            "不成立",
            frozenset({DIRECTOR}),
            "4.3",
            frozenset({Status.REPORTED, Status.GRADED}),
        ),
        Act(
            "incident.merge",
            "并案",
            frozenset({DIRECTOR}),
            "4.3",
            frozenset({Status.REPORTED, Status.GRADED}),
        ),
        Act("report.up", "向上报告", OFFICE, "5.2", UNDER_WAY),
        Act(
            "response.propose",
            "提出Ⅲ级响应建议",
            frozenset({DIRECTOR, COMMANDER}),
            "5.4.1",
            GRADED,
            (_only_three, conditions.no_higher_runs, conditions.nothing_being_decided),
        ),
        Act("response.approve", "批准Ⅲ级响应", APPROVER, "5.4.1", GRADED, (conditions.awaits_approval,)),
        Act(
            "response.approve_by_phone",
            "登记电话批准",
            APPROVER | OFFICE,
            "5.4.1",
            GRADED,
            (conditions.awaits_approval,),
        ),
        Act("response.refuse", "不批准Ⅲ级响应", APPROVER, "5.4.1", GRADED, (conditions.awaits_approval,)),
        Act(
            "response.record_document",
            "补录批准文号",
            APPROVER | OFFICE,
            "5.4.1",
            UNDER_WAY | {Status.ENDED},
            (conditions.document_missing,),
        ),
        Act(
            "response.start_three",
            "启动Ⅲ级响应",
            frozenset({COMMANDER}),
            "5.4.1",
            GRADED,
            (conditions.approved,),
        ),
        Act(
            "response.start_at_once",
            "启动Ⅰ、Ⅱ级响应",
            frozenset({COMMANDER}),
            "5.3",
            GRADED,
            (conditions.one_or_two, conditions.not_at_this_level_yet),
        ),
        Act(
            "response.propose_end",
            "建议结束Ⅲ级响应",
            frozenset({DIRECTOR, COMMANDER}),
            "5.4.5",
            frozenset({Status.RESPONDING}),
            (conditions.three_active,),
        ),
        Act(
            "response.declare_end",
            "宣布Ⅲ级响应结束",
            frozenset({COMMANDER}),
            "5.4.5",
            frozenset({Status.RESPONDING}),
            (conditions.end_proposed,),
        ),
        Act(
            "response.decline_end",
            "不采纳结束建议",
            frozenset({COMMANDER}),
            "5.4.5",
            frozenset({Status.RESPONDING}),
            (conditions.end_proposed,),
        ),
        Act(
            "response.end_on_order",
            "按上级命令结束响应",
            OFFICE | {COMMANDER},
            "5.3",
            frozenset({Status.RESPONDING}),
            (conditions.one_or_two_runs,),
        ),
        Act(
            "order.issue",
            "下达应急任务",
            OFFICE | {COMMANDER},
            "5.2.2",
            GRADED,
            (conditions.grave_enough_for_orders,),
        ),
        Act("order.write", "补发书面任务通知", OFFICE | {COMMANDER}, "5.2.2"),
        Act("order.acknowledge", "签收任务", RECEIVERS, "5.2.2"),
        Act("order.progress", "报告任务进展", RECEIVERS, "5.4.3"),
        Act("order.done", "报告任务完成", RECEIVERS, "5.4.3"),
        Act("order.release", "下达任务解除通知", OFFICE | {COMMANDER}, "5.2.6"),
        Act(
            "order.release_all",
            "解除全部任务",
            OFFICE | {COMMANDER},
            "5.2.6",
            frozenset(Status) - UNGRADED - {Status.CLOSED},
            (conditions.orders_open,),
        ),
        Act("order.confirm", "确认任务解除", RECEIVERS | OFFICE, "5.2.6"),
        Act("support.raise", "请求支援", FIRM | OFFICE | {COMMANDER}, "5.5", UNDER_WAY),
        Act("support.forward", "转报支援请求", OFFICE | {COMMANDER} | APPROVER, "5.5"),
        Act("support.answer", "答复支援请求", OFFICE | {COMMANDER} | APPROVER, "5.5"),
        Act("support.fulfil", "登记支援落实", FIRM | OFFICE | {COMMANDER}, "5.5"),
        Act(
            "response.start",
            "启动Ⅳ级响应",
            FIRM | OFFICE,
            "5.5",
            frozenset({Status.GRADED}),
            (_firm_needed, _only_four),
        ),
        Act(
            "response.end",
            "结束Ⅳ级响应",
            FIRM | OFFICE,
            "5.5",
            frozenset({Status.RESPONDING}),
            (_only_four, conditions.four_runs),
        ),
        Act("item.settle", "办结待办", OFFICE, "4.3", UNDER_WAY | {Status.ENDED}),
        Act(
            "firm.chase",
            "催报",
            OFFICE,
            "5.2.1",
            UNDER_WAY | {Status.ENDED, Status.MERGED},
            (_somebody_to_chase,),
        ),
        Act("debt.waive", "豁免时限", frozenset({DIRECTOR}), "5.2.1"),
        Act("debt.write_off", "核销超时", frozenset({DIRECTOR}), "6.4"),
        Act("debt.acknowledge", "知悉", OFFICE | {COMMANDER}, "5.2.3"),
        Act("debt.chase", "催报", OFFICE, "5.2.1"),
        Act(
            "incident.end",
            "无需响应，结束",
            frozenset({DIRECTOR}),
            "5.4.5",
            frozenset({Status.GRADED}),
        ),
        Act(
            "incident.evaluate",
            "总结评估",
            frozenset({DIRECTOR, COMMANDER}),
            "6.2",
            frozenset({Status.ENDED}),
        ),
        Act("incident.investigate", "调查处理", frozenset({DIRECTOR}), "6.3", frozenset({Status.ENDED})),
        Act("incident.close", "归档", frozenset({DIRECTOR}), "6.3", frozenset({Status.ENDED})),
        Act(
            "incident.reopen",
            "复燃重启",
            frozenset({COMMANDER}),
            "2.2.2",
            frozenset({Status.ENDED, Status.CLOSED}),
        ),
        Act("duty.roster", "排班", ON_ROSTERS - {DUTY}, "5.2.3"),
        Act("duty.train", "登记培训", ON_ROSTERS - {DUTY}, "8.2"),
        Act("duty.swap", "换班", ON_ROSTERS, "5.2.3"),
        Act("duty.sign_in", "签到", ON_ROSTERS, "5.2.3"),
        Act("duty.hand_over", "交接班", ON_ROSTERS, "5.2.3"),
        Act("duty.log", "记值班日志", OFFICE, "5.4.2"),
        Act("channel.own", "设置本人的通知渠道", frozenset(Role), "5.2.3"),
        Act(
            "channel.body",
            "设置单位的通知渠道",
            frozenset({Role.ADMINISTRATOR, DIRECTOR, Role.ENTERPRISE}),
            "5.2.3",
        ),
        Act(
            "incident.declare_outgrown",
            "可能超出本市能力",
            OFFICE | COMMAND,
            "4.3",
            UNDER_WAY,
            (_not_declared,),
        ),
        Act("plan.draft", "编辑预案草案", frozenset({Role.ADMINISTRATOR, DIRECTOR}), "8.4"),
        Act("plan.activate", "预案生效", frozenset({DIRECTOR}), "8.4"),
        Act("warning.receive", "登记预警信息", OFFICE | FIRM, "4.2"),
        *(
            Act(f"warning.{code}", name, roles, clause, states, conditions, on="warning")
            for code, name, roles, clause, states, *conditions in (
                ("accept", "接收", OFFICE, "4.2", CANDIDATE),
                ("set_aside", "搁置", OFFICE, "4.2", CANDIDATE),
                ("verify", "核实", OFFICE, "4.3", IN_HAND, _unverified),
                ("analyse", "分析研判", OFFICE, "4.3", IN_HAND),
                ("report_up", "向上报告", OFFICE, "4.3", IN_HAND | {"lifted", "dismissed"}),
                ("tell", "通报有关部门", OFFICE, "4.3", IN_HAND),
                ("settle_item", "办结待办", OFFICE, "4.3", IN_HAND | {"lifted"}, _item_open),
                ("measure", "落实措施", OFFICE, "4.3", IN_HAND),
                ("propose", "建议发布", OFFICE, "4.3", UNISSUED),
                ("dismiss", "不成立", OFFICE, "4.3", UNISSUED),
                ("issue", "发布预警", COMMAND, "4.4", frozenset({"proposed"})),
                ("adjust", "调整级别", COMMAND, "4.4", IN_FORCE),
                ("lift", "解除预警", COMMAND, "4.4", IN_FORCE),
                ("log_issue", "记录电话发布", OFFICE, "4.4", frozenset({"proposed"})),
                ("log_adjust", "记录电话调整", OFFICE, "4.4", IN_FORCE),
                ("log_lift", "记录电话解除", OFFICE, "4.4", IN_FORCE),
                ("document", "补录文号", OFFICE | COMMAND, "4.4", OUT, _document_to_come),
                ("daily", "报日报", OFFICE, "4.3", OUT),
                ("set_interval", "设定报送间隔", COMMAND, "4.3", IN_FORCE),
                ("outgrown", "可能超出本市能力", OFFICE | COMMAND, "4.3", IN_HAND, _not_declared),
                ("become_incident", "转为突发事件", OFFICE, "4.3", IN_HAND, _no_incident_yet),
                ("acknowledge", "签收", TOLD, "4.3", IN_HAND | {"lifted", "dismissed"}),
            )
        ),
    )
}
"""What the commander says by telephone the office writes down word for word (`log_…`); the decision stays his."""


def require(actor: Actor, code: str, subject: Any = None) -> Act:
    """403 if the post may not, then 409 if the state does not allow it."""
    act = TABLE[code]
    if actor.role not in act.roles:
        raise NotAllowed(f"“{act.name}”须由{act.role_names}办理。", "role", act.clause)
    if why := why_not_now(act, subject):
        raise WrongState(why, "wrong_state", act.clause)
    return act


def why_not_now(act: Act, subject: Any) -> str | None:
    """What stands in the way on this incident or warning."""
    if subject is None:
        return None
    if act.states is not None and subject.status not in act.states:
        return f"{subject.noun}处于“{subject.get_status_display()}”，不能{act.name}。"
    return next((why for condition in act.conditions if (why := condition(subject))), None)


@dataclass(frozen=True)
class Offer:
    """An act as offered to a person: the posts in which it may be done, or why it may not be done now."""

    act: Act
    actors: tuple[Actor, ...]
    why_not: str | None

    @property
    def allowed(self) -> bool:
        return self.why_not is None


@dataclass(frozen=True)
class Caller:
    """Who stands at the door, with every post in which he might act."""

    actors: tuple[Actor, ...]

    @classmethod
    def of_user(cls, user: User) -> "Caller":
        posts = user.posts.filter(is_active=True, organization__is_active=True).select_related("organization")
        return cls(tuple(Actor(post.organization, post.role, user, post) for post in posts))

    @classmethod
    def of_key(cls, key: ApiKey) -> "Caller":
        return cls((Actor(key.enterprise, Role.ENTERPRISE, key=key),))

    @property
    def roles(self) -> set[str]:
        return {actor.role for actor in self.actors}

    def actors_for(self, code: str) -> tuple[Actor, ...]:
        return tuple(actor for actor in self.actors if actor.role in TABLE[code].roles)

    def actor_for(self, code: str, post_id: int | None = None) -> Actor:
        """The post to act in; where several would do, the person picks by `post_id`."""
        able = self.actors_for(code)
        if post_id is not None:
            able = tuple(actor for actor in able if actor.post and actor.post.pk == post_id)
        if not able:
            act = TABLE[code]
            raise NotAllowed(f"“{act.name}”须由{act.role_names}办理。", "role", act.clause)
        if len(able) > 1:
            raise wrong("/post", "choose_post", "您有多个职务可办理此事，请选择以何职务办理。", "2.2.1")
        return able[0]

    def offers(self, subject: Any, codes: Iterable[str] = TABLE) -> list[Offer]:
        """Every act on the incident or warning, with the posts that may do it and what stands in its way."""
        offers = []
        for code in codes:
            act = TABLE[code]
            if act.states is None or act.on != subject._meta.model_name:
                continue
            able = self.actors_for(code)
            why = why_not_now(act, subject) if able else f"须由{act.role_names}办理。"
            offers.append(Offer(act, able, why))
        return offers
