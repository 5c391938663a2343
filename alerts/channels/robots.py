"""Services that apprise knows, with a posting of our own: the robots of 企业微信, 钉钉 and 飞书, and plain JSON.

The robots answer 200 to a message that they refuse, with a code in the body; apprise takes that for sent.
Feishu's signature is ours as well. Of any answer only the beginning is read: whoever sends us an endless one
gets no further than that.
"""

import base64
import hashlib
import hmac
import json
import re
import time

import requests
from apprise.manager_plugins import NotificationManager
from apprise.plugins.custom_json import NotifyJSON
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.wecombot import NotifyWeComBot

CODE = re.compile(r"error=(-?\d{1,9})\b")
LONGEST_ANSWER = 10_000


class Posting:
    """Posts a payload to `endpoint()`; `verdict` says whether it was taken."""

    def send(self, body, title="", **kwargs) -> bool:
        try:
            answer = requests.post(
                self.endpoint(),
                json=self.payload(title, body),
                params=self.parameters(),
                headers=self.headings(),
                auth=self.login(),
                verify=self.verify_certificate,
                timeout=self.request_timeout,
                allow_redirects=False,
                stream=True,
            )
            with answer:
                verdict = self.verdict(answer)
        except requests.RequestException as error:
            self.logger.debug("%s", error)
            return False
        if verdict:
            self.logger.warning("refused, error=%s", verdict)
        return not verdict

    def verdict(self, answer) -> int:
        """0 when the message was taken."""
        return 0 if 200 <= answer.status_code < 300 else answer.status_code

    def parameters(self) -> dict | None:
        return None

    def headings(self) -> dict | None:
        return None

    def login(self) -> tuple[str, str] | None:
        return None


class Robot(Posting):
    def verdict(self, answer) -> int:
        if answer.status_code != requests.codes.ok:
            return answer.status_code
        content = next(answer.iter_content(LONGEST_ANSWER), b"")
        try:
            said = json.loads(content)
            return int(next((said[name] for name in ("errcode", "code", "StatusCode") if name in said), 0))
        except (ValueError, TypeError):
            return -1

    def payload(self, title: str, body: str) -> dict:
        return {"msgtype": "text", "text": {"content": _joined(title, body)}}


def _joined(title: str, body: str) -> str:
    return f"{title}\n{body}" if title else body


class WeComBot(Robot, NotifyWeComBot):
    def endpoint(self) -> str:
        return self.notify_url.format(key=self.key)


class DingTalk(Robot, NotifyDingTalk):
    def endpoint(self) -> str:
        return self.notify_url.format(token=self.token)

    def parameters(self):
        return dict(zip(("timestamp", "sign"), self.get_signature(), strict=True)) if self.secret else None

    def payload(self, title, body):
        return super().payload(title, body) | {"at": {"atMobiles": self.targets, "isAtAll": False}}


class Feishu(Robot, NotifyFeishu):
    def __init__(self, *, sign=None, **kwargs):
        super().__init__(**kwargs)
        self.sign = sign

    def endpoint(self) -> str:
        return self.notify_url.format(token=self.token)

    def payload(self, title, body):
        payload = {"msg_type": "text", "content": {"text": _joined(title, body)}}
        if self.sign:
            stamp = str(int(time.time()))
            digest = hmac.new(f"{stamp}\n{self.sign}".encode(), b"", hashlib.sha256).digest()
            payload |= {"timestamp": stamp, "sign": base64.b64encode(digest).decode()}
        return payload

    @staticmethod
    def parse_url(url):
        found = NotifyFeishu.parse_url(url)
        if found and found["qsd"].get("sign"):
            found["sign"] = NotifyFeishu.unquote(found["qsd"]["sign"])
        return found


class Json(Posting, NotifyJSON):
    """apprise's `json://`, whose `payload_extras` rename a field of ours, drop it (blank) or add one."""

    def endpoint(self) -> str:
        port = f":{self.port}" if self.port else ""
        return f"http{'s' if self.secure else ''}://{self.host}{port}{self.fullpath}"

    def parameters(self):
        return self.params

    def headings(self):
        return self.headers

    def login(self):
        return (self.user, self.password or "") if self.user else None

    def payload(self, title, body):
        ours = {"title": title, "message": body, "type": "warning"}
        renamed = {self.payload_extras.get(name, name): value for name, value in ours.items()}
        added = {name: value for name, value in self.payload_extras.items() if name not in ours}
        return {name: value for name, value in (added | renamed).items() if name}


def register():
    for robot in (WeComBot, DingTalk, Feishu, Json):
        NotificationManager().add(robot, force=True)
