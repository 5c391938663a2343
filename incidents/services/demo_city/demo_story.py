"""What has happened in the demo's city in the last days, told through the services in the order of time."""

from datetime import datetime, timedelta

from alerts.services import escalation
from incidents.roles import Actor
from incidents.services.demo_city import (
    demo_command,
    demo_incidents,
    demo_registers,
    demo_warnings,
    demo_words,
)
from incidents.services.report import intake


class Story:
    """What has happened in the demo's city in the last days, in the order of time."""

    def __init__(self, actors: dict[str, Actor], now: datetime):
        self.who, self.now = actors, now
        self.events: list[tuple[datetime, object]] = []
        self.numbers: dict[str, str] = {}

    def tell(self):
        demo_incidents.tell(self)
        demo_words.tell(self)
        self.events += demo_warnings.events(self.who, self.now)
        self.events += demo_command.events(self.who, self.now, self.numbers)
        self.events += demo_registers.events(self.who, self.now)
        for at, happen in sorted(self.events, key=lambda event: event[0]):
            self._sweep_until(at)
            happen(at)
        self._sweep_until(self.now)

    def _sweep_until(self, at: datetime):
        while (due := escalation.next_due()) and due <= at:
            escalation.sweep(now=due)

    def at(self, minutes_ago: float, happen):
        self.events.append((self.now - timedelta(minutes=minutes_ago), happen))

    def call(
        self, name, who, minutes_ago, known_ago, facts, figures, informant="ENTERPRISE", channel="PHONE"
    ):
        def happen(at):
            known = self.now - timedelta(minutes=known_ago) if known_ago is not None else None
            phone = channel == "PHONE"
            incident, _ = intake.open_incident(
                actor=self.who[who],
                kind="ORAL" if phone else "WRITTEN",
                arrival=intake.Arrival(
                    channel, informant=informant, call=intake.Call("现场负责人", "0396-0000000")
                ),
                facts={"origin": "inside", "known_at": known, "occurred_at": at - timedelta(minutes=12)}
                | facts,
                contents=figures,
                now=at,
            )
            self.numbers[name] = incident.number

        self.at(minutes_ago, happen)

    def do(self, minutes_ago, service, who, incident, **arguments):
        self.at(
            minutes_ago,
            lambda at: service(
                actor=self.who[who],
                number=self.numbers[incident],
                now=at,
                **{k: v(at) if callable(v) else v for k, v in arguments.items()},
            ),
        )

    def file(self, minutes_ago, who, incident, kind, contents, channel="FORM"):
        self.do(
            minutes_ago,
            intake.file_report,
            who,
            incident,
            kind=kind,
            arrival=intake.Arrival(channel),
            contents=contents,
        )
