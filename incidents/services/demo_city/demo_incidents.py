"""The demo's incidents, each as far as it has come: closed last week, overdue, under way, just received."""

from datetime import timedelta

from incidents.models import Level
from incidents.services.closure import aftermath, closing
from incidents.services.command import ordering
from incidents.services.debt import chasing
from incidents.services.notice import reporting_up
from incidents.services.report import firm_clock
from incidents.services.response import approving, commanding, grading, responding


def tell(story):
    """Adds to the story of the demo (`demo_story.Story`)."""
    _closed_last_week(story)
    _overdue_fire(story)
    _four_under_way(story)
    _flood_of_level_three(story)
    _leak_filed_over_the_api(story)
    _crowd_told_by_police(story)


def _closed_last_week(story):
    week = 7 * 24 * 60
    story.call(
        "closed",
        "duty",
        week,
        week + 10,
        {
            "title": "平舆县网点电动三轮车电池起火",
            "event_class": "fire",
            "county": "平舆县",
            "place": "平舆县示范路8号网点",
            "enterprise": "post-zmd",
        },
        {"deaths": 0, "serious_injuries": 0, "loss_yuan": 8000, "impact": "一辆三轮车烧毁"},
    )
    name = "closed"
    story.do(week - 9, grading.verify, "duty", name, with_whom="网点负责人", how="电话回访")
    story.do(
        week - 12,
        reporting_up.report_up,
        "duty",
        name,
        to="HEADQUARTERS",
        person="总指挥",
        words="一般火情",
    )
    story.do(week - 15, grading.grade, "director", name, level=Level.IV)
    story.do(week - 20, responding.start_four, "post-zmd", name, measures="启动本单位火灾预案")
    story.file(week - 60, "post-zmd", name, "WRITTEN", _written(loss_yuan=8000, impact="一辆三轮车烧毁"))
    story.do(week - 200, responding.end_four, "post-zmd", name, result="明火扑灭，邮件转运完毕")
    story.file(week - 1500, "post-zmd", name, "FINAL", {"measures": "已更换车辆并排查充电设施"})
    story.do(
        week - 1600,
        aftermath.adopt_investigation,
        "director",
        name,
        findings="电池老化短路",
        responsibility="网点未按规定更换电池",
        outcome="约谈网点负责人，限期整改",
    )
    story.do(week - 1700, closing.close, "director", name)


def _overdue_fire(story):
    story.call(
        "fire",
        "duty",
        168,
        175,
        {
            "title": "驿城区分拨中心传送带起火",
            "event_class": "fire",
            "county": "驿城区",
            "place": "驿城区示范大道12号分拨中心",
            "enterprise": "express-a-hub",
        },
        {"deaths": 0, "serious_injuries": 1, "loss_yuan": 300000, "impact": "一条传送带停用"},
    )
    story.do(150, grading.verify, "duty", "fire", with_whom="分拨中心值班员", how="电话回访")
    story.do(147, grading.grade, "director", "fire", level=Level.IV)
    story.do(
        140,
        reporting_up.report_up,
        "duty",
        "fire",
        to="HEADQUARTERS",
        person="总指挥",
        words="一般火情，一人受伤",
    )
    story.do(
        40,
        chasing.chase,
        "duty",
        "fire",
        answered_by="企业甲值班员",
        promised="半小时内补报书面报告",
        promised_by=lambda at: at + timedelta(minutes=30),
    )


def _four_under_way(story):
    story.call(
        "backlog",
        "express-a",
        95,
        101,
        {
            "title": "上蔡县网点快件积压",
            "event_class": "backlog_damage",
            "county": "上蔡县",
            "place": "上蔡县示范街3号网点",
            "enterprise": "express-a-shangcai",
        },
        _written(loss_yuan=20000, impact="约六千件快件积压", unit="快递企业甲（上蔡县网点）")
        | {"oral_report": {"to": "应急办值班员", "at": story.now - timedelta(minutes=99)}},
        channel="FORM",
    )
    story.at(
        85,
        lambda at: firm_clock.confirm_oral(
            actor=story.who["duty"],
            number=story.numbers["backlog"],
            report_number=f"{story.numbers['backlog']}-R1",
            now=at,
        ),
    )
    story.do(80, grading.verify, "duty", "backlog", with_whom="企业甲值班员", how="电话核对")
    story.do(78, grading.grade, "director", "backlog", level=Level.IV)
    story.do(
        70,
        reporting_up.report_up,
        "duty",
        "backlog",
        to="HEADQUARTERS",
        person="总指挥",
        words="快件积压",
    )
    story.do(66, responding.start_four, "express-a", "backlog", measures="调车分流，延长营业时间")


def _flood_of_level_three(story):
    story.call(
        "flood",
        "duty",
        34,
        38,
        {
            "title": "西平县暴雨积水致营业场所坍塌",
            "event_class": "flood",
            "origin": "outside_natural",
            "county": "西平县",
            "counties_affected": ["遂平县", "上蔡县"],
            "place": "西平县示范路1号营业部",
            "enterprise": "post-xiping",
        },
        {
            "deaths": 2,
            "missing": 1,
            "serious_injuries": 4,
            "network_scope": "county",
            "impact": "营业部坍塌",
        },
    )
    story.do(26, grading.verify, "duty", "flood", with_whom="西平县应急管理局", how="电话核实")
    story.do(
        24,
        reporting_up.report_up,
        "duty",
        "flood",
        to="HEADQUARTERS",
        person="总指挥",
        words="三人死亡失踪",
    )
    story.do(22, grading.grade, "director", "flood", level=Level.III)
    story.do(18, reporting_up.propose_response, "director", "flood", words="建议启动Ⅲ级响应，请市政府批准")
    story.do(15, approving.approve, "approver", "flood", document_no="驻政文〔2026〕演示1号")
    story.do(
        13,
        commanding.start_three,
        "commander",
        "flood",
        every=timedelta(hours=2),
        bodies={"fire-rescue": timedelta(hours=1), "xiping": None},
    )
    story.file(12, "post-zmd", "flood", "BRIEF", _written(deaths=2, missing=1, serious_injuries=4))
    story.do(
        11,
        ordering.issue,
        "commander",
        "flood",
        to="fire-rescue",
        task="搜救西平县营业部被困人员",
        requirements="两辆救援车、生命探测仪，到场即报现场指挥负责人",
        priority=1,
        done_by=lambda at: at + timedelta(hours=3),
    )
    story.at(8, lambda at: _fire_brigade_acknowledges(story, at))
    story.do(
        5,
        ordering.issue,
        "commander",
        "flood",
        to="post-zmd",
        task="转移西平县营业部邮件，启用备用场地",
        requirements="清点邮件数量并报应急办",
        done_by=lambda at: at + timedelta(hours=4),
    )


def _fire_brigade_acknowledges(story, at):
    ordering.acknowledge(
        actor=story.who["member"],
        order=f"{story.numbers['flood']}-T1",
        now=at,
        on_scene=ordering.OnScene("救援站站长", "0396-0000000", "西平县示范路1号"),
    )


def _leak_filed_over_the_api(story):
    story.call(
        "leak",
        "express-b",
        6,
        20,
        {
            "title": "面单系统疑似泄露用户信息",
            "event_class": "data_leak",
            "county": "驿城区",
            "place": "驿城区科技路6号机房",
            "enterprise": "express-b",
        },
        _written(records_leaked=12_000_000, impact="面单查询接口被批量调用", unit="快递企业乙（驻马店）"),
        channel="FORM",
    )


def _crowd_told_by_police(story):
    story.call(
        "crowd",
        "duty",
        15,
        None,
        {
            "title": "高新区分拨点门口有人聚集堵门",
            "event_class": "hub_blockade",
            "county": "高新技术产业开发区",
            "place": "高新区示范路20号",
        },
        {"impact": "约二十人聚集，车辆不能进出"},
        informant="POLICE",
    )


def _written(**figures) -> dict:
    """A written report with all contents of §5.2.1."""
    return {
        "unit": "邮政企业（驻马店）",
        "source": "现场值班员",
        "deaths": 0,
        "missing": 0,
        "serious_injuries": 0,
        "loss_yuan": 0,
        "records_leaked": None,
        "network_scope": None,
        "impact": "现场情况见附述",
        "measures": "已组织人员处置",
        "superior_unit_told": None,
        "unknown": ["development"],
    } | figures
