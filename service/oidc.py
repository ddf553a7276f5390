"""Signing in with another system's accounts (OpenID Connect), where a city has one. Off unless it is configured.

Authorization code with PKCE; the identity token is checked against the issuer's keys. Who may sign in is still decided
here: the user name that the issuer tells must have an enabled account.
"""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from typing import Any

from service.errors import ServiceError, Unavailable
from service.settings import Settings

SECONDS = 10
_PROMISED = ("authorization_endpoint", "token_endpoint", "jwks_uri", "issuer")


class NotRecognised(ServiceError):
    """The other system did not say who signs in, or what it said cannot be trusted."""

    code = "E_SIGN_IN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """What must come back with the answer of the issuer, kept by the browser that asked."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """The endpoints that an issuer names."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


def is_configured(settings: Settings) -> bool:
    """Tell whether people may sign in elsewhere."""
    return bool(settings.oidc_issuer and settings.oidc_client_id)


def begin(settings: Settings, back: str) -> tuple[str, Pending]:
    """Give the address to send a browser to, and what it must bring back to `back`.

    Raises:
        Unavailable: the issuer cannot be reached.
    """
    pending = Pending(
        state=secrets.token_urlsafe(24), nonce=secrets.token_urlsafe(24), verifier=secrets.token_urlsafe(48)
    )
    client = _client(settings, back)
    address, _ = client.create_authorization_url(
        discover(settings).authorization_endpoint,
        state=pending.state,
        nonce=pending.nonce,
        code_verifier=pending.verifier,
    )
    return str(address), pending


def finish(settings: Settings, pending: Pending, code: str, state: str, back: str) -> str:
    """Give the user name of whoever has signed in at the issuer.

    Raises:
        NotRecognised: another state, a token that is not right, or no user name in it.
        Unavailable: the issuer cannot be reached.
    """
    from httpx import HTTPError

    if not code or not secrets.compare_digest(state.encode(), pending.state.encode()):
        raise NotRecognised("统一身份认证没有完成，请重新登录")
    provider = discover(settings)
    try:
        token = _client(settings, back).fetch_token(provider.token_endpoint, code=code, code_verifier=pending.verifier)
        keys = _get(provider.jwks_uri)
    except HTTPError as fault:
        raise Unavailable("统一身份认证系统暂时连不上，请稍后再试，或用本系统密码登录") from fault
    except Exception as fault:
        raise NotRecognised("统一身份认证没有通过，请重新登录") from fault
    claims = _claims(str(token.get("id_token", "")), keys, provider, settings, pending)
    name = claims.get(settings.oidc_claim)
    if not isinstance(name, str) or not name:
        raise NotRecognised("统一身份认证没有给出用户名，请联系管理员")
    return name


def discover(settings: Settings) -> Provider:
    """Read the endpoints of the issuer.

    Raises:
        Unavailable: it cannot be reached, or is another one than configured.
    """
    from httpx import HTTPError

    try:
        told = _get(settings.oidc_issuer.rstrip("/") + "/.well-known/openid-configuration")
        provider = Provider(**{name: str(told[name]) for name in _PROMISED})
    except (HTTPError, KeyError, ValueError, TypeError) as fault:
        raise Unavailable("统一身份认证系统暂时连不上，请稍后再试，或用本系统密码登录") from fault
    if provider.issuer.rstrip("/") != settings.oidc_issuer.rstrip("/"):
        raise Unavailable("统一身份认证系统的名称与设置不符，请联系管理员")
    return provider


def pending_json(pending: Pending) -> dict[str, str]:
    """Give what the browser keeps as plain values."""
    return asdict(pending)


def _claims(
    id_token: str, keys: dict[str, Any], provider: Provider, settings: Settings, pending: Pending
) -> dict[str, Any]:
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    expected = jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": provider.issuer},
        aud={"essential": True, "value": settings.oidc_client_id},
        exp={"essential": True},
        nonce={"essential": True, "value": pending.nonce},
    )
    try:
        token = jwt.decode(id_token, KeySet.import_key_set(keys), algorithms=["RS256", "PS256", "ES256", "EdDSA"])  # type: ignore[arg-type]
        expected.validate(token.claims)
    except (JoseError, ValueError, KeyError) as fault:
        raise NotRecognised("统一身份认证的凭证不正确，请重新登录") from fault
    return dict(token.claims)


def _client(settings: Settings, back: str) -> Any:
    from authlib.integrations.httpx_client import OAuth2Client

    return OAuth2Client(
        settings.oidc_client_id,
        settings.oidc_client_secret or None,
        scope="openid profile",
        redirect_uri=back,
        code_challenge_method="S256",
        timeout=SECONDS,
    )


def _get(address: str) -> dict[str, Any]:
    import httpx

    answer = httpx.get(address, timeout=SECONDS)
    answer.raise_for_status()
    told: dict[str, Any] = answer.json()
    return told
