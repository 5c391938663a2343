"""What filing a plan (§4.3) asks, and what the office asks when it accepts it or sends it back."""

from django.utils import timezone

from incidents.models import FiledPlan
from incidents.services.register import plan_filing
from incidents.web.act_forms import ActForm, ReasonForm, file_said, text_said
from incidents.web.act_page import NOT_UNDONE, ActPage
from incidents.web.register.register_page import FirmForm
from incidents.web.roster.duty_forms import day_field


class FileForm(FirmForm):
    name = text_said("预案名称", rows=1, length=100)
    version = text_said("版本", rows=1, length=30, help_text="如：2026 年第 1 版")
    adopted_on = day_field("发布日期")
    file = file_said("预案文件", required=True)


class AcceptForm(ActForm):
    record_no = text_said("备案号", rows=1, length=40)
    valid_until = day_field("有效期至")

    def prepare(self):
        self.fields["valid_until"].initial = plan_filing.usual_end(timezone.localdate(self.now))
        self.fields["valid_until"].help_text = f"一般为 {FiledPlan.YEARS} 年（内部规定），可以改"


def _accept(form, data, who):
    row = plan_filing.accept(**who, record_no=data["record_no"], valid_until=data["valid_until"])
    return f"{row.number} 已备案，有效期至 {row.valid_until}。"


def _send_back(form, data, who):
    return f"{plan_filing.send_back(**who, reason=data['reason']).number} 已退回。"


def _withdraw(form, data, who):
    row = plan_filing.withdraw(**who, reason=data["reason"])
    return f"{row.number} 已撤回，可以重新报送。"


FILED_PLAN_PAGES = {
    "filed_plan.accept": ActPage(AcceptForm, _accept, sure=NOT_UNDONE),
    "filed_plan.send_back": ActPage(ReasonForm, _send_back, sure=NOT_UNDONE),
    "filed_plan.withdraw": ActPage(
        ReasonForm, _withdraw, sure="撤回后这一版不再办理，不能恢复；重新报送前，视为未报送。"
    ),
}
