"""The demo's firms and their own safety duty (§4.1, 4.3): one is late, one waits, one has renewed nothing, one is silent."""

from datetime import datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from incidents.models import Organization
from incidents.roles import Actor
from incidents.services.register import hazards, inspecting, plan_filing, safety
from incidents.services.register.inspecting import Found
from incidents.services.report import attaching

PLAN = "一、组织机构\n二、信息报告\n三、应急处置\n四、保障措施\n"


def events(who: dict[str, Actor], now: datetime) -> list[tuple]:
    today = timezone.localdate(now)
    firms = {body.code: body for body in Organization.objects.filter(kind=Organization.Kind.ENTERPRISE)}
    numbers = {}

    def day(ahead: int):
        return today + timedelta(days=ahead)

    def found(name, firm, at, **said):
        row = hazards.register(actor=who[firm], body=firms[firm], now=at, **said)
        numbers[name] = row.number

    def planned(name, firm, at, points, measures, due_on):
        known = {"actor": who[firm], "hazard": numbers[name], "now": at}
        likelihood, consequence = points
        hazards.assess(**known, likelihood=likelihood, consequence=consequence, assessed_by="安全管理员")
        hazards.plan(**known, measures=measures, responsible="站长", due_on=due_on)

    def charging(at):
        words = "电动三轮车充电区紧邻包装材料堆放区，无防火隔离"
        place = {"place": "驿城区分拨中心东侧", "longitude": 114.035, "latitude": 32.986}
        found("charging", "express-a", at, kind="source", words=words, **place)
        planned("charging", "express-a", at, (4, 5), "充电区外移，加装防火隔墙和喷淋", day(-1))

    def shelf(at):
        words = "北侧货架立柱变形"
        found("shelf", "express-b", at, kind="flaw", words=words, place="分拨中心二楼")
        planned("shelf", "express-b", at, (3, 3), "更换立柱，货架限重", day(4))

    def mended(at):
        known = {"actor": who["express-b"], "hazard": numbers["shelf"], "now": at}
        hazards.rectified(**known, words="立柱已更换，张贴限重标识")

    def ramp(at):
        words = "装卸平台无防撞护栏"
        found("ramp", "post-zmd", at, kind="area", words=words, place="邮件处理中心装卸区")

    def inspected(at):
        inspecting.record(
            actor=who["duty"],
            body=firms["express-a"],
            held_on=timezone.localdate(at),
            place="驿城区分拨中心",
            inspectors="检查员甲、检查员乙",
            scope="消防设施、用电、安检设备",
            conclusion="责令限期整改",
            findings=[
                Found("二号通道堆放快件，疏散不畅", day(2), "立即清理，划线管理"),
                Found("灭火器三具过期", day(6), "更换"),
            ],
            now=at,
        )

    def file_plan(firm, at, adopted):
        upload = SimpleUploadedFile("突发事件应急预案.txt", PLAN.encode())
        said = {"name": "突发事件应急预案", "version": f"{adopted.year} 年版", "adopted_on": adopted}
        with attaching.taken_in(upload) as file:
            return plan_filing.file(actor=who[firm], body=firms[firm], file=file, now=at, **said)

    def old_plan(at):
        adopted = timezone.localdate(at) - timedelta(days=3 * 365 - 60)
        row = file_plan("post-zmd", at, adopted)
        told = {"record_no": f"驻邮备〔{adopted.year}〕1号", "valid_until": day(40)}
        plan_filing.accept(actor=who["director"], filed_plan=row.number, now=at, **told)

    def checked(at):
        body, actor = firms["express-a"], who["express-a"]
        rule = {"name": "收寄验视制度", "adopted_on": timezone.localdate(at)}
        safety.state_rule(actor=actor, body=body, now=at, **rule)
        said = {"what": "消防设施、用电、车辆、监控", "checked_on": timezone.localdate(at)}
        safety.file_check(actor=actor, body=body, now=at, **said)

    told = (
        (20, charging),
        (18, old_plan),
        (15, shelf),
        (9, checked),
        (5, inspected),
        (3, mended),
        (2, lambda at: file_plan("express-b", at, timezone.localdate(at))),
        (1, ramp),
    )
    return [(now - timedelta(days=ago), happen) for ago, happen in told]
