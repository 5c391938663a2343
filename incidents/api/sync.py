"""The `sync` token of a list: from where on a client that has read it asks for what has changed since."""

import base64
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from incidents.changes import Moment, Since
from incidents.roles import Caller

FORM = re.compile(r"1\.(\d{1,18})\.(\d{1,10})\.([0-9a-f]{12})", re.ASCII)
"""Version, transaction, seconds since 1970, place."""
MALFORMED = (ValueError, OverflowError)


@dataclass(frozen=True)
class Token:
    """`xid` and `at`: transactions and time before the first page was read; `place`: of which list and caller.

    It is no secret and not signed: whoever makes one up gets no other rows than his own.
    """

    xid: int
    at: datetime
    place: str

    @classmethod
    def of(cls, moment: Moment, at: datetime, place: str) -> "Token":
        return cls(moment.xmin, at.replace(microsecond=0), _here(moment, place))

    @classmethod
    def read(cls, text: str) -> "Token":
        """Raises one of `MALFORMED`."""
        if not (parts := FORM.fullmatch(unpacked(text))):
            raise ValueError
        return cls(int(parts[1]), datetime.fromtimestamp(int(parts[2]), UTC), parts[3])

    def __str__(self):
        return packed(f"1.{self.xid}.{int(self.at.timestamp())}.{self.place}")

    def is_of(self, moment: Moment, place: str) -> bool:
        """Whether it was given for this list, to this caller, by this database as it has gone on since."""
        return self.place == _here(moment, place) and self.xid <= moment.xmin

    def is_overtaken(self, moment: Moment) -> bool:
        """A body was renamed or moved in the tree: nobody can say row by row what that has changed."""
        return moment.bodies_xid >= self.xid

    def since(self, moment: Moment) -> Since:
        return Since(self.xid, moment.xmax, self.at)


def place_of(path: str, caller: Caller) -> str:
    """A list, as seen by this caller: in other posts, or with a test key, one sees other rows."""
    who = sorted(
        (actor.organization.pk, str(actor.role), bool(actor.key and actor.key.is_test))
        for actor in caller.actors
    )
    return _digest(path.rstrip("/"), who)


def _here(moment: Moment, place: str) -> str:
    return _digest(moment.cluster, place)


def _digest(*facts) -> str:
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:12]


def packed(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def unpacked(text: str) -> str:
    """Raises one of `MALFORMED`."""
    return base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True).decode()
