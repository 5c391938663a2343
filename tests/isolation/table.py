"""Every route and who may see what its address names: the one list, held against the URL map by a test.

A row: the objects that its parameters name, in order (a kind of the stage, or `=` and a word that stands there as it
is) | who may read (GET) | who may act (POST) | who knows of it and is refused by his post (403) | who may change it (PUT,
PATCH, DELETE), if a resource has that. To everybody else it does not exist (404). `*` is everybody who is signed in, `+` anybody at all, `0` nobody, `-` a method that the route does not know.
"""

from dataclasses import dataclass

LETTERS = {
    "D": "duty_officer",
    "O": "office_director",
    "C": "commander",
    "P": "approver",
    "M": "member",
    "Y": "county",
    "E": "enterprise",
    "A": "auditor",
    "S": "administrator",
}
SEE_ALL = "DOCAS"
"""Who sees another firm's as they see this one's. Of others an `!` says so, where both sides' came to their body."""

TABLE = """
(home)                                                     |                                      | *        | *
livez                                                      |                                      | +        | +
readyz                                                     |                                      | +        | -
healthz                                                    |                                      | +        | -
metrics                                                    |                                      | +        | -
pulse/                                                     |                                      | *        | -
login/                                                     |                                      | +        | +
login/verify/                                              |                                      | *        | *
login/password/                                            |                                      | *        | *
login/enrol/                                               |                                      | *        | *
login/passkey/begin/                                       |                                      | -        | +
login/passkey/                                             |                                      | -        | +
login/sso/                                                 |                                      | 0        | 0
login/sso/callback/                                        |                                      | 0        | 0
account/                                                   |                                      | *        | -
account/password/                                          |                                      | *        | *
account/app/                                               |                                      | *        | *
account/passkey/                                           |                                      | *        | -
account/passkey/begin/                                     |                                      | -        | *
account/passkey/complete/                                  |                                      | -        | *
account/codes/                                             |                                      | *        | -
account/codes/new/                                         |                                      | *        | *
account/factors/<kind>/<pk>/rename/                        | =app factor                          | E        | E
account/factors/<kind>/<pk>/remove/                        | =app factor                          | E        | E
account/help/                                              |                                      | S        | -
account/help/<pk>/unlock/                                  | person                               | S        | S
account/help/<pk>/reset/                                   | person                               | S        | S
logout/                                                    |                                      | -        | +
robots.txt                                                 |                                      | +        | -
public/                                                    |                                      | +        | -
public/<number>/                                           | release                              | 0        | -
cap/feed.atom                                              |                                      | +        | -
cap/<identifier>.xml                                       | cap                                  | +        | -
wall/<secret>/                                             | wall                                 | +        | -
wall/<secret>/figures/                                     | wall                                 | +        | -
duty/feed/<secret>.ics                                     | feed                                 | +        | -
session/                                                   |                                      | +        | *
session/again/                                             |                                      | *        | -
session/resume/                                            |                                      | *        | *
account/sessions/                                          |                                      | *        | *
account/sessions/<pk>/end/                                 | =0                                   | -        |
people/                                                    |                                      | S        | -
people/new/                                                |                                      | S        | S
people/permissions/                                        |                                      | AS       | -
people/<pk>/                                               | person                               | S        | S
people/<pk>/assign/                                        | person                               | S        | S
people/<pk>/password/                                      | person                               | S        | S
people/<pk>/deactivate/                                    | person                               | S        | S
people/<pk>/reactivate/                                    | person                               | S        | S
people/<pk>/sessions/end/                                  | person                               | -        | S
people/posts/<pk>/end/                                     | post                                 | S        | S
desk/                                                      |                                      | DOCA     | -
desk/rows/                                                 |                                      | DOCA     | -
search/                                                    |                                      | DOCPMYEA | -
search/suggestions/                                        |                                      | DOCPMYEA | -
intake/                                                    |                                      | DO       | DO
intake/preview/                                            |                                      | -        | DO
intake/draft/<form>/                                       | =intake                              | *        | *
intake/places/                                             |                                      | *        | -
incidents/<number>/                                        | incident                             | DOCPMYEA | -
incidents/<number>/live/                                   | incident                             | DOCPMYEA | -
incidents/<number>/attachments/                            | incident                             | DOCPMYEA | DOCMYE | PA
incidents/<number>/attachments/<attachment>/               | incident attachment                  | DOCPMYEA | -
incidents/<number>/orders/                                 | incident                             | DOCPMYEA | -
incidents/<number>/guide/                                  | incident                             | DOCEA    | -
incidents/<number>/file/                                   | incident                             | DOCA     | -
incidents/<number>/file/export/                            | incident                             | -        | DOCA
incidents/<number>/replay/                                 | incident                             | DOCA     | -
incidents/<number>/word/                                   | incident                             | DOCPMYEA | -
incidents/<number>/responses/<pk>/<kind>/word/             | incident response =start             | DOCPMYEA | -
incidents/<number>/briefs/                                 | incident                             | DOCA     | -
incidents/<number>/act/<code>/                             | incident =report.file                | DOMYE    | DOMYE  | CPA
incidents/<number>/command/                                | incident                             | DOCMYEA  | -
incidents/<number>/call-ups/                               | incident                             | DOCA     | -
incidents/<number>/call-ups/offers/                        | incident                             | DOC      | -
incidents/<number>/after/                                  | incident                             | DOCA     | -
incidents/<number>/after/<paper>/                          | incident =evaluation                 | DOCA     | -
incidents/<number>/instructions/                           | incident                             | DOCPMYEA | -
incidents/<number>/words/                                  | incident                             | DOCPMYEA | -
call-ups/                                                  |                                      | DOCA     | -
call-ups/<number>/                                         | call_up                              | DOCMEA   | -
call-ups/<number>/receipt/                                 | call_up                              |          |
instructions/                                              |                                      | DOCMYEA  | -
instructions/new/<code>/                                   | =instruction.write                   | C        | C
instructions/<number>/                                     | instruction                          | DOCMYEA  | -
notices/                                                   |                                      | DOCMYEA  | -
notices/<number>/                                          | notice                               | DOCMYEA  | -
releases/<number>/                                         | release                              | DOCA     | -
warnings/                                                  |                                      | DOCMYEA  | -
warnings/new/                                              |                                      | DO       | DO
warnings/import/                                           |                                      | DO       | DO
warnings/<number>/                                         | warning                              | DOCMYEA  | -
warnings/<number>/live/                                    | warning                              | DOCMYEA  | -
warnings/<number>/bulletins/<version>/                     | warning bulletin                     | DOCMYEA  | -
warnings/<number>/bulletins/<version>/word/                | warning bulletin                     | DOCMYEA  | -
warnings/<number>/act/<code>/                              | warning =warning.lift                | C        | C      | DOMYEA
deadlines/                                                 |                                      | DOCPMYEA | -
telephone/                                                 |                                      | DOC      | -
deadlines/<deadline>/<code>/                               | debt =debt.waive                     | O        | O      | DCEA
orders/<number>/word/notice/                               | order                                | DOCEA    | -
orders/<number>/word/release/                              | order                                |          | -
orders/<number>/                                           | order                                | DOCEA    | -
briefs/                                                    |                                      | DOCP!A   | -
briefs/<number>/                                           | brief                                | DOCP!A   | -
briefs/<number>/edit/                                      | brief                                | DO       | DO     | CP!A
briefs/<number>/word/                                      | brief                                | DOCP!A   | -
briefs/<number>/fax/                                       | brief                                | DOCA     | -
meetings/<number>/                                         | meeting                              | DOCMYA   | -
meetings/<number>/word/                                    | meeting                              | DOCMYA   | -
schemes/<number>/                                          | scheme                               | DOCA     | -
schemes/<number>/word/                                     | scheme                               | DOCA     | -
personal/<of>/<pk>/                                        | =entry entry                         | DO       | DO
audit/personal/                                            |                                      | OA       | OA
preparedness/                                              |                                      | DOCAMYE  | -
statistics/                                                |                                      | DOCYEA   | -
statistics/incidents/                                      |                                      | DOCYEA   | -
statistics/warnings/                                       |                                      | DOCYEA   | -
statistics/drills/                                         |                                      | DOCYEA   | -
statistics/book/                                           |                                      | DOCYEA   | -
statistics/report/                                         |                                      | DOC      | -
preparedness/hazards/                                      |                                      | DOCAYE   | -
preparedness/hazards/new/                                  |                                      | DOYE     | DOYE
preparedness/hazards/<number>/                             | hazard                               | DOCYEA   | -
preparedness/hazards/<number>/<code>/                      | hazard =hazard.assess                | DOE      | DOE    | CYA
preparedness/inspections/                                  |                                      | DOCAYE   | -
preparedness/inspections/new/                              |                                      | DOY      | DOY
preparedness/inspections/<number>/                         | inspection                           | DOCY!EA  | -
preparedness/inspections/<number>/print/                   | inspection                           | DOCY!EA  | -
preparedness/findings/<number>/                            | finding                              | DOCY!EA  | -
preparedness/findings/<number>/<code>/                     | finding =finding.rectified           | E        | E      | DOCY!A
preparedness/plans/                                        |                                      | DOCAYE   | -
preparedness/plans/new/                                    |                                      | DOE      | DOE
preparedness/plans/import/                                 |                                      | DOE      | DOE
preparedness/plans/import/template/                        |                                      | DOE      | -
preparedness/plans/<number>/                               | filed_plan                           | DOCY!EA  | -
preparedness/plans/<number>/<code>/                        | filed_plan =filed_plan.accept        | DO       | DO     | CY!EA
preparedness/safety/                                       |                                      | DOCAYE   | -
preparedness/safety/rules/new/                             |                                      | E        | E
preparedness/safety/rules/<pk>/repeal/                     | safety_rule                          | E        | E
preparedness/safety/checks/new/                            |                                      | E        | E
preparedness/safety/<code>/                                | firm_code                            | DOCY!EA  | -
preparedness/safety/<code>/interval/                       | firm_code                            | DO       | DO
preparedness/files/<number>/                               | register_file                        | DOCY!EA  | -
preparedness/sheets/<code>/                                | =experts                             | DOC      | DO
preparedness/sheets/<code>/template/                       | =experts                             | DOC      | -
preparedness/sheets/<code>/import/                         | =experts                             | -        | DOC
preparedness/sheets/<code>/export/                         | =experts                             | -        | DOC
preparedness/paper-kit/                                    |                                      | DOC      | DOC
preparedness/map/                                          |                                      | DOCMYEA  | -
preparedness/resources/                                    |                                      | DOCMYEA  | -
preparedness/resources/new/                                |                                      | DOMYE    | DOMYE
preparedness/resources/<pk>/                               | resource                             | DOCEA    | -
preparedness/resources/<pk>/edit/                          | resource                             | DOE      | DOE
preparedness/resources/<pk>/standby/                       | resource                             | -        | DOE
training/                                                  |                                      | DOCAMYE  | -
training/plan/                                             |                                      | DOCAMYE  | -
training/plan/new/                                         |                                      | DOMYE    | DOMYE
training/plan/<pk>/                                        | planned                              | E        | E      | DOCA
training/plan/<pk>/drop/                                   | planned                              | E        | E      | DOCA
training/plan/<pk>/carry-out/                              | planned                              | E        | E      | DOCA
training/running-out/                                      |                                      | DOCAMYE  | -
training/people/<pk>/                                      | person                               | DOCEA    | -
training/cadres/                                           |                                      | DOCAMY   | -
training/courses/new/                                      |                                      | DOMYE    | DOMYE
training/courses/<pk>/                                     | course                               | DOCEA    | -
training/courses/<pk>/change/                              | course                               | E        | E      | DOCA
training/courses/<pk>/attend/                              | course                               | E        | E      | DOCA
training/courses/<pk>/judge/                               | course                               | -        | DOCEA
training/courses/<pk>/cancel/                              | course                               | E        | E      | DOCA
training/courses/<pk>/sheet/                               | course                               | DOCEA    | -
training/courses/<pk>/attendances/<attendance>/take-off/   | course attendance                    | -        | DOCEA
training/courses/<pk>/attendances/<attendance>/erase/       | course attendance                    | E        | E      | DOCA
training/workforce/                                        |                                      | DOCAE    | -
training/workforce/state/                                  |                                      | E        | E
publicity/                                                 |                                      | DOCAMYE  | -
publicity/new/                                             |                                      | DOMYE    | DOMYE
publicity/<pk>/                                            | activity                             | E        | E      | DOCA
publicity/<pk>/withdraw/                                   | activity                             | E        | E      | DOCA
key-periods/                                               |                                      | DOCYEA   | -
key-periods/new/                                           |                                      | DO       | DO
key-periods/<number>/                                      | period                               | DOCYEA   | -
key-periods/<number>/report/                               | period                               | DOYE     | DOYE
key-periods/<number>/chase/                                | period                               | -        | DO
key-periods/<number>/move/                                 | period                               | O        | O
key-periods/<number>/bodies/                               | period                               | O        | O
key-periods/<number>/end/                                  | period                               | O        | O
key-periods/<number>/call/                                 | period                               | DO       | DO
roll-calls/<number>/                                       | roll                                 | DOCYEA   | -
roll-calls/<number>/answer/                                | roll                                 | DOYE     | DOYE
roll-calls/<number>/chase/                                 | roll                                 | -        | DO
drills/                                                    |                                      | DOCMYEA  | -
drills/new/                                                |                                      | DOCMYE   | DOCMYE
drills/owed/                                               |                                      | DOCMYEA  | -
drills/owed/<code>/                                        | =express-a                           | DOCEA    | -
drills/stated/new/                                         |                                      | DOCMYE   | DOCMYE
drills/stated/<pk>/withdraw/                               | held_drill                           | E        | E
drills/<number>/evaluation/                                | drill                                |          |
drills/<number>/report/                                    | drill                                | -        |
drills/<number>/record/<subject>/                          | drill =ZMD-T-2026-0001               |          | -
drills/leave/                                              |                                      | -        | *
drills/injects/<pk>/                                       | =0                                   |          |
drills/<number>/                                           | drill                                | DOCEA    | -
drills/<number>/live/                                      | drill                                | DOCEA    | -
drills/<number>/change/                                    | drill                                | E        | E
drills/<number>/parts/                                     | drill                                | E        | E
drills/<number>/directors/                                 | drill                                | E        | E
drills/<number>/script/                                    | drill                                | E        | E
drills/<number>/script/copy/                               | drill                                | -        | E
drills/<number>/enter/                                     | drill                                | -        | DOCEA
drills/<number>/start/                                     | drill                                | E        | E
drills/<number>/end/                                       | drill                                | E        | E
drills/<number>/cancel/                                    | drill                                | E        | E
experts/                                                   |                                      | DOC      | -
experts/new/                                               |                                      | DO       | DO
experts/<pk>/                                              | expert                               | DO       | DO
orders/<number>/<code>/                                    | order =order.acknowledge             | E        | E      | DOCA
support/<number>/<code>/                                   | request =support.answer              | DO       | DO     | CEA
briefs/<number>/<code>/                                    | brief =brief.acknowledge             | P!       | P!     | DOCA
meetings/<number>/<code>/                                  | meeting =meeting.record              | DOC      | DOC    | MYA
groups/<number>/<code>/                                    | group =group.change                  | DOC      | DOC    | MYA
schemes/<number>/<code>/                                   | scheme =scheme.revise                | DO       | DO     | CA
call-ups/<number>/<code>/                                  | call_up =call_up.agree               | DOE      | DOE    | CMA
recovery/<number>/<code>/                                  | recovery =recovery.settle            | DO       | DO     | CA
evaluation-inputs/<number>/<code>/                         | asked =evaluation.answer             | E        | E      | DOCA
improvements/<number>/<code>/                              | improvement =improvement.done        | DOE      | DOE    | CA
instructions/<number>/<code>/                              | instruction =instruction.acknowledge | MYE      | MYE    | DOCA
notices/<number>/<code>/                                   | notice =notice.read                  | MYE      | MYE    | DOCA
releases/<number>/<code>/                                  | release =release.review              | DC       | DC     | OA
command/                                                   |                                      | DOCA     | -
command/figures/                                           |                                      | DOCA     | -
command/lists/<key>/                                       | =open                                | DOCA     | -
displays/                                                  |                                      | OS       | OS
displays/<link>/end/                                       | display                              | -        | OS
firm/                                                      |                                      | E        | -
firm/report/                                               |                                      | E        | E
firm/risk/                                                 |                                      | E        | E
inbox/                                                     |                                      | *        | -
inbox/read/                                                |                                      | -        | *
duty/                                                      |                                      | DOCMYEA  | -
duty/overview/                                             |                                      | DOCA     | -
duty/of/<code>/                                            | body                                 | DOCEA    | -
duty/of/<code>/new/                                        | body                                 | E        | E      | DOCA
duty/of/<code>/pattern/                                    | body                                 | E        | E      | DOCA
duty/of/<code>/training/                                   | body                                 | DOCEA    | E      | DOCA
duty/of/<code>/training/<training>/withdraw/               | body training                        | E        | E      | DOCA
duty/of/<code>/hand-overs/                                 | body                                 | DOCEA    | -
duty/mine/                                                 |                                      | DOMYE    | -
duty/mine/calendar/                                        |                                      | -        | DOMYE
duty/shifts/<shift>/                                       | shift                                | DOCEA    | -
duty/shifts/<shift>/sign-in/                               | shift                                | -        | E
duty/shifts/<shift>/hand-over/                             | shift                                | E        | E
duty/shifts/<shift>/swap/                                  | shift                                | E        | E
duty/shifts/<shift>/change/                                | shift                                | E        | E      | DOCA
duty/shifts/<shift>/remove/                                | shift                                | E        | E      | DOCA
duty/shifts/<shift>/end/                                   | shift                                | E        | E      | DOCA
duty/swaps/<swap>/consent/                                 | swap                                 | -        |
duty/swaps/<swap>/refuse/                                  | swap                                 | -        |
duty/swaps/<swap>/withdraw/                                | swap                                 | -        | E
duty/hand-overs/<hand_over>/                               | hand_over                            | DOCEA    | DOCEA
duty/log/                                                  |                                      | DOCA     | -
duty/log/note/                                             |                                      | -        | DO     | CA
duty/log/mark/                                             |                                      | -        | CA
channels/                                                  |                                      | *        | -
channels/add/                                              |                                      | *        | *
channels/<pk>/                                             | channel                              | ES       | ES
channels/<pk>/row/                                         | channel                              | ES       | -
channels/<pk>/remove/                                      | channel                              | ES       | ES
channels/<pk>/<code>/                                      | channel =test                        | -        | ES
deliveries/                                                |                                      | *        | -
clauses/                                                   |                                      | *        | -
clauses/coverage/                                          |                                      | *        | -
clauses/<number>/                                          | =5.2.1                               | *        | -
guides/                                                    |                                      | DOCAS    | -
guides/<event_class>/                                      | =fire                                | DOCAS    | -
guides/<event_class>/edit/                                 | =fire                                | O        | O
plan/                                                      |                                      | OS       | -
plan/draft/                                                |                                      | -        | OS
plan/activate/                                             |                                      | O        | O
plan/discard/                                              |                                      | O        | O
plan/submit/                                               |                                      | O        | O
plan/recall/                                               |                                      |          |
plan/withdraw/                                             |                                      |          |
plan/decide/<pk>/                                          | plan_submission                      | P!       | P!
plan/compare/                                              |                                      | OS       | -
plan/compare.docx                                          |                                      | OS       | -
plan/assess/                                               |                                      | O        | O
plan/assessments/<pk>/                                     | plan_round                           | OS       | -
plan/assessments/<pk>/record/                              | plan_round                           | O        | O
plan/assessments/<pk>/close/                               | plan_round                           | O        | O
plan/opinions/<pk>/                                        | plan_opinion                         | O        | O
plan/asked/                                                |                                      | MYE      | -
plan/asked/<pk>/                                           | plan_asked                           | E        | E
plan/draft/title/                                          |                                      | OS       | OS
plan/draft/<part>/                                         | =clause                              | OS       | -
plan/draft/<part>/new/                                     | =clause                              | OS       | OS
plan/draft/<part>/<pk>/                                    | =clause plan_row                     | OS       | OS
plan/draft/<part>/<pk>/remove/                             | =clause plan_row                     | OS       | OS
readings/                                                  |                                      | *        | -
readings/new/                                              |                                      | O        | O
readings/<number>/withdraw/                                | reading                              | O        | O
api/v1/incidents/                                          |                                      | *        | DOE    | CPMYAS
api/v1/incidents/<number>/                                 | incident                             | DOCPMYEA | -
api/v1/incidents/<number>/reports/                         | incident                             | DOCPMYEA | DOMYE  | CPA
api/v1/incidents/<number>/timeline/                        | incident                             | DOCPMYEA | -
api/v1/incidents/<number>/attachments/                     | incident                             | DOCPMYEA | DOCMYE | PA
api/v1/incidents/<number>/attachments/<attachment>/        | incident attachment                  | DOCPMYEA | -
api/v1/incidents/<number>/response/start/                  | incident                             | -        | DOE    | CPMYA
api/v1/incidents/<number>/response/end/                    | incident                             | -        | DOE    | CPMYA
api/v1/incidents/<number>/response/past/                   | incident                             | -        | DOE    | CPMYA
api/v1/incidents/<number>/support-requests/                | incident                             | DOCPMYEA | DOCE   | PMYA
api/v1/incidents/<number>/support-requests/<asked>/        | incident request                     | DOCEA    | -
api/v1/incidents/<number>/support-requests/<asked>/fulfil/ | incident request                     | -        | DOCE   | A
api/v1/orders/                                             |                                      | *        | -
api/v1/orders/<number>/                                    | order                                | DOCEA    | -
api/v1/orders/<number>/acknowledge/                        | order                                | -        | E      | DOCA
api/v1/orders/<number>/progress/                           | order                                | -        | E      | DOCA
api/v1/orders/<number>/done/                               | order                                | -        | E      | DOCA
api/v1/orders/<number>/confirm/                            | order                                | -        | DOE    | CA
api/v1/deadlines/                                          |                                      | *        | -
api/v1/key-periods/                                        |                                      | *        | -
api/v1/key-periods/<number>/reports/                       | period                               | DOCYEA   | YE     | DOCA
api/v1/roll-calls/                                         |                                      | *        | -
api/v1/roll-calls/<number>/answer/                         | roll                                 | -        | YE     | DOCA
api/v1/contacts/                                           |                                      | E        | -      | DOCPMYAS | E
api/v1/warning-information/                                |                                      | *        | E      | DOCPMYAS
api/v1/warnings/                                           |                                      | *        | -
api/v1/warnings/<number>/                                  | warning                              | DOCMYEA  | -
api/v1/warnings/<number>/acknowledge/                      | warning                              | -        | MYE    | DOCA
api/v1/notices/                                            |                                      | *        | -
api/v1/notices/<id>/read/                                  | notice_id                            | -        | MYE    | DOCA
api/v1/incidents/<number>/own-plans/                       | incident                             | DOCPMYEA | MYE    | DOCPA
api/v1/incidents/<number>/own-plans/end/                   | incident                             | -        | MYE    | DOCPA
api/v1/incidents/<number>/guides/                          | incident                             | DOCEA    | -      | PMY
api/v1/incidents/<number>/guide-steps/<step>/tick/         | incident =1                          | -        | DOCE   | PMYA
api/v1/incidents/<number>/guide-steps/<step>/untick/       | incident =1                          | -        | DOCE   | PMYA
api/v1/instructions/                                       |                                      | *        | -
api/v1/instructions/<number>/                              | instruction                          | DOCMYEA  | -
api/v1/instructions/<number>/acknowledge/                  | instruction                          | -        | MYE    | DOCA
api/v1/instructions/<number>/answer/                       | instruction                          | -        | MYE    | DOCA
api/v1/instructions/<number>/done/                         | instruction                          | -        | MYE    | DOCA
api/v1/hazards/                                            |                                      | *        | DOYE    | CPMAS
api/v1/hazards/<number>/                                   | hazard                               | DOCYEA   | -
api/v1/hazards/<number>/assess/                            | hazard                               | -        | DOE    | CYA
api/v1/hazards/<number>/plan/                              | hazard                               | -        | DOE    | CYA
api/v1/hazards/<number>/rectified/                         | hazard                               | -        | E      | DOCYA
api/v1/findings/                                           |                                      | *        | -
api/v1/findings/<number>/                                  | finding                              | DOCY!EA  | -
api/v1/findings/<number>/rectified/                        | finding                              | -        | E      | DOCY!A
api/v1/filed-plans/                                        |                                      | *        | DOE     | CPMYAS
api/v1/filed-plans/<number>/                               | filed_plan                           | DOCY!EA  | -
api/v1/filed-plans/<number>/withdraw/                      | filed_plan                           | -        | E      | DOCY!A
api/v1/safety-rules/                                       |                                      | *        | E       | DOCPMYAS
api/v1/safety-rules/<rule_id>/repeal/                      | safety_rule                          | -        | E      | DOCY!A
api/v1/register-files/<number>/                            | register_file                        | DOCY!EA  | -
api/v1/held-drills/                                        |                                      | *        | DOCMYE | PAS
api/v1/safety-checks/                                      |                                      | *        | E       | DOCPMYAS
api/v1/call-ups/                                           |                                      | *        | -
api/v1/call-ups/<number>/                                  | call_up                              | DOCMEA   | -
api/v1/call-ups/<number>/agree/                            | call_up                              | -        | E      | DOCMA
api/v1/call-ups/<number>/refuse/                           | call_up                              | -        | E      | DOCMA
api/v1/call-ups/<number>/dispatch/                         | call_up                              | -        | E      | DOCMA
api/v1/call-ups/<number>/arrive/                           | call_up                              | -        | M      | DOCEA
api/v1/call-ups/<number>/give-back/                        | call_up                              | -        | ME     | DOCA
api/v1/duty/                                               |                                      | OMYE     | -      | DCPAS
api/v1/duty/shifts/                                        |                                      | *        | OMYE   | DCPAS
api/v1/duty/shifts/lay/                                    |                                      | -        | OMYE   | DCPAS
api/v1/duty/shifts/<shift>/                                | shift                                | DOCEA    | -      | DOCA     | E
api/v1/duty/shifts/<shift>/remove/                         | shift                                | -        | E      | DOCA
api/v1/duty/shifts/<shift>/end/                            | shift                                | -        | E      | DOCA
api/v1/duty/patterns/                                      |                                      | *        | -
api/v1/duty/trainings/                                     |                                      | *        | OMYE   | DCPAS
api/v1/duty/trainings/<training>/withdraw/                 | =1                                   | -        | OMYE   | DCPAS
api/v1/resources/                                          |                                      | *        | DOMYE  | CPAS
api/v1/resources/<resource>/                               | resource                             | DOCEA    | -      | CA     | DOE
api/v1/training/courses/                                   |                                      | *        | DOMYE  | CPAS
api/v1/training/courses/<course>/                          | course                               | DOCEA    | -
api/v1/training/courses/<course>/results/                  | course                               | -        | E      | DOCA
api/v1/training/plan/                                      |                                      | *        | DOMYE  | CPAS
api/v1/training/plan/<line_id>/drop/                       | planned                              | -        | E      | DOCA
api/v1/training/plan/<line_id>/carry-out/                  | planned                              | -        | E      | DOCA
api/v1/training/workforce/                                 |                                      | *        | E      | DOCPMYAS
api/v1/publicity/                                          |                                      | *        | DOMYE  | CPAS
api/v1/meetings/                                           |                                      | *        | -
api/v1/meetings/<number>/                                  | meeting                              | DOCMYA   | -
api/v1/schemes/                                            |                                      | *        | -
api/v1/schemes/<number>/                                   | scheme                               | DOCA     | -
api/v1/evaluation-inputs/                                  |                                      | *        | -
api/v1/evaluation-inputs/<number>/                         | asked                                | DOCEA    | -
api/v1/evaluation-inputs/<number>/answer/                  | asked                                | -        | E      | DOCA
api/v1/improvements/                                       |                                      | *        | -
api/v1/improvements/<number>/                              | improvement                          | DOCEA    | -
api/v1/improvements/<number>/done/                         | improvement                          | -        | E      | DOCA
api/v1/channels/                                           |                                      | *        | OES    | DCPMYA
api/v1/channels/<channel>/                                 | channel                              | ES       | -      |          | ES
api/v1/channels/<channel>/attempts/                        | channel                              | ES       | -
api/v1/channels/<channel>/pause/                           | channel                              | -        | ES
api/v1/channels/<channel>/resume/                          | channel                              | -        | ES
api/v1/channels/<channel>/test/                            | channel                              | -        | ES
api/v1/notices/<id>/                                       | notice_id                            | DOCMYEA  | -
api/v1/schema/                                             |                                      | +        | -
api/v1/docs/                                               |                                      | +        | -
api/v1/sandbox/incidents/<number>/grade/                   | incident                             | -        |
api/v1/sandbox/orders/                                     |                                      | -        |
api/v1/sandbox/orders/<number>/release/                    | order                                | -        |
api/v1/sandbox/warnings/<number>/issue/                    | warning                              | -        |
api/v1/webhooks/                                           |                                      | *        | E      | DOCPMYAS
api/v1/webhooks/<hook>/                                    | hook                                 | E        | -      |          | E
api/v1/webhooks/<hook>/secret/rotate/                      | hook                                 | -        | E
api/v1/webhooks/<hook>/test/                               | hook                                 | -        | E
api/v1/webhooks/<hook>/deliveries/                         | hook                                 | E        | -
api/v1/webhooks/<hook>/deliveries/<delivery>/              | hook hook_delivery                   | E        | -
api/v1/webhooks/<hook>/deliveries/<delivery>/replay/       | hook hook_delivery                   | -        | E
firm/sandbox/                                              |                                      | E        | -
firm/sandbox/<number>/                                     | incident                             |          | -
firm/webhooks/                                             |                                      | E        | -
firm/webhooks/add/                                         |                                      | E        | E
firm/webhooks/<pk>/                                        | hook                                 | E        | -
firm/webhooks/<pk>/change/                                 | hook                                 | E        | E
firm/webhooks/<pk>/remove/                                 | hook                                 | E        | E
firm/webhooks/<pk>/rotate/                                 | hook                                 | -        | E
firm/webhooks/<pk>/test/                                   | hook                                 | -        | E
firm/webhooks/<pk>/switch/                                 | hook                                 | -        | E
firm/webhooks/<pk>/deliveries/<delivery>/                  | hook hook_delivery                   | E        | -
firm/webhooks/<pk>/deliveries/<delivery>/replay/           | hook hook_delivery                   | -        | E
firm/keys/                                                 |                                      | ES       | ES
firm/keys/signing/<code>/                                  | body                                 | -        | ES
firm/keys/<pk>/rotate/                                     | api_key                              | -        | ES
firm/keys/<pk>/rename/                                     | api_key                              | -        | ES
firm/keys/<pk>/revoke/                                     | api_key                              | -        | ES
"""


@dataclass(frozen=True)
class Row:
    objects: tuple[str, ...]
    reads: str
    acts: str
    barred: str = ""
    changes: str = "-"

    @property
    def is_of_a_side(self) -> bool:
        return any(not each.startswith("=") for each in self.objects)

    def is_for_any_side(self, letter: str) -> bool:
        return letter in SEE_ALL or f"{letter}!" in self.reads + self.acts + self.barred

    def allows(self, method: str) -> str:
        return {"GET": self.reads, "POST": self.acts}.get(method, self.changes)


def rows() -> dict[str, Row]:
    found = {}
    for line in TABLE.strip().splitlines():
        path, objects, *who = (part.strip() for part in line.split("|"))
        path = path.removeprefix("(home)")
        assert path not in found, f"{path} stands here twice"
        found[path] = Row(tuple(objects.split()), *who)
    return found
