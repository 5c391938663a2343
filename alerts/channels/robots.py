"""The robots of 企业微信, 钉钉 and 飞书, as apprise knows them, but believing the answer and not its status alone.

All three answer 200 to a message that they refuse, with a code in the body; apprise takes that for sent.
Feishu's signature is ours as well.
"""

import base64
import hashlib
import hmac
import json
import re
import time

import requests
from apprise.manager_plugins import NotificationManager
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.wecombot import NotifyWeComBot

CODE = re.compile(r"error=(-?\d{1,9})\b")
LONGEST_ANSWER = 10_000


class Believing:
    """Posts `payload(text)` to `endpoint()` and reads the verdict in the answer."""

    def send(self, body, title="", **kwargs) -> bool:
        text = f"{title}\n{body}" if title else body
        try:
            answer = requests.post(
                self.endpoint(),
                json=self.payload(text),
                params=self.parameters(),
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
        if answer.status_code != requests.codes.ok:
            return answer.status_code
        content = next(answer.iter_content(LONGEST_ANSWER), b"")
        try:
            said = json.loads(content)
            return int(next((said[name] for name in ("errcode", "code", "StatusCode") if name in said), 0))
        except (ValueError, TypeError):
            return -1

    def parameters(self) -> dict | None:
        return None

    def payload(self, text: str) -> dict:
        return {"msgtype": "text", "text": {"content": text}}


class WeComBot(Believing, NotifyWeComBot):
    def endpoint(self) -> str:
        return self.notify_url.format(key=self.key)


class DingTalk(Believing, NotifyDingTalk):
    def endpoint(self) -> str:
        return self.notify_url.format(token=self.token)

    def parameters(self):
        return dict(zip(("timestamp", "sign"), self.get_signature(), strict=True)) if self.secret else None

    def payload(self, text):
        return super().payload(text) | {"at": {"atMobiles": self.targets, "isAtAll": False}}


class Feishu(Believing, NotifyFeishu):
    def __init__(self, *, sign=None, **kwargs):
        super().__init__(**kwargs)
        self.sign = sign

    def endpoint(self) -> str:
        return self.notify_url.format(token=self.token)

    def payload(self, text):
        payload = {"msg_type": "text", "content": {"text": text}}
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


def register():
    for robot in (WeComBot, DingTalk, Feishu):
        NotificationManager().add(robot, force=True)
