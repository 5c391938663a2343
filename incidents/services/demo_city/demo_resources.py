"""The demo's register of resources: what stands ready where, one supply about to expire, one team on standby."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from incidents.roles import Actor
from incidents.services.call_up import resources, standby

CARDS = (
    ("county", "people", "区应急抢险队", 20, "人", "驿城区", "驿城区解放大道（示例）", 114.02, 32.99, None),
    ("county", "supplies", "防汛编织袋", 2000, "条", "驿城区", "驿城区物资库（示例）", 114.05, 32.97, None),
    ("member", "vehicles", "抢险救援消防车", 3, "辆", "驿城区", "消防救援站（示例）", 114.00, 33.01, None),
    (
        "express-a",
        "vehicles",
        "4.2 米厢式货车",
        8,
        "辆",
        "驿城区",
        "快递企业甲分拨中心（示例）",
        114.07,
        33.00,
        None,
    ),
    ("express-a", "supplies", "干粉灭火器", 60, "具", "驿城区", "快递企业甲分拨中心（示例）", None, None, 20),
    (
        "post-zmd",
        "people",
        "邮件转运突击队",
        15,
        "人",
        "西平县",
        "西平县邮政营业部（示例）",
        114.02,
        33.38,
        None,
    ),
    ("director", "communications", "卫星电话", 2, "部", "驿城区", "应急办值班室（示例）", None, None, None),
)


def load(who: dict[str, Actor], now: datetime):
    for key, kind, name, total, unit, county, place, longitude, latitude, days in CARDS:
        actor = who[key]
        row = resources.keep(
            actor=actor,
            now=now,
            body=actor.organization.code,
            kind=kind,
            name=name,
            total=Decimal(total),
            unit=unit,
            county=county,
            place=place,
            longitude=longitude and Decimal(str(longitude)),
            latitude=latitude and Decimal(str(latitude)),
            expires_on=days and timezone.localdate(now) + timedelta(days=days),
            custodian="保管员",
            phone="0396-0000000",
        )
        if key == "post-zmd":
            standby.stand_by(actor=actor, resource=row.pk, on=True, now=now, words="强降雨预警期间")
