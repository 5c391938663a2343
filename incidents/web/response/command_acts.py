"""The acts that the tab 指挥 offers on an incident (§5.4)."""

from incidents.web.response.expert_acts import EXPERT_PAGES
from incidents.web.response.group_acts import FORM_PAGES
from incidents.web.response.meeting_acts import CONVENE_PAGES
from incidents.web.response.own_plan_acts import OWN_PLAN_PAGES
from incidents.web.response.scheme_acts import DRAFT_PAGES

COMMAND_PAGES = {**FORM_PAGES, **CONVENE_PAGES, **DRAFT_PAGES, **EXPERT_PAGES, **OWN_PLAN_PAGES}
