"""Files a report with the courier firms' API and keeps a copy of what it tells: a client to copy, in plain Python 3.9+.

    ZMD=http://127.0.0.1:8000/api/v1 KEY=zmd_… python3 quickstart.py

Use a test key first: what it files is a drill. Nothing but the standard library is needed.
"""

import json
import os
import time
import uuid
from datetime import datetime, timedelta, timezone
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

CITY = timezone(timedelta(hours=8))
AGAIN = {429, 500, 502, 503, 504}
"""What may go well next time; and 409 while the first request of an Idempotency-Key is still running."""


class Refused(Exception):
    """The answer is no, and would be no again. `problem` is the document: code, detail, errors, clause."""

    def __init__(self, problem):
        wrong = "".join(f"\n  {each['pointer']} {each['code']}" for each in problem["errors"])
        super().__init__(f"{problem['status']} {problem['code']}: {problem['detail']}{wrong}")
        self.problem = problem


class Client:
    def __init__(self, base, key, attempts=6):
        self.base, self.key, self.attempts = base.rstrip("/"), key, attempts

    def get(self, path, **query):
        asked = f"?{urlencode(query)}" if query else ""
        return self.request("GET", f"{path}{asked}")[0]

    def post(self, path, body, key=None):
        """Has one effect however often it is sent: keep `key` with your own record until the answer is there."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": key or str(uuid.uuid4())}
        return self.request("POST", path, json.dumps(body).encode(), headers)[0]

    def upload(self, path, name, content, key=None):
        boundary = uuid.uuid4().hex
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        headers["Idempotency-Key"] = key or str(uuid.uuid4())
        return self.request("POST", path, body, headers)[0]

    def sync(self, path, token=None):
        """All rows that are new since `token` (all there are, without one), and the token for next time."""
        page = self.get(path, **({"sync": token} if token else {}))
        rows, newer = page["results"], page["sync"]
        while page["next"]:
            page = self.request("GET", page["next"])[0]
            rows += page["results"]
        return rows, newer

    def request(self, method, path, body=None, headers=None):
        """The answer's JSON and headers. Asks again, with the same Idempotency-Key, when no answer came."""
        url = path if path.startswith("http") else f"{self.base}/{path}"
        headers = {"Authorization": f"Bearer {self.key}", **(headers or {})}
        for attempt in range(self.attempts):
            wait = min(2**attempt, 60)
            try:
                with urlopen(Request(url, body, headers, method=method), timeout=30) as answer:
                    return json.loads(answer.read() or b"null"), answer.headers
            except HTTPError as error:
                problem = json.loads(error.read())
                running = problem["code"] == "idempotency_in_progress"
                if error.code not in AGAIN and not running:
                    raise Refused(problem) from None
                wait = int(error.headers.get("Retry-After", wait))
            except (URLError, OSError):
                pass  # lost on the way: nobody knows whether it was done, so the same is sent again
            if attempt + 1 < self.attempts:
                time.sleep(wait)
        raise TimeoutError(f"No answer to {method} {url} after {self.attempts} attempts")


def minutes_ago(minutes):
    return (datetime.now(CITY) - timedelta(minutes=minutes)).isoformat(timespec="seconds")


def main():
    zmd = Client(os.environ["ZMD"], os.environ["KEY"])
    receipt = zmd.post(
        "incidents/",
        {
            "title": "驿城区分拨中心起火",
            "event_class": "fire",
            "origin": "inside",
            "occurred_at": minutes_ago(20),
            "known_at": minutes_ago(10),
            "place": "驿城区示范路1号",
            "county": "驿城区",
            "report": {
                "kind": "written",
                "unit": "快递企业甲（驻马店）",
                "source": "现场值班员",
                "deaths": 0,
                "missing": 0,
                "serious_injuries": 1,
                "loss_yuan": 300_000,
                "records_leaked": None,
                "network_scope": None,
                "impact": "一条分拣线停用",
                "measures": "已疏散人员并报消防",
                "superior_unit_told": None,
                "unknown": ["development"],
            },
        },
    )
    number = receipt["number"]
    print(f"{number}: {receipt['report']['number']} 收到于 {receipt['report']['received_at']}")
    for debt in receipt["deadlines"]:
        print(f"  {debt['name']}（§{debt['clause']}）{debt['due_at']} 前：{debt['state']}")

    photo = zmd.upload(f"incidents/{number}/attachments/", "现场.txt", "火已扑灭".encode())
    print(f"{photo['number']} {photo['name']} {photo['size']} 字节")
    zmd.post(f"incidents/{number}/reports/", {"kind": "follow_up", "development": "明火已扑灭"})

    rows, token = zmd.sync("incidents/")
    print(f"共 {len(rows)} 起事件")
    rows, token = zmd.sync("incidents/", token)
    print(f"此后有变化的 {len(rows)} 起")
    try:
        zmd.post(f"incidents/{number}/reports/", {"kind": "oral"})
    except Refused as refusal:
        print(refusal)


if __name__ == "__main__":
    main()
