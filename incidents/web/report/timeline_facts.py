"""The data of a row of the ledger in the screen's own words."""

from django.utils.dateparse import parse_datetime

from alerts.models import Warning
from incidents.models import Level, Organization, Report, Role
from incidents.services.report.contents import NAMES
from incidents.web.clock_words import moment

WORDS = NAMES | {
    "number": "编号",
    "level": "级别",
    "from": "原为",
    "to": "对象",
    "proposed_level": "建议级别",
    "level_told": "所报级别",
    "because": "依据指标",
    "rule": "规则",
    "creditor": "报告对象",
    "debtor": "责任方",
    "starts_at": "起算",
    "due_at": "到期",
    "met_at": "完成",
    "at": "时间",
    "report": "报告",
    "kind": "种类",
    "arrived_at": "到达时间",
    "told_at": "通话时间",
    "reporter": "报告单位",
    "contents": "报告内容",
    "unknown": "尚不清楚",
    "oral_report": "所称来电",
    "who": "告知何人",
    "words": "内容",
    "with_whom": "向谁核实",
    "how": "如何核实",
    "promised_by": "承诺时间",
    "answered": "已接听",
    "rules": "所催时限",
    "resumes_at": "升级恢复",
    "enterprise": "涉事企业",
    "response": "响应",
    "step": "步骤",
    "people": "送达人员",
    "document_no": "文号",
    "changes": "改动",
    "findings": "原因与经过",
    "responsibility": "责任认定",
    "outcome": "处理情况",
    "channel": "来源渠道",
    "source_body": "发来单位",
    "counties_affected": "可能影响县区",
    "risk": "风险情况",
    "may_follow": "可能引发的后果",
    "measures_taken": "已采取的措施",
    "longitude": "经度",
    "latitude": "纬度",
    "display": "大屏链接",
    "likelihood": "发生概率",
    "area": "可能影响范围",
    "severity": "严重程度",
    "version": "版本",
    "effective_at": "起始时间",
    "caution": "警示事项",
    "authority": "发布机关",
    "phone_words": "电话原话",
    "bodies": "送达单位",
    "day": "日期",
    "item": "措施",
    "owner": "责任单位",
    "warning": "预警",
    "feed_item": "来源条目标识",
    "call_up": "调用",
    "quantity": "数量",
    "place": "地点",
    "recovery": "善后事项",
    "amount": "金额（元）",
    "basis": "依据",
    "what": "事项",
    "given": "已写部分",
    "cause": "起因",
    "nature": "性质",
    "lessons": "经验教训",
    "asked": "征求意见",
    "improvement": "改进措施",
    "decided_by": "决定机关",
    "undertaking": "准备事项",
    "matter": "所涉页面",
    "period": "重点时期",
    "roll_call": "点名",
    "quiet": "无情况",
}

VALUES = {
    **{str(v): label for v, label in Warning.Channel.choices},
    **{str(v): label for v, label in Report.Kind.choices},
    **{str(v): label for v, label in Organization.Kind.choices},
    **{str(v): label for v, label in Role.choices},
    **{str(v): label for v, label in Warning.Likelihood.choices},
}

LEVELS = {"level", "proposed_level", "level_told"}


def facts(data: dict):
    """The data of an entry in the screen's own words; nested data is flattened into rows."""
    for name, value in data.items():
        if isinstance(value, dict):
            yield from facts(value)
        elif value not in (None, "", [], False):
            yield {"name": WORDS.get(name, name), "value": _value(name, value)}


def _value(name: str, value) -> str:
    if value is True:
        return "是"
    if isinstance(value, list):
        return "、".join(NAMES.get(str(item), str(item)) for item in value)
    if name in LEVELS and value in Level.values:
        return Level(value).label
    if isinstance(value, str):
        at = parse_datetime(value) if len(value) >= 19 and value[4:5] == "-" else None
        return moment(at) if at else VALUES.get(value, value)
    return str(value)
