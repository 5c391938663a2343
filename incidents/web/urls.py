"""Every page, in one place. A page's module bears the name of what it shows."""

from django.urls import path

from alerts.web import channels, deliveries, health, inbox, pulse
from incidents.web import (
    accounts,
    acts,
    case_file,
    clauses,
    command,
    deadlines,
    desk,
    duty,
    duty_keep,
    duty_log,
    duty_mine,
    firm,
    guides,
    home,
    incident,
    intake,
    matters,
    order_board,
    orders,
    papers,
    plan,
    telephone,
    warning_intake,
    warnings,
)

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
    path("incidents/<str:number>/orders/", order_board.page, name="incident-orders"),
    path("incidents/<str:number>/guide/", guides.on_incident, name="incident-guide"),
    path("incidents/<str:number>/file/", case_file.page, name="incident-file"),
    path("incidents/<str:number>/file/export/", case_file.export, name="incident-file-export"),
    path("incidents/<str:number>/word/", papers.register, name="incident-word"),
    path(
        "incidents/<str:number>/responses/<int:pk>/<slug:kind>/word/", papers.response, name="response-word"
    ),
    path("incidents/<str:number>/act/<str:code>/", acts.act, name="act"),
    path("warnings/", warnings.index, name="warnings"),
    path("warnings/new/", warning_intake.phone, name="warning-intake"),
    path("warnings/<str:number>/", warnings.page, name="warning"),
    path("warnings/<str:number>/bulletins/<int:version>/", warnings.bulletin, name="warning-bulletin"),
    path(
        "warnings/<str:number>/bulletins/<int:version>/word/", papers.bulletin, name="warning-bulletin-word"
    ),
    path("warnings/<str:number>/act/<str:code>/", acts.warning_act, name="warning-act"),
    path("deadlines/", deadlines.page, name="deadlines"),
    path("telephone/", telephone.page, name="telephone"),
    path("deadlines/<int:deadline>/<str:code>/", acts.debt_act, name="debt-act"),
    *(
        path(f"orders/<str:number>/word/{kind}/", papers.order, {"kind": kind}, name=f"order-word-{kind}")
        for kind in ("notice", "release")
    ),
    path("orders/<str:number>/", orders.page, name="order"),
    *(
        path(f"{kind.slug}/<str:number>/<str:code>/", acts.matter_act, {"kind": kind}, name=kind.url_name)
        for kind in matters.KINDS
    ),
    path("command/", command.dashboard, name="command"),
    path("command/figures/", command.figures, name="command-figures"),
    path("firm/", firm.page, name="firm"),
    path("firm/report/", firm.open_incident, name="firm-report"),
    path("firm/risk/", warning_intake.firm, name="firm-risk"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/read/", inbox.read, name="inbox-read"),
    path("duty/", duty.home, name="duty"),
    path("duty/overview/", duty.overview, name="duty-overview"),
    path("duty/of/<slug:code>/", duty.page, name="duty-roster"),
    path("duty/of/<slug:code>/new/", duty_keep.new_shift, name="duty-new"),
    path("duty/of/<slug:code>/pattern/", duty_keep.pattern, name="duty-pattern"),
    path("duty/of/<slug:code>/training/", duty_keep.training, name="duty-training"),
    path(
        "duty/of/<slug:code>/training/<int:training>/withdraw/",
        duty_keep.withdraw_training,
        name="duty-training-withdraw",
    ),
    path("duty/of/<slug:code>/hand-overs/", duty_mine.hand_overs, name="duty-hand-overs"),
    path("duty/mine/", duty_mine.page, name="duty-mine"),
    path("duty/mine/calendar/", duty_mine.feed_address, name="duty-feed-address"),
    path("duty/feed/<str:secret>.ics", duty_mine.feed, name="duty-feed"),
    path("duty/shifts/<int:shift>/", duty_mine.shift, name="duty-shift"),
    path("duty/shifts/<int:shift>/sign-in/", duty_mine.sign_in, name="duty-sign-in"),
    path("duty/shifts/<int:shift>/hand-over/", duty_mine.hand_over, name="duty-hand-over-write"),
    path("duty/shifts/<int:shift>/swap/", duty_mine.ask_swap, name="duty-swap"),
    *(
        path(f"duty/shifts/<int:shift>/{act}/", duty_keep.keep_shift, {"act": act}, name=f"duty-{act}")
        for act in duty_keep.ACTS
    ),
    *(
        path(
            f"duty/swaps/<int:swap>/{answer}/",
            duty_mine.answer_swap,
            {"answer": answer},
            name=f"duty-swap-{answer}",
        )
        for answer in duty_mine.ANSWERS
    ),
    path("duty/hand-overs/<int:hand_over>/", duty_mine.hand_over_page, name="duty-hand-over"),
    path("duty/log/", duty_log.page, name="duty-log"),
    path("duty/log/note/", duty_log.note, name="duty-log-note"),
    path("duty/log/mark/", duty_log.mark, name="duty-log-mark"),
    path("channels/", channels.page, name="channels"),
    path("channels/add/", channels.add, name="channel-add"),
    path("channels/<int:pk>/", channels.change, name="channel"),
    path("channels/<int:pk>/row/", channels.row, name="channel-row"),
    path("channels/<int:pk>/remove/", channels.remove, name="channel-remove"),
    path("channels/<int:pk>/<slug:code>/", channels.act, name="channel-act"),
    path("deliveries/", deliveries.log, name="deliveries"),
    path("clauses/", clauses.index, name="clauses"),
    path("clauses/<str:number>/", clauses.clause, name="clause"),
    path("guides/", guides.index, name="guides"),
    path("guides/<slug:event_class>/", guides.page, name="guide"),
    path("guides/<slug:event_class>/edit/", guides.edit, name="guide-edit"),
    path("plan/", plan.versions, name="plan"),
    path("plan/draft/", plan.draft, name="plan-draft"),
    path("plan/activate/", plan.activate, name="plan-activate"),
]
