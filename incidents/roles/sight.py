"""What each role sees, in words: `incidents.querysets` decides it; a test holds the two against each other."""

from incidents.models.people import Role

SEES = {
    Role.DUTY_OFFICER: "本应急办的全部事件、预警、任务和台账时间线",
    Role.OFFICE_DIRECTOR: "本应急办的全部事件、预警、任务和台账时间线",
    Role.COMMANDER: "本指挥部所辖应急办的全部事件、预警、任务和台账时间线",
    Role.APPROVER: "报市政府的建议及其事件；送本单位的支援请求；待批准的信息发布",
    Role.MEMBER: "较大以上响应所及的事件；交给、通知到、召集到本单位的事件和预警",
    Role.COUNTY: "发生在或影响本县区的事件；交给、通知到、召集到本单位的事件和预警",
    Role.ENTERPRISE: "本企业及下属企业的事件、时限和任务；发给它们的预警和通报；看不到别的企业的",
    Role.AUDITOR: "本单位所辖应急办的全部事件、预警、任务和台账，只读",
    Role.ADMINISTRATOR: "账号、基础数据和规则；看不到事件，也不作任何处置决定",
}
