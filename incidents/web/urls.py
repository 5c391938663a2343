"""Every page, in one place. A page's module bears the name of what it shows."""

from django.urls import path

from alerts.web import health, inbox, pulse
from incidents.web import accounts, acts, clauses, command, desk, firm, home, incident, intake, plan

urlpatterns = [
    path("", home.home, name="home"),
    path("livez", home.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("healthz", health.healthz, name="healthz"),
    path("metrics", health.metrics, name="metrics"),
    path("pulse/", pulse.pulse, name="pulse"),
    path("login/", accounts.SignIn.as_view(), name="login"),
    path("logout/", accounts.SignOut.as_view(), name="logout"),
    path("desk/", desk.desk, name="desk"),
    path("desk/rows/", desk.rows, name="desk-rows"),
    path("search/", desk.search, name="search"),
    path("intake/", intake.phone, name="intake"),
    path("intake/preview/", intake.preview, name="intake-preview"),
    path("intake/draft/<slug:form>/", intake.draft, name="draft"),
    path("intake/places/", intake.places, name="places"),
    path("incidents/<str:number>/", incident.page, name="incident"),
    path("incidents/<str:number>/live/", incident.live, name="incident-live"),
    path("incidents/<str:number>/act/<str:code>/", acts.act, name="act"),
    path("deadlines/<int:deadline>/<str:code>/", acts.debt_act, name="debt-act"),
    path("command/", command.dashboard, name="command"),
    path("command/figures/", command.figures, name="command-figures"),
    path("firm/", firm.page, name="firm"),
    path("firm/report/", firm.open_incident, name="firm-report"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/read/", inbox.read, name="inbox-read"),
    path("clauses/", clauses.index, name="clauses"),
    path("clauses/<str:number>/", clauses.clause, name="clause"),
    path("plan/", plan.versions, name="plan"),
    path("plan/draft/", plan.draft, name="plan-draft"),
    path("plan/activate/", plan.activate, name="plan-activate"),
]
