"""The events that a webhook can ask for: when each is told, by which clause, and what its `data` looks like.

This table is what the screens, the API and its description show; a test holds the samples to what goes out.
"""

from dataclasses import dataclass

TEST = "webhook.test"


@dataclass(frozen=True)
class EventType:
    code: str
    name: str
    when: str
    clause: str
    sample: dict
    """`data` as it goes out."""


INCIDENT = {
    "href": "/api/v1/incidents/ZMD-2026-0001/",
    "enterprise": "express-a",
    "number": "ZMD-2026-0001",
    "title": "驿城区分拨中心起火",
    "status": "graded",
    "level": "IV",
    "clause": "3.2",
    "words": "ZMD-2026-0001 定为IV级",
    "reason": "",
}
ORDER = {
    "href": "/api/v1/orders/ZMD-2026-0001-T1/",
    "enterprise": "express-a",
    "clause": "5.2.2",
    "number": "ZMD-2026-0001-T1",
    "incident": "ZMD-2026-0001",
    "event_class": "fire",
    "level": "IV",
    "status": "issued",
    "receiver": "express-a",
    "task": "调集车辆转运积压邮件",
    "requirements": "两小时内到达",
    "priority": 1,
    "issued_at": "2026-03-02T03:00:00+08:00",
    "by_phone": False,
    "written_at": "2026-03-02T03:00:00+08:00",
    "acknowledge_by": "2026-03-02T03:30:00+08:00",
    "done_by": None,
    "acknowledged_at": None,
    "released_at": None,
    "release": "",
}
DEADLINE = {
    "href": "/api/v1/incidents/ZMD-2026-0001/",
    "enterprise": "express-a",
    "rule": "R4",
    "name": "书面报告",
    "clause": "5.2.1",
    "owed_to": "应急办",
    "creditor": "OFFICE",
    "basis": "plan",
    "starts_at": "2026-03-02T02:00:00+08:00",
    "due_at": "2026-03-02T04:00:00+08:00",
    "state": "open",
    "incident": "ZMD-2026-0001",
}
WARNING = {
    "href": "/api/v1/warnings/ZMD-W-2026-0001/",
    "enterprise": "express-a",
    "clause": "4.4",
    "number": "ZMD-W-2026-0001",
    "title": "暴雨",
    "status": "issued",
    "level": "III",
    "bulletin": {
        "version": 1,
        "kind": "issue",
        "event_class": "flood",
        "level": "III",
        "starts_at": "2026-03-02T03:00:00+08:00",
        "area": "驻马店市",
        "caution": "注意防范积水",
        "measures": "加固场地，转移邮件",
        "authority": "驻马店市邮政业应急指挥部",
        "note": "",
        "issued_at": "2026-03-02T03:00:00+08:00",
        "cap": None,
    },
}
NOTICE = {
    "href": "/api/v1/notices/1/",
    "enterprise": "express-a",
    "clause": "5.2.4",
    "id": 1,
    "number": "ZMD-2026-0001-N1",
    "title": "关于做好安全防范的通报",
    "words": "请各企业自查消防设施。",
    "sent_at": "2026-03-02T03:00:00+08:00",
    "corrects": None,
}

TYPES = {
    each.code: each
    for each in (
        EventType("order.issued", "下达任务", "指挥部向本企业下达任务", "5.2.2", ORDER),
        EventType("order.written", "补发书面任务", "电话下达的任务补发书面通知", "5.2.2", ORDER),
        EventType(
            "order.released",
            "解除任务",
            "任务解除通知",
            "5.2.6",
            ORDER | {"clause": "5.2.6", "status": "released"},
        ),
        EventType("deadline.reminder", "到期提醒", "时限将到（按该时限的提醒步骤）", "5.2.1", DEADLINE),
        EventType(
            "deadline.breached",
            "超时",
            "到期未报，超过时限的下一秒",
            "5.2.1",
            DEADLINE | {"state": "breached"},
        ),
        EventType(
            "report.requested",
            "催报",
            "应急办催报",
            "5.2.1",
            {
                "href": "/api/v1/incidents/ZMD-2026-0001/",
                "enterprise": "express-a",
                "number": "ZMD-2026-0001",
                "clause": "5.2.1",
                "words": "催报：ZMD-2026-0001 请立即报告",
                "rules": ["R4"],
            },
        ),
        EventType("warning.issued", "发布预警", "预警发布，送达本企业", "4.4", WARNING),
        EventType("warning.changed", "调整预警", "预警级别或内容调整", "4.4", WARNING),
        EventType("warning.lifted", "解除预警", "预警解除", "4.4", WARNING | {"status": "lifted"}),
        EventType(
            "warning.told",
            "预警通报",
            "预警信息通报到本企业（未必已发布）",
            "4.3",
            {key: value for key, value in WARNING.items() if key != "bulletin"}
            | {"clause": "4.3", "words": "请做好防范。"},
        ),
        EventType("notice.sent", "通报", "通报发给本企业", "5.2.4", NOTICE),
        EventType("notice.reminded", "催阅通报", "提醒未阅单位查阅通报", "5.2.4", NOTICE),
        EventType(
            "incident.registered",
            "事件登记",
            "应急办登记涉及本企业的事件，或确定本企业为涉事企业",
            "5.2.1",
            INCIDENT | {"clause": "5.2.1", "status": "reported", "level": None},
        ),
        EventType("incident.graded", "定级", "事件首次定级", "3.2", INCIDENT),
        EventType("incident.regraded", "级别调整", "事件升级或降级", "5.1", INCIDENT | {"clause": "5.1"}),
        EventType(
            "incident.dismissed",
            "不成立",
            "经核实不成立",
            "4.3",
            INCIDENT | {"clause": "4.3", "status": "dismissed"},
        ),
        EventType(
            "incident.merged",
            "并入",
            "并入另一事件，报告义务照旧",
            "4.3",
            INCIDENT | {"clause": "4.3", "status": "merged"},
        ),
        EventType(
            "incident.reopened", "复燃重启", "已结束的事件复燃", "2.2.2", INCIDENT | {"clause": "2.2.2"}
        ),
        EventType(
            "response.started",
            "启动响应",
            "应急响应启动",
            "5.3",
            INCIDENT | {"clause": "5.3", "status": "responding"},
        ),
        EventType(
            "response.ended",
            "响应结束",
            "应急响应结束，请终止本单位响应",
            "5.4.5",
            INCIDENT | {"clause": "5.4.5", "status": "ended"},
        ),
        EventType(
            TEST,
            "测试",
            "按下测试按钮，或调用 test/",
            "5.2.3",
            {"href": "/api/v1/webhooks/1/", "enterprise": "express-a", "words": "这是一条测试消息。"},
        ),
    )
}
CHOICES = [code for code in TYPES if code != TEST]
"""What a webhook may ask for; a test comes in any case."""
