"""The demo's words about the flood: a commander's instruction, a notice that one firm has not read, a release."""

from incidents.models import Notice, PublicRelease
from incidents.services.command import instructing
from incidents.services.notice import informing, notice_reading, publishing


def tell(story):
    """Adds to the story of the demo (`demo_story.Story`)."""

    def on(service, name, actor, model, **arguments):
        def happen(at):
            row = model.objects.get(incident__number=story.numbers["flood"])
            service(actor=story.who[actor], now=at, **{name: row.number}, **arguments)

        return happen

    story.do(
        11,
        instructing.write,
        "commander",
        "flood",
        words="先转移低处邮件，确保人员安全；每小时报一次情况。",
        to=["fire-rescue", "xiping", "post-zmd"],
        urgency=2,
    )
    story.do(
        9,
        informing.draft,
        "director",
        "flood",
        title="西平县境内干线道路积水通报",
        words="受强降雨影响，西平县部分干线道路积水中断，请各企业车辆绕行，加强在途邮件快件看护。",
        to=["fire-rescue", "express-a", "express-b", "post-zmd"],
        sent=True,
    )
    story.do(
        8,
        publishing.draft,
        "director",
        "flood",
        title="关于西平县部分寄递服务受强降雨影响的通告",
        words="受强降雨影响，西平县部分网点暂停收寄，在途邮件快件正在转运，恢复时间另行通告。",
    )
    release = {"name": "release", "model": PublicRelease}
    for minutes, service, who, more in (
        (7, publishing.review, "duty", {}),
        (6, publishing.consult, "duty", {"who": "市委宣传部值班室", "result": "同意发布"}),
        (5, publishing.approve, "commander", {}),
        (4, publishing.publish, "duty", {}),
    ):
        story.at(minutes, on(service, actor=who, **release, **more))
    story.at(3, on(notice_reading.read, "notice", "express-b", Notice))
