"""Configured feeds are fetched from a real server (§4.2): bounded, on that server alone, one failure hurting no other."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.utils import timezone

from alerts import cap
from alerts.cap.hostile_xml import MAX_BYTES
from alerts.models import FeedItem, Warning
from incidents import tasks
from incidents.services.warning import feed_fetching
from tests.warnings.conftest import T0
from tests.warnings.test_cap import a_feed
from tests.warnings.test_cap_in import weather

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.2")]


@pytest.fixture
def site():
    """A server of pages by path; what is asked for is noted."""

    class Site(BaseHTTPRequestHandler):
        pages, asked = {}, []

        def do_GET(self):
            self.asked.append(self.path)
            status, headers, body = self.pages.get(self.path, (404, {}, b""))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Site)
    Site.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield Site
    server.shutdown()
    thread.join()
    server.server_close()


def linking(*addresses) -> bytes:
    entries = "".join(
        f'<entry><title>给链接</title><link type="application/cap+xml" href="{url}"/></entry>'
        for url in addresses
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>'.encode()


def test_what_a_feed_carries_and_what_it_points_at_on_its_server_comes_in_once(clock, site, settings):
    elsewhere = site.url.replace("127.0.0.1", "localhost") + "/2.xml"
    site.pages |= {
        "/carries": (200, {}, a_feed(weather())),
        "/points": (200, {}, linking(f"{site.url}/2.xml", elsewhere)),
        "/2.xml": (200, {}, cap.compose(weather("W2"))),
    }
    settings.CAP_FEEDS = [f"{site.url}/{path}" for path in ("gone", "carries", "points")]
    for _ in range(2):
        tasks.fetch_cap_feeds()
    assert Warning.objects.count() == 2 and {warning.received_at for warning in Warning.objects.all()} == {T0}
    assert set(FeedItem.objects.values_list("url", flat=True)) == {f"{site.url}/carries", f"{site.url}/2.xml"}
    assert site.asked.count("/2.xml") == 1, "neither again, nor by another name of the server"


def test_no_redirect_is_followed_and_too_much_is_refused(clock, site, caplog):
    site.pages |= {
        "/moved": (302, {"Location": f"{site.url}/inside"}, b""),
        "/inside": (200, {}, cap.compose(weather())),
        "/huge": (200, {}, b"<a>" + b" " * (MAX_BYTES + 10)),
        "/evil": (200, {}, b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>'),
    }
    urls = [f"{site.url}/{path}?key=secret" for path in ("moved", "huge", "evil")]
    site.pages |= {f"{path}?key=secret": page for path, page in site.pages.items()}
    feed_fetching.fetch_feeds(urls=[*urls, "file:///etc/passwd"], clock=timezone.now)
    assert not Warning.objects.exists() and len(site.asked) == 3
    for words in ("answered 302", "超过 4 MB", "DTD", "not a web address"):
        assert words in caplog.text
    assert "secret" not in caplog.text
