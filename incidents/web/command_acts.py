"""The acts that the tab 指挥 offers on an incident (§5.4)."""

from incidents.web.expert_acts import EXPERT_PAGES
from incidents.web.group_acts import FORM_PAGES
from incidents.web.meeting_acts import CONVENE_PAGES
from incidents.web.own_plan_acts import OWN_PLAN_PAGES
from incidents.web.scheme_acts import DRAFT_PAGES

COMMAND_PAGES = {**FORM_PAGES, **CONVENE_PAGES, **DRAFT_PAGES, **EXPERT_PAGES, **OWN_PLAN_PAGES}
