"""What the tests of the machine share."""

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils import timezone

from zmd_emergency.supervisor import HERE


@pytest.fixture
def nginx_conf(tmp_path):
    """The configuration within a whole one, with a certificate of its own."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "emergency.example.org")])
    now = timezone.now()
    certificate = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    (tmp_path / "fullchain.pem").write_bytes(certificate.sign(key, hashes.SHA256()).public_bytes(pem))
    (tmp_path / "privkey.pem").write_bytes(key.private_bytes(pem, form, serialization.NoEncryption()))
    ours = (
        (HERE / "deploy" / "nginx" / "zmd.conf")
        .read_text()
        .replace("/etc/zmd/tls", str(tmp_path))
        .replace("/var/log/nginx", str(tmp_path))
    )
    (tmp_path / "zmd.conf").write_text(ours)
    whole = tmp_path / "nginx.conf"
    head = f"pid {tmp_path}/pid;\nerror_log {tmp_path}/error.log;\nevents {{}}\n"
    whole.write_text(head + f"http {{\n    include {tmp_path}/zmd.conf;\n}}\n")
    return whole
