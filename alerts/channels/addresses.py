"""What each kind of channel asks for, and the apprise address that is made of it.

Officials fill in a form; nobody needs to know how apprise writes an address, unless he chooses `other`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from apprise import Apprise, AppriseAsset

from alerts.channels.guard import is_private
from alerts.models import Channel

Kind = Channel.Kind


class Incomplete(Exception):
    """A field that is needed is missing or can't be understood; `field` and words for its owner."""

    def __init__(self, field: str, words: str):
        super().__init__(words)
        self.field, self.words = field, words


@dataclass(frozen=True)
class Field:
    name: str
    label: str
    help: str = ""
    required: bool = True
    secret: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    lines: int = 1
    longest: int = 500


@dataclass(frozen=True)
class Way:
    """One kind of channel."""

    kind: Kind
    about: str
    fields: tuple[Field, ...]
    address: Callable[[dict], str]
    hint: Callable[[dict], str]
    host: Callable[[dict], str] = lambda said: ""


def build(kind: str, said: dict) -> str:
    """The apprise address; `Incomplete` names what is missing."""
    way = WAYS[kind]
    for field in way.fields:
        if field.required and not said.get(field.name):
            raise Incomplete(field.name, f"请填写{field.label}。")
    return way.address(said)


def plugin_of(address: str, asset: AppriseAsset | None = None):
    """apprise's own object for the address, or None if it knows no such address."""
    try:
        return Apprise.instantiate(address, asset=asset or AppriseAsset(), suppress_exceptions=True)
    except Exception:
        return None


def leads_inside(kind: str, said: dict) -> bool:
    """Whether the host, as it was typed, lies in the inner network."""
    host = WAYS[kind].host(said)
    return bool(host) and is_private(host)


def _query(parameters: dict) -> str:
    return urlencode(parameters, quote_via=quote)


KEY = re.compile(r"[A-Za-z0-9_-]{8,200}")


def _key(said: dict, field: str, parameter: str = "") -> str:
    """The key itself, also where somebody pasted the robot's whole Webhook address."""
    value = said[field].strip()
    if "://" in value:
        parts = urlsplit(value)
        last = parts.path.rstrip("/").rpartition("/")[2]
        value = parse_qs(parts.query).get(parameter, [""])[0] if parameter else last
    if not KEY.fullmatch(value):
        raise Incomplete(field, "不能识别。请粘贴机器人的 Webhook 地址，或其中的密钥。")
    return value


def _tail(value: str) -> str:
    return f"…{value[-4:]}" if len(value) >= 20 else "已保存"


def _wecom(said):
    return f"wecombot://{_key(said, 'key', 'key')}"


def _dingtalk(said):
    secret = f"{quote(said['secret'].strip(), safe='')}@" if said.get("secret") else ""
    return f"dingtalk://{secret}{_key(said, 'token', 'access_token')}/"


def _feishu(said):
    sign = "?" + _query({"sign": said["sign"].strip()}) if said.get("sign") else ""
    return f"feishu://{_key(said, 'token')}/{sign}"


PORTS = {"ssl": 465, "starttls": 587, "insecure": 25}
MAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[A-Za-z0-9.-]{1,190}")
HOST = re.compile(r"[A-Za-z0-9.-]{1,190}|\[[0-9A-Fa-f:.]{2,45}\]")


def _mails(said: dict, field: str) -> list[str]:
    found = [one for one in re.split(r"[\s,，;；]+", said.get(field, "")) if one]
    if not found or not all(MAIL.fullmatch(one) for one in found) or len(found) > 20:
        raise Incomplete(field, "不是有效的邮箱地址（可写多个，以逗号分开，最多 20 个）。")
    return found


def _email(said):
    host, security = said["host"].strip(), said["security"]
    if not HOST.fullmatch(host):
        raise Incomplete("host", "不是有效的主机名，如 smtp.example.cn。")
    if security not in PORTS:
        raise Incomplete("security", "请选择加密方式。")
    port = str(said.get("port") or PORTS[security]).strip()
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise Incomplete("port", "端口是 1 到 65535 之间的数字。")
    user = ""
    if said.get("user"):
        user = f"{quote(said['user'].strip(), safe='')}:{quote(said.get('password', ''), safe='')}@"
    scheme = "mailto" if security == "insecure" else "mailtos"
    query = {
        "smtp": host.strip("[]"),
        "mode": security,
        "from": _mails(said, "sender")[0],
        "to": ",".join(_mails(said, "to")),
        "name": "驻马店邮政业应急",
        "format": "text",
    }
    return f"{scheme}://{user}{host}:{port}/?{_query(query)}"


def _masked_mail(said):
    first, *rest = _mails(said, "to")
    name, _, domain = first.partition("@")
    more = f" 等 {len(rest) + 1} 个" if rest else ""
    return f"{name[0]}***@{domain}{more}，经 {said['host']}"


def _pairs(said: dict, field: str, mark: str) -> dict[str, str]:
    pairs = {}
    for line in filter(None, map(str.strip, said.get(field, "").splitlines())):
        name, found, value = line.partition(mark)
        if not found or not re.fullmatch(r"[A-Za-z0-9_.-]{1,60}", name.strip()):
            raise Incomplete(field, f"每行一项，写作“名称{mark}值”。")
        pairs[name.strip()] = value.strip()
    return pairs


def _http(said):
    parts = _split(said)
    query = {f"-{name}": values[-1] for name, values in parse_qs(parts.query).items()}
    query |= {f"+{name}": value for name, value in _pairs(said, "headers", ":").items()}
    query |= {f":{name}": value for name, value in _pairs(said, "extra", "=").items()}
    if said.get("text_field") and said["text_field"] != "message":
        if not re.fullmatch(r"[A-Za-z0-9_.-]{1,60}", said["text_field"]):
            raise Incomplete("text_field", "只能用字母、数字和 _ . -。")
        query[":message"] = said["text_field"]
    scheme = "jsons" if parts.scheme == "https" else "json"
    return f"{scheme}://{parts.netloc}{quote(parts.path or '/', safe='/%')}{'?' * bool(query)}{_query(query)}"


def _split(said):
    try:
        parts = urlsplit(said["url"].strip())
        known = parts.scheme in ("http", "https") and parts.hostname and (parts.port or True)
    except ValueError:
        known = False
    if not known:
        raise Incomplete("url", "不是有效的网址，如 https://sms.example.cn/send。")
    return parts


LOCAL = {"dbus", "kde", "qt", "glib", "gnome", "macosx", "windows", "syslog", "blink1", "deltachat"}
FILES = re.compile(r"[?&](template|attach|keyfile|pgpkey|pgppub|pgpprv|key_file|cert|subfile)=", re.I)


def _other(said):
    address = said["address"].strip()
    scheme = address.partition("://")[0].lower()
    if scheme in LOCAL or FILES.search(address):
        raise Incomplete("address", "这种地址会动用服务器本机的文件或桌面，不允许。")
    if plugin_of(address) is None:
        raise Incomplete("address", "apprise 不能识别这个地址，请对照它的说明检查。")
    return address


SECURITY = (
    ("ssl", "SSL/TLS（465）"),
    ("starttls", "STARTTLS（587）"),
    ("insecure", "不加密（25，仅限内网）"),
)
ROBOT = "在群里添加机器人后，把它给出的 Webhook 地址整个粘贴在这里。"

WAYS = {
    way.kind: way
    for way in (
        Way(
            Kind.WECOM,
            "发到企业微信群",
            (Field("key", "Webhook 地址", ROBOT, secret=True),),
            _wecom,
            lambda said: _tail(_key(said, "key", "key")),
        ),
        Way(
            Kind.DINGTALK,
            "发到钉钉群",
            (
                Field("token", "Webhook 地址", ROBOT, secret=True),
                Field("secret", "加签密钥", "安全设置选了“加签”的，填 SEC 开头的密钥。", False, True),
            ),
            _dingtalk,
            lambda said: _tail(_key(said, "token", "access_token")),
        ),
        Way(
            Kind.FEISHU,
            "发到飞书群",
            (
                Field("token", "Webhook 地址", ROBOT, secret=True),
                Field("sign", "签名密钥", "安全设置选了“签名校验”的填写。", False, True),
            ),
            _feishu,
            lambda said: _tail(_key(said, "token")),
        ),
        Way(
            Kind.EMAIL,
            "经单位的邮件服务器发送",
            (
                Field("to", "收件邮箱", "可写多个，以逗号分开。"),
                Field("host", "SMTP 主机", "如 smtp.example.cn"),
                Field("security", "加密", choices=SECURITY),
                Field("port", "端口", "不填时按加密方式取。", False),
                Field("sender", "发件邮箱"),
                Field("user", "用户名", "", False),
                Field("password", "密码或授权码", "", False, True),
            ),
            _email,
            _masked_mail,
            lambda said: said.get("host", "").strip(),
        ),
        Way(
            Kind.HTTP,
            "以 JSON 提交到一个网址，如单位的短信网关",
            (
                Field("url", "网址", "如 https://sms.example.cn/send", secret=True),
                Field("text_field", "正文的字段名", "不填为 message；标题总在 title。", False),
                Field(
                    "extra", "附加字段", "每行一项，如 phone=13800000000", False, True, lines=3, longest=2000
                ),
                Field(
                    "headers",
                    "请求头",
                    "每行一项，如 Authorization: Bearer …",
                    False,
                    True,
                    lines=3,
                    longest=2000,
                ),
            ),
            _http,
            lambda said: _split(said).hostname,
            lambda said: _split(said).hostname or "",
        ),
        Way(
            Kind.OTHER,
            "apprise 支持的其他一百多种服务",
            (Field("address", "apprise 地址", "写法见 apprise 的说明，如 tgram://…", secret=True),),
            _other,
            lambda said: f"{said['address'].partition('://')[0][:20]}://…",
        ),
    )
}
