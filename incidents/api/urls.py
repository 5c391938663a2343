"""Every path of the API. Each answers with and without its final slash, never by redirect (a redirected
POST would come back as a GET), and what is not here is answered by a problem document."""

from django.urls import re_path

from incidents.api import (
    aftermath,
    attachments,
    call_ups,
    channels,
    command,
    contacts,
    deadlines,
    duty,
    duty_plan,
    guides,
    held_drills,
    incidents,
    instructions,
    key_periods,
    notices,
    orders,
    own_plans,
    problems,
    register_papers,
    registers,
    resources,
    responses,
    sandbox,
    support,
    training,
    training_plan,
    warnings,
    webhooks,
)
from incidents.api.description import page

ONE = r"[^/\x00]{1,40}"
NUMBER = r"incidents/(?P<number>[^/\x00]{1,30})"
COURSE = "training/courses/(?P<course>[0-9]{1,15})"
SHIFT = "duty/shifts/(?P<shift>[0-9]{1,15})"
CHANNEL = "channels/(?P<channel>[0-9]{1,15})"
STEP = "(?P<step>[0-9]{1,15})"
ORDER = rf"orders/(?P<number>{ONE})"
INSTRUCTION = rf"instructions/(?P<number>{ONE})"
CALL_UP = rf"call-ups/(?P<number>{ONE})"
ASKED = rf"evaluation-inputs/(?P<number>{ONE})"
IMPROVEMENT = rf"improvements/(?P<number>{ONE})"

HAZARD = rf"hazards/(?P<number>{ONE})"
FINDING = rf"findings/(?P<number>{ONE})"

HOOK = r"webhooks/(?P<hook>[0-9]{1,15})"
DELIVERY = r"(?P<delivery>[0-9]{1,15})"
WARNING = r"warnings/(?P<number>[^/\x00]{1,30})"


def at(pattern: str, view, name: str = ""):
    """Named by the act that is done there, so that an answer can say where."""
    return re_path(rf"^v1/{pattern}/?\Z", view.as_view(), name=name or view.code or None)


urlpatterns = [
    at(r"incidents", incidents.Incidents),
    at(NUMBER, incidents.OneIncident),
    at(rf"{NUMBER}/reports", incidents.Reports),
    at(rf"{NUMBER}/timeline", incidents.Timeline),
    at(rf"{NUMBER}/attachments", attachments.Attachments),
    at(rf"{NUMBER}/attachments/(?P<attachment>{ONE})", attachments.OneAttachment),
    at(rf"{NUMBER}/response/start", responses.ResponseStart),
    at(rf"{NUMBER}/response/end", responses.ResponseEnd),
    at(rf"{NUMBER}/response/past", responses.ResponsePast, "response.past"),
    at(rf"{NUMBER}/own-plans", own_plans.OwnPlans),
    at(rf"{NUMBER}/own-plans/end", own_plans.EndOwnPlan),
    at(rf"{NUMBER}/guides", guides.Guides),
    at(rf"{NUMBER}/guide-steps/{STEP}/tick", guides.Tick),
    at(rf"{NUMBER}/guide-steps/{STEP}/untick", guides.Untick),
    at(rf"{NUMBER}/support-requests", support.SupportRequests),
    at(rf"{NUMBER}/support-requests/(?P<asked>{ONE})", support.OneSupportRequest),
    at(rf"{NUMBER}/support-requests/(?P<asked>{ONE})/fulfil", support.Fulfil),
    at(r"orders", orders.Orders),
    at(ORDER, orders.OneOrder),
    at(rf"{ORDER}/acknowledge", orders.Acknowledge),
    at(rf"{ORDER}/progress", orders.ReportProgress),
    at(rf"{ORDER}/done", orders.ReportDone),
    at(rf"{ORDER}/confirm", orders.ConfirmRelease),
    at(r"instructions", instructions.Instructions),
    at(INSTRUCTION, instructions.OneInstruction),
    at(rf"{INSTRUCTION}/acknowledge", instructions.AcknowledgeInstruction),
    at(rf"{INSTRUCTION}/answer", instructions.AnswerInstruction),
    at(rf"{INSTRUCTION}/done", instructions.FinishInstruction),
    at(r"call-ups", call_ups.CallUps),
    at(CALL_UP, call_ups.OneCallUp),
    at(rf"{CALL_UP}/agree", call_ups.Agree),
    at(rf"{CALL_UP}/refuse", call_ups.Refuse),
    at(rf"{CALL_UP}/dispatch", call_ups.Dispatch),
    at(rf"{CALL_UP}/arrive", call_ups.Arrive),
    at(rf"{CALL_UP}/give-back", call_ups.GiveBack),
    at(r"resources", resources.Resources),
    at(r"resources/(?P<resource>[0-9]{1,15})", resources.OneResource),
    at(r"duty", duty.Desk),
    at(r"duty/shifts", duty.Shifts),
    at(r"duty/shifts/lay", duty_plan.LayShifts),
    at(SHIFT, duty.OneShift),
    at(rf"{SHIFT}/remove", duty.RemoveShift),
    at(rf"{SHIFT}/end", duty.EndShift),
    at(r"duty/patterns", duty_plan.Patterns),
    at(r"duty/trainings", duty_plan.Trainings),
    at(r"duty/trainings/(?P<training>[0-9]{1,15})/withdraw", duty_plan.WithdrawTraining),
    at(r"training/courses", training.Courses),
    at(COURSE, training.OneCourse),
    at(rf"{COURSE}/results", training.Results),
    at(r"training/workforce", training.Workforce),
    at(r"training/plan", training_plan.TrainingPlan, "api-training-plan"),
    at(r"training/plan/(?P<line_id>[0-9]{1,15})/drop", training_plan.DropPlanned, "api-training-plan-drop"),
    at(
        r"training/plan/(?P<line_id>[0-9]{1,15})/carry-out",
        training_plan.CarryOut,
        "api-training-plan-course",
    ),
    at(r"publicity", training.Activities),
    at(r"meetings", command.Meetings),
    at(rf"meetings/(?P<number>{ONE})", command.OneMeeting),
    at(r"schemes", command.Schemes),
    at(rf"schemes/(?P<number>{ONE})", command.OneScheme),
    at(r"evaluation-inputs", aftermath.EvaluationInputs),
    at(ASKED, aftermath.OneEvaluationInput),
    at(rf"{ASKED}/answer", aftermath.AnswerEvaluation),
    at(r"improvements", aftermath.Improvements),
    at(IMPROVEMENT, aftermath.OneImprovement),
    at(rf"{IMPROVEMENT}/done", aftermath.ImprovementDone),
    at(r"hazards", registers.Hazards),
    at(HAZARD, registers.OneHazard),
    at(rf"{HAZARD}/assess", registers.AssessHazard),
    at(rf"{HAZARD}/plan", registers.PlanHazard),
    at(rf"{HAZARD}/rectified", registers.HazardRectified),
    at(r"findings", registers.Findings),
    at(FINDING, registers.OneFinding),
    at(rf"{FINDING}/rectified", registers.FindingRectified),
    at(r"filed-plans", register_papers.FiledPlans),
    at(rf"filed-plans/(?P<number>{ONE})", register_papers.OneFiledPlan),
    at(rf"filed-plans/(?P<number>{ONE})/withdraw", register_papers.WithdrawPlan),
    at(r"safety-rules", register_papers.SafetyRules),
    at(r"safety-rules/(?P<rule_id>[0-9]{1,15})/repeal", register_papers.RepealRule),
    at(rf"register-files/(?P<number>{ONE})", register_papers.OneRegisterFile),
    at(r"held-drills", held_drills.HeldDrills),
    at(r"safety-checks", register_papers.SafetyChecks),
    at(r"deadlines", deadlines.Deadlines),
    at(r"contacts", contacts.Contacts),
    at(r"key-periods", key_periods.KeyPeriods),
    at(rf"key-periods/(?P<number>{ONE})/reports", key_periods.ZeroReports),
    at(r"roll-calls", key_periods.RollCalls),
    at(rf"roll-calls/(?P<number>{ONE})/answer", key_periods.AnswerRoll),
    at(r"warning-information", warnings.Information),
    at(r"warnings", warnings.Warnings),
    at(WARNING, warnings.OneWarning),
    at(rf"{WARNING}/acknowledge", warnings.Acknowledge),
    at(r"channels", channels.Channels),
    at(CHANNEL, channels.OneChannel),
    at(rf"{CHANNEL}/attempts", channels.Attempts),
    at(rf"{CHANNEL}/pause", channels.PauseChannel, "channel.pause"),
    at(rf"{CHANNEL}/resume", channels.ResumeChannel, "channel.resume"),
    at(rf"{CHANNEL}/test", channels.TestChannel, "channel.test"),
    at(r"notices", notices.Notices),
    at(r"notices/(?P<id>[0-9]{1,15})", notices.OneNotice),
    at(r"notices/(?P<id>[0-9]{1,15})/read", notices.NoticeRead),
    at(r"schema", page.Schema, "schema"),
    at(r"docs", page.Docs, "docs"),
    at(rf"sandbox/{NUMBER}/grade", sandbox.Grade),
    at(r"sandbox/orders", sandbox.Orders),
    at(rf"sandbox/{ORDER}/release", sandbox.Release),
    at(rf"sandbox/{WARNING}/issue", sandbox.Issue),
    at(r"webhooks", webhooks.Webhooks),
    at(HOOK, webhooks.OneWebhook),
    at(rf"{HOOK}/secret/rotate", webhooks.RotateSecret),
    at(rf"{HOOK}/test", webhooks.Test),
    at(rf"{HOOK}/deliveries", webhooks.Deliveries),
    at(rf"{HOOK}/deliveries/{DELIVERY}", webhooks.OneDelivery),
    at(rf"{HOOK}/deliveries/{DELIVERY}/replay", webhooks.Replay),
    re_path(r"", problems.unknown_path),
]
