"""What a CAP message says, and how the plan's warning levels are said in it."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

from incidents.models import Level

CAP = "urn:oasis:names:tc:emergency:cap:1.2"
ATOM = "http://www.w3.org/2005/Atom"
MIME = "application/cap+xml"

CHOICES = {
    "status": ("Actual", "Exercise", "System", "Test", "Draft"),
    "msgType": ("Alert", "Update", "Cancel", "Ack", "Error"),
    "scope": ("Public", "Restricted", "Private"),
    "category": tuple("Geo Met Safety Security Rescue Fire Health Env Transport Infra CBRNE Other".split()),
    "responseType": tuple("Shelter Evacuate Prepare Execute Avoid Monitor Assess AllClear None".split()),
    "urgency": ("Immediate", "Expected", "Future", "Past", "Unknown"),
    "severity": ("Extreme", "Severe", "Moderate", "Minor", "Unknown"),
    "certainty": ("Observed", "Likely", "Possible", "Unlikely", "Unknown"),
}


class Grade(NamedTuple):
    words: str
    colour: str
    severity: str
    urgency: str
    certainty: str


# §4.4 gives each level its words and its colour, and severity follows from them. Urgency and certainty are
# decided here: the plan does not speak of them.
GRADES = {
    Level.I: Grade("特别严重", "红色", "Extreme", "Immediate", "Likely"),
    Level.II: Grade("严重", "橙色", "Severe", "Expected", "Likely"),
    Level.III: Grade("较重", "黄色", "Moderate", "Expected", "Possible"),
    Level.IV: Grade("一般", "蓝色", "Minor", "Future", "Possible"),
}

# The plan's classes of events (附件3) by code; a class that a later plan adds is "Other" until it stands here.
CATEGORIES = {
    "fire": "Fire",
    "explosion": "Safety",
    "hazmat_leak": "CBRNE",
    "parcels_detained": "Security",
    "hub_blockade": "Security",
    "service_interruption": "Infra",
    "flood": "Met",
    "data_leak": "Security",
    "epidemic": "Health",
    "backlog_damage": "Transport",
    "channel_interruption": "Transport",
}

YEARS = range(2000, 2101)
CITY = timezone(timedelta(hours=8))
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def tidy(text: str) -> str:
    """What XML can hold of a text, as it reads after a round trip: line ends become \\n, Word's page and line
    breaks too, other control characters go, spaces around it go (but not a Chinese indent)."""
    text = text.replace("\r\n", "\n").translate(dict.fromkeys(map(ord, "\r\v\f"), "\n"))
    return NOT_XML.sub("", text).strip(" \t\n")


def stamp(at: datetime) -> str:
    """City time to the second; CAP refuses both `Z` and fractions."""
    return at.astimezone(CITY).isoformat(timespec="seconds")


@dataclass(frozen=True)
class Reference:
    """The name of a message: what an update or a cancel points at."""

    sender: str
    identifier: str
    sent: datetime

    def __str__(self):
        return f"{self.sender},{self.identifier},{stamp(self.sent)}"


@dataclass(frozen=True)
class Area:
    """`polygons` as `lat,lon lat,lon …` (closed), `circles` as `lat,lon radius_km`, WGS-84."""

    description: str
    polygons: tuple[str, ...] = ()
    circles: tuple[str, ...] = ()
    geocodes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Info:
    event: str
    categories: tuple[str, ...]
    urgency: str
    severity: str
    certainty: str
    language: str = "zh-CN"
    response_types: tuple[str, ...] = ()
    audience: str = ""
    event_codes: tuple[tuple[str, str], ...] = ()
    effective: datetime | None = None
    onset: datetime | None = None
    expires: datetime | None = None
    sender_name: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    web: str = ""
    contact: str = ""
    parameters: tuple[tuple[str, str], ...] = ()
    areas: tuple[Area, ...] = ()

    @property
    def level(self) -> Level | None:
        """The level of §4.4 that its severity stands for; of another service's message a hint, no decision."""
        return next((level for level, grade in GRADES.items() if grade.severity == self.severity), None)


@dataclass(frozen=True)
class Message:
    identifier: str
    sender: str
    sent: datetime
    status: str = "Actual"
    msg_type: str = "Alert"
    scope: str = "Public"
    source: str = ""
    restriction: str = ""
    addresses: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    note: str = ""
    references: tuple[Reference, ...] = ()
    incidents: tuple[str, ...] = ()
    infos: tuple[Info, ...] = ()

    @property
    def reference(self) -> Reference:
        return Reference(self.sender, self.identifier, self.sent)

    @property
    def info(self) -> Info | None:
        """The Chinese one, or else the first."""
        chinese = (info for info in self.infos if info.language.lower().startswith("zh"))
        return next(chinese, self.infos[0] if self.infos else None)

    @property
    def title(self) -> str:
        return self.info and (tidy(self.info.headline) or tidy(self.info.event)) or self.identifier


def warning_info(
    *,
    event_class: str,
    event: str,
    level: Level,
    starts_at: datetime,
    areas: tuple[Area, ...],
    caution: str,
    measures: str,
    authority: str,
    lifted: bool = False,
    exercise: bool = False,
    issued_at: datetime | None = None,
    expires: datetime | None = None,
    web: str = "",
    contact: str = "",
) -> Info:
    """The seven contents of a warning (§4.4), each in its element. `event_class` is the class's code, `event` its name."""
    grade = GRADES[level]
    roman = Level(level).roman
    act = f"{'【演练】' if exercise else ''}{authority}{'解除' if lifted else '发布'}"
    return Info(
        event=event,
        categories=(CATEGORIES.get(event_class, "Other"),),
        response_types=("AllClear",) if lifted else ("Prepare",),
        urgency="Past" if lifted else grade.urgency,
        severity=grade.severity,
        certainty="Unlikely" if lifted else grade.certainty,
        effective=issued_at,
        onset=starts_at,
        expires=expires,
        sender_name=authority,
        headline=f"{act}{event}{grade.colour}预警（{roman}级）",
        description=caution,
        instruction=measures,
        web=web,
        contact=contact,
        parameters=(("预警级别", f"{roman}级（{grade.words}）"), ("预警颜色", grade.colour)),
        areas=areas,
    )
