"""Single sign-on, off unless the environment names a provider: OpenID Connect (`ZMD_OIDC_…`), a directory (`ZMD_LDAP_…`).

Either only says who somebody is; accounts, posts and what they may do stay ours (`docs/accounts.md`).
"""

import os
import ssl

from django.core.exceptions import ImproperlyConfigured

BACKENDS: list[str] = []
SETTINGS: dict = {"OIDC_ISSUER": "", "OIDC_TRUSTS_FACTOR": False}
OIDC_NEEDED = ("CLIENT_ID", "CLIENT_SECRET", "AUTHORIZATION_URL", "TOKEN_URL", "JWKS_URL")


def _said(name: str, default: str = "") -> str:
    return os.environ.get(f"ZMD_{name}", default)


def oidc(issuer: str) -> dict:
    if missing := [name for name in OIDC_NEEDED if not _said(f"OIDC_{name}")]:
        needed = ", ".join(f"ZMD_OIDC_{name}" for name in missing)
        raise ImproperlyConfigured(f"ZMD_OIDC_ISSUER is set; set {needed} too.")
    return {
        "OIDC_ISSUER": issuer,
        "OIDC_NAME": _said("OIDC_NAME", "统一身份认证"),
        "OIDC_USERNAME_CLAIM": _said("OIDC_USERNAME_CLAIM", "preferred_username"),
        "OIDC_TRUSTS_FACTOR": _said("OIDC_TRUSTS_FACTOR") == "1",
        "OIDC_RP_CLIENT_ID": _said("OIDC_CLIENT_ID"),
        "OIDC_RP_CLIENT_SECRET": _said("OIDC_CLIENT_SECRET"),
        "OIDC_RP_SIGN_ALGO": _said("OIDC_ALGORITHM", "RS256"),
        "OIDC_RP_SCOPES": _said("OIDC_SCOPES", "openid profile"),
        "OIDC_OP_AUTHORIZATION_ENDPOINT": _said("OIDC_AUTHORIZATION_URL"),
        "OIDC_OP_TOKEN_ENDPOINT": _said("OIDC_TOKEN_URL"),
        "OIDC_OP_JWKS_ENDPOINT": _said("OIDC_JWKS_URL"),
        "OIDC_OP_USER_ENDPOINT": _said("OIDC_USERINFO_URL"),
        "OIDC_AUTHENTICATION_CALLBACK_URL": "sso-callback",
        "OIDC_USE_PKCE": True,
        "OIDC_TIMEOUT": 10,
    }


def ldap(url: str) -> dict:
    if not _said("LDAP_BASE"):
        raise ImproperlyConfigured("ZMD_LDAP_URL is set; set ZMD_LDAP_BASE too.")
    return {
        "LDAP_AUTH_URL": url.split(),
        "LDAP_AUTH_USE_TLS": _said("LDAP_START_TLS", "1") == "1" and not url.startswith("ldaps:"),
        "LDAP_AUTH_TLS_VERSION": ssl.PROTOCOL_TLS_CLIENT,
        "LDAP_AUTH_TLS_ARGS": {"validate": ssl.CERT_REQUIRED},
        "LDAP_AUTH_SEARCH_BASE": _said("LDAP_BASE"),
        "LDAP_AUTH_OBJECT_CLASS": _said("LDAP_OBJECT_CLASS", "inetOrgPerson"),
        "LDAP_AUTH_USER_FIELDS": {"username": _said("LDAP_USERNAME", "uid")},
        "LDAP_AUTH_FORMAT_USERNAME": _said(
            "LDAP_FORMAT", "django_python3_ldap.utils.format_username_openldap"
        ),
        "LDAP_AUTH_ACTIVE_DIRECTORY_DOMAIN": _said("LDAP_DOMAIN") or None,
        "LDAP_AUTH_POOL_ACTIVE": 1,  # rounds over the servers; the library's own default never gives up
        "LDAP_AUTH_CONNECT_TIMEOUT": 5,
        "LDAP_AUTH_RECEIVE_TIMEOUT": 5,
    }


if _issuer := _said("OIDC_ISSUER"):
    SETTINGS |= oidc(_issuer)
if _url := _said("LDAP_URL"):
    SETTINGS |= ldap(_url)
    BACKENDS.append("incidents.services.identity.directory.DirectoryBackend")
