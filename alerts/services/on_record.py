"""What has been said of an incident so far: the words that may answer a debt which begins only later."""

from datetime import datetime
from typing import NamedTuple

from alerts.models import Addressee
from incidents.models import DeadlineRule, Incident, Organization, Report, UpwardReport

Act = DeadlineRule.Act


class Word(NamedTuple):
    act: str
    to_id: int | None
    """None: to the office."""
    level_told: int
    at: datetime
    report: Report | None


def words_on(incident: Incident) -> list[Word]:
    words = []
    reports = incident.reports.filter(
        informant=Report.Informant.ENTERPRISE, reporter__in=_with_superiors(incident.enterprise)
    )
    for report in reports.select_related("oral_claim"):
        words.append(Word(report.kind, None, 1, report.arrived_at, report))
        claim = getattr(report, "oral_claim", None)
        if claim and claim.confirmed_at:
            words.append(Word(Act.ORAL, None, 1, claim.told_at, report))
    for told in UpwardReport.objects.filter(incident=incident):
        act = Act.PROPOSAL if told.is_proposal else Act.REPORT_UP
        words.append(Word(act, told.to_id, told.level_told, told.at, None))
    sent = Addressee.objects.filter(brief__incident=incident, brief__status="sent")
    for to, level_told, at in sent.values_list("body", "brief__level_told", "brief__sent_at"):
        words.append(Word(Act.REPORT_UP, to, level_told, at, None))
    return words


def _with_superiors(firm: Organization | None) -> list[Organization]:
    """Whose word is the firm's own: its, and its superior units' (§5.2.1); not that of one named by mistake."""
    found = []
    while firm:
        found.append(firm)
        firm = firm.superior_unit
    return found
