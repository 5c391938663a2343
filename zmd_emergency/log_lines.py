"""What a line of the log looks like: for machines in production, for people elsewhere; in neither a secret.

Services log no secrets to begin with. What others put into a line (a library's address with a key in it, a database's
error with a telephone number) is struck out here, where every line passes, tracebacks included.
"""

import logging
import re
from datetime import UTC, datetime

from django.utils.functional import LazyObject
from django_guid import get_guid
from pythonjsonlogger.json import JsonEncoder, JsonFormatter

from zmd_emergency.access import current

STRUCK_OUT = "***"
TELEPHONES = r"""
      (?<! [\w./-] ) (?: \+?86[ -]? )? 1[3-9]\d{9} (?! \d )         # mobile
    | (?<! [\w./-] ) 0\d{2,3}-\d{7,8} (?! \d )                      # fixed
"""
MARKS = ("zmd_", "zmdsig_", "whsec_", "/wall/", "/feed/", "bearer ", "basic ", "=", "://", "detail:")
"""Without one of these there is no secret in a line: most lines are looked at no closer."""
RESUMING = r"\n (?: The\ above\ exception\ was | During\ handling\ of\ the ) | Traceback\ \("
"""Where a traceback goes on after a database's error."""
SECRETS = re.compile(
    rf"""
      \b zmd (?:sig|_test)? _ [\w-]{{20,}}                           # keys of the API and what they sign with
    | \b whsec_ [\w+/=-]+                                          # what signs webhooks
    | (?<= /wall/ ) [\w-]{{16,}}                                     # the wall's and the calendar's addresses
    | (?<= /duty/feed/ ) [\w-]{{16,}}
    | (?i: (?<= bearer\  ) | (?<= basic\  ) ) [\w.~+/=-]{{6,}}
    | (?i: (?<= password= ) | (?<= passwd= ) | (?<= secret= ) | (?<= token= ) | (?<= sign= )
         | (?<= sessionid= ) | (?<= csrftoken= ) | (?<= __Host-session= ) | (?<= __Host-csrf= )
         | (?<= [?&]key= ) ) [^\s&;,"'<>\\)]+                      # fields, queries and cookies
    | (?<= DETAIL: ) (?s: .+? ) (?= \n (?: (?: HINT | CONTEXT | STATEMENT | QUERY ) : | {RESUMING} ) | \s* \Z )
                                                                   # whole rows, as PostgreSQL tells them: a value may be lines long
    | (?<= :// ) [^\s/@"']+ (?= @ )                                # user and password before an address
    | {TELEPHONES}
    """,
    re.VERBOSE,
)
TELEPHONE = re.compile(TELEPHONES, re.VERBOSE)


def without_secrets(text: str) -> str:
    lowered = text.lower()
    if any(mark in lowered for mark in MARKS):
        return SECRETS.sub(STRUCK_OUT, text)
    return TELEPHONE.sub(STRUCK_OUT, text)


def struck_out(value):
    """The same for whatever a line holds, before it is encoded: in finished JSON a text's end can't be told from a quote."""
    match value:
        case str():
            return without_secrets(value)
        case dict():
            return {struck_out(name): struck_out(each) for name, each in value.items()}
        case list() | tuple() | set() | frozenset():
            return [struck_out(each) for each in value]
        case int() if TELEPHONE.fullmatch(str(value)):
            return STRUCK_OUT
    return value


class Facts(logging.Filter):
    """Puts onto each line which request it is about, and which account or key that came from: ids, no names."""

    def filter(self, record) -> bool:
        record.request_id = get_guid() or ""
        record.account, record.key = _asked_by(current.get())
        return True


def _asked_by(request) -> tuple[int | None, int | None]:
    """As far as it is known already: a line of the log asks no database."""
    if request is None:
        return None, None
    person, caller = getattr(request, "_cached_user", None), request.__dict__.get("user")
    key = None if isinstance(caller, LazyObject) else getattr(caller, "key", None)
    return person and person.pk, key and key.pk


class JsonLine(JsonFormatter):
    """One JSON object a line."""

    def __init__(self):
        left_out = ["request", "server_time", "color_message", "taskName"]
        super().__init__(
            json_ensure_ascii=False,
            json_default=lambda value: struck_out(JsonEncoder().default(value)),
            reserved_attrs=[*vars(logging.makeLogRecord({})), *left_out],
        )

    def add_fields(self, log_record, record, message_dict):
        at = datetime.fromtimestamp(record.created, UTC)
        log_record["time"] = at.isoformat(timespec="milliseconds")
        log_record["level"], log_record["logger"] = record.levelname, record.name
        super().add_fields(log_record, record, message_dict)
        for name in [name for name, value in log_record.items() if value in (None, "")]:
            del log_record[name]

    def process_log_record(self, log_data) -> dict:
        return struck_out(super().process_log_record(log_data))


BREAKS_A_LINE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
"""What a visitor could forge a line with."""


class HumanLine(logging.Formatter):
    """A line to be read as it comes by."""

    def __init__(self):
        super().__init__("{asctime} {levelname} {name}: {message}", style="{")

    def formatMessage(self, record) -> str:
        line = super().formatMessage(record)
        if record.name == "zmd.access":
            path = BREAKS_A_LINE.sub(lambda sign: f"%{ord(sign[0]):02X}", record.path)
            line = f"{line} {record.method} {path} {record.status} {getattr(record, 'ms', '–')} ms"
        request = getattr(record, "request_id", "")
        return f"{line} [{request}]" if request else line

    def format(self, record) -> str:
        return without_secrets(super().format(record))
