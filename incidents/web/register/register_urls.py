"""The pages of the firms' registers (§4.1, 4.3); the acts on their entries stand with all others (`matter_kinds`)."""

from django.urls import path

from incidents.web.register import filed_plans, hazards, inspections, plan_import, register_files, safety

urlpatterns = [
    path("preparedness/hazards/", hazards.page, name="hazards"),
    path("preparedness/hazards/new/", hazards.new, name="hazard-new"),
    path("preparedness/hazards/<str:number>/", hazards.one, name="hazard"),
    path("preparedness/plans/", filed_plans.page, name="filed-plans"),
    path("preparedness/plans/new/", filed_plans.new, name="filed-plan-new"),
    path("preparedness/plans/import/", plan_import.page, name="filed-plan-import"),
    path("preparedness/plans/import/template/", plan_import.template, name="filed-plan-template"),
    path("preparedness/plans/<str:number>/", filed_plans.one, name="filed-plan"),
    path("preparedness/inspections/", inspections.page, name="inspections"),
    path("preparedness/inspections/new/", inspections.new, name="inspection-new"),
    path("preparedness/inspections/<str:number>/", inspections.one, name="inspection"),
    path("preparedness/inspections/<str:number>/print/", inspections.paper, name="inspection-print"),
    path("preparedness/findings/<str:number>/", inspections.finding, name="finding"),
    path("preparedness/safety/", safety.page, name="safety-firms"),
    path("preparedness/safety/rules/new/", safety.new_rule, name="safety-rule-new"),
    path("preparedness/safety/rules/<int:pk>/repeal/", safety.repeal, name="safety-rule-repeal"),
    path("preparedness/safety/checks/new/", safety.new_check, name="safety-check-new"),
    path("preparedness/safety/<slug:code>/", safety.one, name="safety"),
    path("preparedness/safety/<slug:code>/interval/", safety.interval, name="safety-interval"),
    path("preparedness/files/<str:number>/", register_files.one, name="register-file"),
]
