"""What the start of the demo's Ⅲ has opened: a meeting, a scheme, an expert heard, two own plans."""

from datetime import datetime, timedelta

from incidents.roles import Actor
from incidents.services.command import expert_pool, experts, schemes
from incidents.services.response import meetings, own_plans
from incidents.services.response.meetings import Decision

EXPERTS = (("专家甲", "建筑物坍塌救援"), ("专家乙", "邮政网路运行"))


def events(who: dict[str, Actor], now: datetime, numbers: dict[str, str]) -> list[tuple]:
    def keep_pool(at):
        for name, field in EXPERTS:
            card = {"name": name, "field": field, "body": "示范单位", "phone": "0396-0000000"}
            expert_pool.keep(actor=who["director"], now=at, reachable="全天", services=["training"], **card)

    def convene(at):
        meetings.convene(
            actor=who["duty"],
            number=numbers["flood"],
            kind="consultation",
            topic="研究西平县营业部搜救和邮件转移",
            means="video",
            place="视频会议室一",
            bodies=["fire-rescue", "xiping"],
            now=at,
        )

    def record(at):
        meetings.record(
            actor=who["duty"],
            meeting=f"{numbers['flood']}-H1",
            chair="总指挥",
            words="消防报告搜救进展；西平县报告道路积水情况。",
            attendance={"fire-rescue": ("present", ""), "xiping": ("deputy", "值班领导")},
            decisions=[Decision("抽排营业部门前积水", "xiping", at + timedelta(hours=2))],
            now=at,
        )

    def name_experts(at):
        chosen = experts.pool_of(who["director"].organization).values_list("pk", flat=True)[:1]
        experts.name(actor=who["commander"], number=numbers["flood"], experts=list(chosen), now=at)

    def draft(at):
        schemes.draft(
            actor=who["director"],
            number=numbers["flood"],
            title="西平县营业部搜救和邮件转移方案",
            assessment="被困一人，墙体仍有坍塌危险；邮件受潮。",
            measures="一、支护后搜救\n二、邮件转移至备用场地",
            now=at,
        )

    def start_own(at):
        own_plans.start(
            actor=who["post-zmd"], number=numbers["flood"], name="企业应急保障预案", by="值班经理", now=at
        )

    told = ((30, keep_pool), (10, convene), (9, name_experts), (9, start_own), (7, draft), (6, record))
    return [(now - timedelta(minutes=ago), happen) for ago, happen in told]
