"""The demo's warnings: one in force that a firm has not acknowledged, and one just reported by a firm."""

from collections.abc import Callable
from datetime import datetime, timedelta

from incidents.models import Level
from incidents.roles import Actor
from incidents.services.report.intake import Arrival, Call
from incidents.services.warning import (
    warning_acknowledging,
    warning_assessing,
    warning_intake,
    warning_issuing,
    warning_reporting,
)

HAPPENS = Callable[[datetime], object]
TOLD = ["fire-rescue", "yicheng", "express-a", "post-zmd"]


def events(who: dict[str, Actor], now: datetime) -> list[tuple[datetime, HAPPENS]]:
    """What happens, and when; told through the services."""
    numbers = {}

    def on(service, actor: str, **arguments) -> HAPPENS:
        return lambda at: service(actor=who[actor], number=numbers["rain"], now=at, **arguments)

    def rain_comes(at):
        warning = warning_intake.receive(
            actor=who["duty"],
            arrival=Arrival("PHONE", call=Call("市气象局值班员", "0396-0000000")),
            facts={
                "channel": "METEOROLOGY",
                "source_body": "weather-bureau",
                "title": "驿城区、西平县未来六小时强降雨",
                "event_class": "flood",
                "risk": "市气象局：未来六小时降雨量 100 毫米以上，局地伴有雷暴大风",
                "may_follow": "低洼场地进水，干线道路中断，在途车辆受困",
                "counties_affected": ["驿城区", "西平县"],
            },
            now=at,
        )
        numbers["rain"] = warning.number

    def risk_reported(at):
        warning_intake.receive(
            actor=who["post-zmd"],
            arrival=Arrival("FORM"),
            facts={
                "title": "处理中心分拣机电机过热",
                "event_class": "fire",
                "known_at": now - timedelta(minutes=35),
                "risk": "分拣机电机连续过热报警，电缆有焦味",
                "may_follow": "可能起火，分拣中断",
                "measures_taken": "已停机断电，派人值守",
                "place": "驿城区示范路9号处理中心",
                "counties_affected": ["驿城区"],
            },
            now=at,
        )

    contents = {
        "event_class": "flood",
        "level": Level.III,
        "starts_at": now - timedelta(minutes=200),
        "area": "驿城区、西平县低洼处的分拨中心和网点",
        "caution": "场地进水，道路中断，在途车辆被困；雷电伤人",
        "measures": "转移低处邮件快件，切断低处电源，车辆避开积水路段，加强值守",
        "authority": "驻马店市邮政业突发事件应急指挥部",
    }
    up = {"person": "值班员", "words": "气象部门预报强降雨，建议发布黄色预警"}
    story = (
        (240, rain_comes),
        (232, on(warning_assessing.verify, "duty", with_whom="市气象局值班台", how="电话核对预报")),
        (228, on(warning_reporting.report_up, "duty", to="HEADQUARTERS", **up)),
        (222, on(warning_reporting.report_up, "duty", to="PROVINCE", **up)),
        (
            218,
            on(
                warning_assessing.analyse,
                "duty",
                likelihood="high",
                area="驿城区、西平县",
                severity="多处场地可能进水",
                possible_level=Level.III,
            ),
        ),
        (215, on(warning_assessing.propose, "duty", level=Level.III, reason="六小时雨量将超 100 毫米")),
        (200, on(warning_issuing.issue, "commander", contents=contents, addressees=TOLD)),
        (190, on(warning_acknowledging.acknowledge, "post-zmd")),
        (185, on(warning_acknowledging.acknowledge, "member")),
        (180, on(warning_acknowledging.acknowledge, "county")),
        (10, risk_reported),
    )
    return [(now - timedelta(minutes=minutes), happen) for minutes, happen in story]
