"""The provider of identities an office has already, spoken to and believed no further than needed.

Nothing it says chooses how its tokens are checked: issuer, audience and ways of signing are ours.
"""

import hmac
import json
import logging
from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx2
from authlib.integrations.starlette_client import StarletteIntegration, StarletteOAuth2App
from joserfc import jws
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from config.urls import is_loopback
from dondoc.bootstrap import App

#: Signatures of a private key; what both sides share, or no key at all, signs nothing here.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
_KEYS = ("RSA", "EC", "OKP")
#: Headers by which a token would bring its own key, or ask for more than we know.
_REFUSED_HEADERS = ("jwk", "jku", "x5u", "x5c", "crit", "b64")
_KNOWN = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "_loaded_at",
          "token_endpoint_auth_methods_supported")  # fmt: skip
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_LARGEST_ANSWER = 1_000_000
_LARGEST_TOKEN = 32_000
_LONGEST_SUBJECT = 255
_SKEW_SECONDS = 120

# At its lowest level it writes down what only the two sides are to know.
logging.getLogger("authlib").setLevel(logging.WARNING)


class UntrustedError(Exception):
    """The provider, or somebody in its place, said something that is not to be believed."""

    def __init__(self, *, of: str) -> None:
        super().__init__(of)


class Provider(StarletteOAuth2App):  # type: ignore[misc]  # the library has no types
    """Authlib's client of OpenID Connect, with a stricter look at what comes back."""

    def __init__(self, app: App, *, transport: httpx2.AsyncBaseTransport | None = None) -> None:
        """Prepare to speak to the provider of the settings; nothing is asked yet.

        Args:
            app: The application.
            transport: What carries requests; for tests.
        """
        auth = app.settings.auth
        self._issuer = str(auth.oidc_issuer)
        self._clock = app.clock
        carrier = transport or httpx2.AsyncHTTPTransport()
        super().__init__(
            StarletteIntegration("provider"),
            name="provider",
            client_id=auth.oidc_client_id,
            client_secret=auth.oidc_client_secret.get_secret_value() or None,
            server_metadata_url=f"{self._issuer}/.well-known/openid-configuration",
            client_kwargs={
                "scope": "openid profile email",
                "code_challenge_method": "S256",
                "timeout": 10.0,
                "follow_redirects": False,
                "transport": _Bounded(carrier),
            },
        )

    async def load_server_metadata(self) -> dict[str, Any]:
        """Return what the provider says of itself, as far as it is asked.

        Raises:
            UntrustedError: it is another one, or would be spoken to over a plain connection.
        """
        found = await super().load_server_metadata()
        try:
            _require_sound(found, issuer=self._issuer)
        except UntrustedError:
            # What was wrong is asked anew the next time.
            found.clear()
            raise
        for name in [one for one in found if one not in (*_KNOWN, "jwks")]:
            del found[name]
        known: dict[str, Any] = found
        return known

    async def parse_id_token(
        self, token: Mapping[str, Any], nonce: str, **_options: Any
    ) -> dict[str, Any]:
        """Return the claims of an id token that is for us, about this sign-in, and signed.

        Raises:
            UntrustedError: it is not.
        """
        text = token.get("id_token")
        if not isinstance(text, str) or len(text) > _LARGEST_TOKEN:
            raise UntrustedError(of="size of the token")
        claims = await self._signed_claims(text)
        self._require_ours(claims)
        self._require_now(claims)
        given = claims.get("nonce")
        if not (isinstance(given, str) and nonce and hmac.compare_digest(given, nonce)):
            raise UntrustedError(of="nonce")
        return claims

    async def _signed_claims(self, text: str) -> dict[str, Any]:
        header = jws.extract_compact(text.encode()).headers()
        if header.get("alg") not in ALGORITHMS:
            raise UntrustedError(of="alg")
        if any(name in header for name in _REFUSED_HEADERS):
            raise UntrustedError(of="header of the token")
        keys = await self._keys()
        if header.get("kid") not in {one.get("kid") for one in keys}:
            keys = await self._keys(force=True)
        registry = JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False)
        key_set = KeySet.import_key_set({"keys": keys})
        found = jws.deserialize_compact(text, key_set, registry=registry)
        claims = json.loads(found.payload)
        if not isinstance(claims, dict):
            raise UntrustedError(of="claims")
        return claims

    async def _keys(self, *, force: bool = False) -> list[dict[str, Any]]:
        found = await self.fetch_jwk_set(force=force)
        keys = found.get("keys") if isinstance(found, dict) else None
        if not isinstance(keys, list):
            self.server_metadata.pop("jwks", None)
            raise UntrustedError(of="keys")
        return [one for one in keys if isinstance(one, dict) and one.get("kty") in _KEYS]

    def _require_ours(self, claims: Mapping[str, Any]) -> None:
        if claims.get("iss") != self._issuer:
            raise UntrustedError(of="iss")
        audience = claims.get("aud")
        several = audience if isinstance(audience, list) else [audience]
        party = claims.get("azp")
        is_for_us = self.client_id in several and party in (None, self.client_id)
        if not is_for_us or (len(several) > 1 and party is None):
            raise UntrustedError(of="aud or azp")
        subject = claims.get("sub")
        if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT:
            raise UntrustedError(of="sub")

    def _require_now(self, claims: Mapping[str, Any]) -> None:
        now = self._clock.now().timestamp()
        ends, made = claims.get("exp"), claims.get("iat")
        if not isinstance(ends, int | float) or now >= ends + _SKEW_SECONDS:
            raise UntrustedError(of="exp")
        if not isinstance(made, int | float) or made > now + _SKEW_SECONDS:
            raise UntrustedError(of="iat")
        begins = claims.get("nbf", 0)
        if not isinstance(begins, int | float) or begins > now + _SKEW_SECONDS:
            raise UntrustedError(of="nbf")


def _require_sound(found: Mapping[str, Any], *, issuer: str) -> None:
    if found.get("issuer") != issuer:
        raise UntrustedError(of="issuer of the configuration")
    for name in _ENDPOINTS:
        _require_safe(found, name)


def _require_safe(found: Mapping[str, Any], name: str) -> None:
    parts = urlsplit(str(found.get(name, "")))
    is_safe = parts.scheme == "https" or is_loopback(parts.hostname or "")
    if not is_safe or not parts.hostname:
        raise UntrustedError(of=name)


class _Bounded(httpx2.AsyncBaseTransport):
    """Carries answers of a sensible size, as they are: nothing unpacks to more than was sent."""

    def __init__(self, carrier: httpx2.AsyncBaseTransport) -> None:
        self._carrier = carrier

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        request.headers["Accept-Encoding"] = "identity"
        response = await self._carrier.handle_async_request(request)
        if response.headers.get("Content-Encoding", "identity") != "identity":
            raise UntrustedError(of="packed answer")
        assert isinstance(response.stream, httpx2.AsyncByteStream)  # noqa: S101 - it was asked so
        return httpx2.Response(
            response.status_code,
            headers=response.headers,
            stream=_Short(response.stream),
            extensions=response.extensions,
        )


class _Short(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for part in self._stream:
            size += len(part)
            if size > _LARGEST_ANSWER:
                raise UntrustedError(of="size of an answer")
            yield part

    async def aclose(self) -> None:
        await self._stream.aclose()
