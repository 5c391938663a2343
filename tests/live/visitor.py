"""Somebody with a session of the real server, without a browser: signs in, asks, acts, and listens to a stream."""

import http.client
import json
import re
import threading
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

from tests.cast import PASSWORD
from zmd_emergency.processes import wait_for

PATIENCE = 90


class Visitor:
    def __init__(self, url: str, username: str):
        self.url, self.cookies = url, CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        self.post("/login/", username=username, password=PASSWORD)
        assert "sessionid" in self.cookie, f"{username} could not sign in"

    @property
    def cookie(self) -> str:
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.cookies)

    def get(self, path: str, **headers) -> tuple[int, str]:
        try:
            with self.opener.open(
                urllib.request.Request(self.url + path, headers=headers), timeout=30
            ) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def post(self, path: str, page: str = "", **fields) -> str:
        """Sends a form with what is hidden in it: that of this address, or one of another page to it."""
        _, page = self.get(page or path)
        hidden = dict(re.findall(r'type="hidden" name="(\w+)"[^>]*? value="([^"]*)"', page))
        body = urllib.parse.urlencode(hidden | fields).encode()
        request = urllib.request.Request(self.url + path, body, {"Referer": self.url + path})
        with self.opener.open(request, timeout=30) as answer:
            return answer.read().decode()

    def listen(self, since: str = "") -> "Listener":
        return Listener(self.url, self.cookie, since)


class Listener:
    """An open stream: what came, as (event, data)."""

    def __init__(self, url: str, cookie: str = "", since: str = "", host: str = ""):
        self.heard: list[tuple[str, dict]] = []
        self.ended = False
        self.connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=60)
        headers = {"Cookie": cookie} | ({"Host": host} if host else {})
        self.connection.request("GET", f"/live/?since={since}", headers=headers)
        self.answer = self.connection.getresponse()
        self.status, self.headers = self.answer.status, self.answer.headers
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self):
        event = ""
        try:
            while line := self.answer.readline():
                name, _, value = line.decode().rstrip("\n").partition(": ")
                if name == "event":
                    event = value
                elif name == "data":
                    self.heard.append((event, json.loads(value)))
        except (OSError, ValueError, http.client.HTTPException, AttributeError):
            pass
        self.ended = True

    def events(self) -> set[tuple[str, str]]:
        """Kinds and names of what changed, as far as it was heard."""
        return {tuple(each) for event, data in self.heard if event == "changed" for each in data["events"]}

    def hears(self, condition) -> bool:
        """Waits until `condition(self)`."""
        return bool(wait_for(lambda: condition(self), PATIENCE))

    def is_fed(self) -> bool:
        """The last beat said that events are coming in."""
        beats = [data for event, data in list(self.heard) if event == "beat"]
        return bool(beats) and beats[-1]["feed"]

    def close(self):
        self.connection.sock and self.connection.sock.close()
        self.connection.close()
