"""A bulletin on its way out (§4.4): who decided, by which means, whom it reaches, what is owed with it."""

from dataclasses import dataclass
from datetime import datetime

from alerts.models import Bulletin, BulletinDocument, BulletinReceipt, Warning
from alerts.services import webhook_events
from alerts.services.debts import DebtBook
from alerts.services.webhook_happenings import firms_among, of_bulletin
from incidents.ledger import Entry
from incidents.models import DeadlineRule, Level, Organization, Post
from incidents.roles import Actor
from incidents.services import warning_subject as subject
from incidents.services.warning import warning_cap

Clock, Kind = DeadlineRule.Clock, Bulletin.Kind


@dataclass(frozen=True)
class Word:
    """A decision given by telephone: its words, and, where the office writes it down, the post of whose word it is."""

    words: str
    of: int | None = None


@dataclass(frozen=True)
class Draft:
    """A bulletin on its way out: who decided, who wrote it down, by which means."""

    warning: Warning
    actor: Actor
    decider: Post | None
    phone: Word | None
    document_no: str
    now: datetime

    def publish(self, kind: str, contents: dict, bodies: list[Organization], note: str = "") -> Bulletin:
        bulletin = Bulletin.objects.create(
            warning=self.warning,
            version=self.warning.bulletins.count() + 1,
            kind=kind,
            note=note,
            issued_at=self.now,
            issued_by=self.decider,
            recorded_by=self.actor.post,
            by_phone=bool(self.phone),
            phone_words=self.phone.words.strip() if self.phone else "",
            **contents,
        )
        if self.document_no.strip():
            BulletinDocument.objects.create(
                bulletin=bulletin, document_no=self.document_no.strip(), at=self.now, by=self.actor.post
            )
        BulletinReceipt.objects.bulk_create(
            BulletinReceipt(bulletin=bulletin, organization=body, told_at=self.now) for body in bodies
        )
        warning_cap.publish(bulletin)
        told = [of_bulletin(bulletin, firm) for firm in firms_among(bodies)]
        webhook_events.queue(told, at=self.now)
        subject.tell(
            self.warning,
            [self.warning.office, *bodies],
            f"{bulletin.headline}：{self.warning.title}",
            at=self.now,
            text=note or f"{bulletin.caution}\n{bulletin.measures}",
            clause="4.4",
        )
        return bulletin

    def open_debts(self, book: DebtBook, bulletin: Bulletin):
        """R8 when it is severe, T4 when it was given by telephone."""
        severe = bulletin.level <= Level.II and bulletin.kind in (Kind.ISSUE, Kind.RAISE)
        told = any(row.is_answerable and row.rule.clock == Clock.OUTGROWN for row in book.rows)
        if severe and not told:
            book.start(Clock.OUTGROWN, self.now, bulletin=bulletin)
        if bulletin.by_phone and not self.document_no.strip():
            approver = {DeadlineRule.Debtor.APPROVER: subject.headquarters(self.warning)}
            book.start(Clock.PHONE_APPROVAL, self.now, bodies=approver, bulletin=bulletin)

    def entry(self, action: str, bulletin: Bulletin, bodies: list[Organization]) -> Entry:
        how = "电话" if bulletin.by_phone else ""
        return Entry(
            action,
            f"{self.decider or '演练'}{how}{bulletin.headline}，送达 {len(bodies)} 个单位",
            clause="4.4",
            reason=bulletin.note,
            data={
                "version": bulletin.version,
                "level": int(bulletin.level),
                "event_class": bulletin.event_class.code,
                "effective_at": bulletin.starts_at.isoformat(),
                "area": bulletin.area,
                "caution": bulletin.caution,
                "measures": bulletin.measures,
                "authority": bulletin.authority,
                "phone_words": bulletin.phone_words,
                "document_no": self.document_no.strip(),
                "bodies": [str(body) for body in bodies],
            }
            | warning_cap.evidence(bulletin.cap),
            for_firm=True,
        )
