"""The demo's drill: planned for tomorrow and directed by 应急办主任, with all others and a script of an hour and a half."""

from datetime import datetime, timedelta

from incidents.models import Post
from incidents.roles import Actor
from incidents.services.drill import drill_people, drill_script, drills
from incidents.services.drill.drill_script import Line

SCENARIO = (
    "凌晨一时，驿城区分拨中心二号库房起火，自动分拣线停运，邮件快件积压；随后国道中断，干线车辆滞留。"
    "各单位按预案报告、定级、响应，演练结束后总结评估。"
)


def tell(actors: dict[str, Actor], now: datetime):
    director = actors["director"]
    drill = drills.plan(
        actor=director,
        now=now,
        title="分拨中心火灾和寄递渠道中断综合演练",
        kind="full",
        contents=["backlog_damage", "channel_interruption", "fire"],
        scenario=SCENARIO,
        planned_at=(now + timedelta(days=1)).replace(minute=0, second=0, microsecond=0),
        speed=10,
    )
    playing = drill_people.eligible(drill.organizer, drill.office).exclude(person=director.person)
    posts = list(playing.values_list("pk", flat=True))
    who = {"actor": director, "number": drill.number, "now": now}
    drill_people.invite(**who, posts=posts)
    firm = Post.objects.filter(pk__in=posts, role="enterprise").order_by("pk").first()
    desk = Post.objects.filter(pk__in=posts, role="duty_officer").order_by("pk").first()
    lines = [
        (desk, 0, "call", "市民来电：示范路分拨中心冒烟，有人跑出来。"),
        (firm, 5, "report", "现场报告：二号库房明火，分拣线断电，两名员工吸入烟雾送医。"),
        (desk, 40, "rumour", "本地论坛传言：快递仓库爆炸，多人死亡。"),
        (firm, 60, "dead_phone", ""),
        (desk, 90, "call", "交警来电：国道因塌方中断，三台干线车滞留。"),
    ]
    drill_script.write_script(
        **who, lines=[Line(minute, kind, post.pk, words) for post, minute, kind, words in lines if post]
    )
