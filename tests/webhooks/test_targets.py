"""Whither a webhook may lead: never into an inner network (SSRF), also when a name answers otherwise the second time."""

import datetime
import http.server
import socket
import ssl
import threading

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from alerts.channels import guard, pinned, targets
from alerts.channels.targets import BadTarget
from tests.webhooks.conftest import PUBLIC

INSIDE = (
    *("127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
    *(
        "100.64.0.1",
        "100.100.100.200",
        "224.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "198.18.0.1",
        "240.0.0.1",
    ),
    *("::", "::1", "fe80::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1"),
    *(
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::808:808",
        "fec0::1",
        "::127.0.0.1",
        "2002:7f00:1::",
        "2001:db8::1",
    ),
)


def refusal(url: str) -> str:
    try:
        targets.check(url)
    except BadTarget as refused:
        return refused.code
    return ""


def test_addresses_of_the_inner_network_are_refused(names):
    assert [a for a in INSIDE if not guard.is_private(a)] == []
    for address in INSIDE:
        host = f"[{address}]" if ":" in address else address
        assert refusal(f"https://{host}/hook") == "private_target", address
        names["evil.example"] = [[PUBLIC, address]]
        assert refusal("https://evil.example/hook") == "private_target", f"one of several: {address}"
    for address in (PUBLIC, "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"):
        names["good.example"] = [[address]]
        assert refusal("https://good.example/hook") == "", address


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://example.com", ""),
        ("https://example.com:8443/hooks?tenant=1", ""),
        ("https://xn--fiq228c.example/hook", ""),
        ("http://example.com/hook", "https_required"),
        ("ftp://example.com/hook", "not_a_url"),
        ("//example.com/hook", "not_a_url"),
        ("example.com/hook", "not_a_url"),
        ("https:///hook", "not_a_url"),
        ("https://[::1", "not_a_url"),
        ("https://例子.example/hook", "not_a_url"),
        ("https://example.com/a b", "not_a_url"),
        ("https://example.com/\r\nHost: x", "not_a_url"),
        ("https://example.com/\x00", "not_a_url"),
        ("https://example.com/#part", "not_a_url"),
        ("https://example.com:99999/", "not_a_url"),
        ("https://example.com:abc/", "not_a_url"),
        (f"https://{'a' * 70}.example/", "not_a_url"),
        ("https://user:secret@example.com/", "credentials_in_url"),
        ("https://user@example.com/", "credentials_in_url"),
        ("https://example.com:22/", "port_refused"),
        ("https://example.com:0/", "port_refused"),
        ("https://localhost/", "private_target"),
        ("https://api.localhost./", "private_target"),
        ("https://127.0.0.1/", "private_target"),
        ("https://example.com/" + "a" * 500, "too_long"),
    ],
)
def test_an_address_is_told_what_is_wrong_with_it(url, code):
    assert refusal(url) == code


def test_a_name_that_is_not_known_may_be_saved_but_not_sent_to(monkeypatch):
    def unknown(host, port):
        raise socket.gaierror

    monkeypatch.setattr(targets, "resolve", unknown)
    assert refusal("https://not-yet.example/") == ""
    assert pinned.post("https://not-yet.example/", b"{}", {}).error == "域名无法解析"


def test_other_spellings_of_an_address_are_seen_through(monkeypatch):
    """Such as the system's own resolver understands."""
    monkeypatch.undo()
    for host in ("2130706433", "0x7f.1", "127.1", "0177.0.0.1"):
        assert refusal(f"https://{host}/") == "private_target", host


def test_a_name_that_turns_inward_after_it_was_looked_at_gains_nothing(names, monkeypatch):
    """DNS rebinding: the connection goes to the address that was looked at; the name is not asked again."""
    names["rebind.example"] = [[PUBLIC], ["127.0.0.1"]]
    connected = []

    def connect(address, timeout):
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    pinned.post("https://rebind.example:8443/", b"{}", {})
    assert connected == [(PUBLIC, 8443)]
    assert pinned.post("https://rebind.example:8443/", b"{}", {}).error == guard.WORDS
    assert connected == [(PUBLIC, 8443)], "the next time the name is looked at anew, and refused"


def test_the_connection_itself_is_guarded_too(names, monkeypatch):
    """Should the look ever be fooled: what would connect inward is stopped where it connects."""
    monkeypatch.setattr(targets, "addresses_of", lambda target: ["127.0.0.1"])
    assert pinned.post("https://fooled.example/", b"{}", {}).error == guard.WORDS


@pytest.fixture
def tls_server(tmp_path, monkeypatch):
    """Its certificate is for hooks.example, and trusted; it tells which name it was asked for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hooks.example")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("hooks.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    plain = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "both.pem").write_bytes(plain + pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "both.pem"))
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append(self.headers["Host"])
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "both.pem")
    context.sni_callback = lambda sock, name, _: asked.append(name)
    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1], asked
    server.shutdown()
    server.server_close()


def test_certificates_are_checked_against_the_name_though_an_address_is_connected_to(
    names, settings, tls_server
):
    settings.PRIVATE_TARGETS = True
    port, asked = tls_server
    names["hooks.example"] = names["other.example"] = [["127.0.0.1"]]
    assert pinned.post(f"https://hooks.example:{port}/", b"{}", {}).status == 200
    assert asked == ["hooks.example", f"hooks.example:{port}"]
    assert "证书" in pinned.post(f"https://other.example:{port}/", b"{}", {}).error
