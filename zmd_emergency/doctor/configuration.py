"""The environment's settings: secrets, names, TLS, time zone."""

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings

from zmd_emergency.doctor.finding import Finding, fine, grave, mind

SHORTEST_SECRET = 50
LOOPBACK = {"127.0.0.1", "localhost", "[::1]"}
EXPIRES_SOON = timedelta(days=14)


def mode(now: datetime) -> Iterator[Finding]:
    """运行方式"""
    if settings.DEBUG:
        yield grave("运行方式", "调试模式开着，出错页面会泄露内部信息。", "关闭 DEBUG。")
    elif not settings.PRODUCTION:
        yield mind(
            "运行方式", "不是生产方式：可装载演示数据，不强制 TLS。", "正式使用请设 ZMD_ENV=production。"
        )
    else:
        yield fine("运行方式", "生产方式。")


def secret(now: datetime) -> Iterator[Finding]:
    """系统密钥"""
    key = settings.SECRET_KEY
    if len(key) < SHORTEST_SECRET or len(set(key)) < 10 or key.startswith("django-insecure"):
        yield grave(
            "系统密钥",
            f"SECRET_KEY 太短或太简单（{len(key)} 个字符），会话和令牌可被伪造。",
            f"改为 {SHORTEST_SECRET} 个以上的随机字符；改后所有人须重新登录。",
        )
    else:
        yield fine("系统密钥", "SECRET_KEY 足够长。")


def channel_key(now: datetime) -> Iterator[Finding]:
    """渠道密钥"""
    if settings.CHANNEL_KEYS and min(map(len, settings.CHANNEL_KEYS)) < 32:
        yield grave(
            "渠道密钥", "ZMD_CHANNEL_KEY 太短。", "改为 32 个以上的随机字符，再执行 reseal_channels。"
        )
    elif settings.CHANNEL_KEYS:
        yield fine("渠道密钥", "ZMD_CHANNEL_KEY 已设置。")
    else:
        yield mind(
            "渠道密钥",
            "没有设置 ZMD_CHANNEL_KEY：外部渠道的地址和口令由 SECRET_KEY 加密，换它就打不开了。",
            "设置 ZMD_CHANNEL_KEY 并执行 reseal_channels（docs/deployment.md）。",
        )


def hosts(now: datetime) -> Iterator[Finding]:
    """访问域名"""
    names = {name.strip() for name in settings.ALLOWED_HOSTS}
    if "*" in names:
        yield grave("访问域名", "ALLOWED_HOSTS 里有 *：任何域名都被接受，链接可被伪造。", "写明实际的域名。")
    elif settings.PRODUCTION and names <= LOOPBACK:
        yield grave("访问域名", "ALLOWED_HOSTS 只有本机：别人无法访问。", "把对外的域名加入 ALLOWED_HOSTS。")
    else:
        yield fine("访问域名", "、".join(sorted(names)))


def base_url(now: datetime) -> Iterator[Finding]:
    """系统地址"""
    parts = urlsplit(settings.BASE_URL)
    if not settings.BASE_URL:
        yield mind("系统地址", "没有设置 ZMD_BASE_URL：外部消息里没有链接。", "设为 https://… 的对外地址。")
    elif settings.PRODUCTION and parts.scheme != "https":
        yield grave("系统地址", f"ZMD_BASE_URL 是 {settings.BASE_URL}，不是 https。", "改为 https 地址。")
    elif settings.PRODUCTION and parts.hostname not in settings.ALLOWED_HOSTS:
        yield grave(
            "系统地址",
            f"ZMD_BASE_URL 的域名 {parts.hostname} 不在 ALLOWED_HOSTS 里，消息里的链接打不开。",
            "把两处改为一致。",
        )
    else:
        yield fine("系统地址", settings.BASE_URL)


def tls(now: datetime) -> Iterator[Finding]:
    """加密访问"""
    if not settings.PRODUCTION:
        return
    if not (settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE):
        yield grave(
            "加密访问",
            "会话 Cookie 可能经明文传送。",
            "不要关闭 SESSION_COOKIE_SECURE 和 CSRF_COOKIE_SECURE。",
        )
    if not settings.SECURE_SSL_REDIRECT:
        yield mind(
            "加密访问", "系统自己不把 http 转到 https（ZMD_TLS_REDIRECT=0）。", "确认前面的代理已这样做。"
        )
    else:
        yield fine("加密访问", "http 一律转到 https。")


def certificate(now: datetime) -> Iterator[Finding]:
    """证书"""
    parts = urlsplit(settings.BASE_URL)
    if parts.scheme != "https":
        return
    try:
        ends = certificate_ends(parts.hostname, parts.port or 443)
    except ssl.SSLCertVerificationError as error:
        yield grave("证书", f"{parts.hostname} 的证书不被信任：{error.verify_message}。", "更换证书。")
    except OSError as error:
        yield mind(
            "证书", f"从本机连不上 {settings.BASE_URL}：{error}。", "从外面打开系统地址，确认证书有效。"
        )
    else:
        if ends - now < EXPIRES_SOON:
            yield grave("证书", f"证书将于 {ends:%Y-%m-%d} 到期。", "尽快续期，并检查自动续期是否在运行。")
        else:
            yield fine("证书", f"有效期至 {ends:%Y-%m-%d}。")


def certificate_ends(host: str, port: int) -> datetime:
    context = ssl.create_default_context()
    with (
        socket.create_connection((host, port), timeout=5) as plain,
        context.wrap_socket(plain, server_hostname=host) as wrapped,
    ):
        return datetime.fromtimestamp(ssl.cert_time_to_seconds(wrapped.getpeercert()["notAfter"]), UTC)


def time_zone(now: datetime) -> Iterator[Finding]:
    """时区"""
    if settings.TIME_ZONE != "Asia/Shanghai" or not settings.USE_TZ:
        yield grave("时区", f"时区是 {settings.TIME_ZONE}，不是北京时间。", "TIME_ZONE 须为 Asia/Shanghai。")
    else:
        yield fine("时区", "北京时间。")


ALONE = [mode, secret, channel_key, hosts, base_url, tls, certificate, time_zone]
