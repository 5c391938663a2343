"""Warning feeds that the administrator named (`ZMD_CAP_FEEDS`) are fetched, and what they carry is taken in (§4.2).

Only those addresses are opened, and on the same server what their entries point at; no redirect is followed. Size and
time are bounded. Where one fails, the others are still asked, and it is asked again next time.
"""

import http.client
import logging
import re
import time
from collections.abc import Callable
from datetime import datetime
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from alerts.cap.hostile_xml import MAX_BYTES
from alerts.models import FeedItem
from incidents.models import Organization
from incidents.refusals import Refusal
from incidents.services.warning.warning_import import Imported, import_cap

log = logging.getLogger(__name__)

SECONDS_WITHOUT_A_BYTE, SECONDS = 10, 20
LINKS = 20
"""Messages that one feed names and does not carry, asked for in one go."""
ACCEPT = "application/atom+xml, application/cap+xml, application/xml, text/xml"


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *args):
        """None: the answer is the error that it is."""


def fetch_feeds(*, urls: list[str], clock: Callable[[], datetime]) -> Imported:
    """Each feed, for every office; what is not of an office's city is no candidate there."""
    whole = Imported()
    for url in urls:
        try:
            _fetch_feed(url, clock, whole)
        except http.client.InvalidURL:  # its words would repeat the address with all that is secret in it
            log.warning("The warning feed at %s could not be asked: no valid address", _shown(url))
        except (OSError, http.client.HTTPException, ValueError, Refusal) as error:
            log.warning("The warning feed at %s could not be read: %s", _shown(url), error)
    if whole.new:
        log.info("Warning feeds: %d new", len(whole.new))
    return whole


def _fetch_feed(url: str, clock: Callable[[], datetime], whole: Imported):
    data = fetch(url)
    links = {link.url for found in _take_in(data, url, clock(), whole) for link in found.links}
    here = [link for link in links if urlsplit(link)[:2] == urlsplit(url)[:2]]
    known = set(FeedItem.objects.filter(url__in=here).values_list("url", flat=True))
    for link in sorted(set(here) - known, reverse=True)[:LINKS]:
        try:
            _take_in(fetch(link), link, clock(), whole)
        except http.client.InvalidURL:  # its words would repeat the address with all that is secret in it
            log.warning("The warning feed at %s could not be asked: no valid address", _shown(url))
        except (OSError, http.client.HTTPException, ValueError, Refusal) as error:
            log.warning("A message of the warning feed at %s could not be read: %s", _shown(url), error)


def _take_in(data: bytes, url: str, now: datetime, whole: Imported) -> list[Imported]:
    offices = Organization.objects.filter(kind=Organization.Kind.OFFICE, is_active=True)
    found = [import_cap(office=office, data=data, now=now, url=url) for office in offices.order_by("pk")]
    for each in found:
        whole.new += each.new
        whole.known += each.known
        whole.skipped += each.skipped
    return found


def fetch(url: str) -> bytes:
    """What stands there, a byte more than is taken at most; an `OSError` where it is too slow or leads elsewhere."""
    if urlsplit(url).scheme not in ("http", "https"):
        raise ValueError("not a web address")
    ends = time.monotonic() + SECONDS
    request = Request(url, headers={"Accept": ACCEPT, "User-Agent": "zmd-emergency"})
    data = bytearray()
    try:
        with build_opener(_NoRedirect).open(request, timeout=SECONDS_WITHOUT_A_BYTE) as answer:
            while (part := answer.read1(65536)) and len(data) <= MAX_BYTES:
                data += part
                if time.monotonic() > ends:
                    raise TimeoutError(f"took longer than {SECONDS} s")
    except HTTPError as error:
        error.close()
        raise OSError(f"answered {error.code}") from None
    return bytes(data)


def _shown(url: str) -> str:
    """Without what may be a password or a key."""
    return re.sub(r"//[^/@]*@", "//", url.partition("?")[0])
