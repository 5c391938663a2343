"""保全、解除保全、依申请删除: the acts on what an incident holds of private persons, beside its file."""

from incidents.services.privacy import erasing, holding
from incidents.web.act_forms import ActForm, text_said
from incidents.web.act_page import NOT_UNDONE, ActPage


class HoldForm(ActForm):
    reason = text_said(
        "理由", rows=2, length=300, help_text="如：司法机关调取、行政复议、审计；不要写姓名、电话"
    )


class EraseForm(ActForm):
    value = text_said(
        "姓名或电话",
        rows=1,
        length=60,
        help_text="与登记的一致；本事件中含有它的登记项都会删除，本身不写入台账",
    )
    reason = text_said("理由", rows=2, length=300, help_text="如：本人申请，申请书编号；不要写姓名、电话")


def _hold(form, data, who):
    holding.hold(**who, reason=data["reason"])
    return "已保全：本事件的个人信息暂停删除。"


def _release(form, data, who):
    holding.release(**who, reason=data["reason"])
    return "已解除保全：个人信息到期删除。"


def _erase(form, data, who):
    erased = erasing.erase_on_request(**who, value=data["value"], reason=data["reason"])
    return f"已删除个人信息 {erased.total} 处，另清除副本 {erased.copies} 处。{erasing.LEFT}"


PERSONAL_PAGES = {
    "personal.hold": ActPage(HoldForm, _hold, button="保全"),
    "personal.release": ActPage(
        HoldForm, _release, sure="解除后，已到期的个人信息当日即删除。", button="解除保全"
    ),
    "personal.erase": ActPage(EraseForm, _erase, sure=f"删除后不能恢复。{NOT_UNDONE}", button="删除"),
}
