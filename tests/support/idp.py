"""A provider of identities in memory: honest, or wrong in one way at a time.

It speaks through a transport of the client's library, so that nothing leaves the process.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey
from joserfc.jws import JWSRegistry

from engine.clock import PinnedClock

ISSUER = "https://dinhdanh.example"
CLIENT, SECRET = "dondoc", "bi-mat-cua-ung-dung"
_KEY = RSAKey.generate_key(2048, {"kid": "k1", "alg": "RS256", "use": "sig"})
_STRANGER = RSAKey.generate_key(2048, {"kid": "k1", "alg": "RS256", "use": "sig"})


@dataclass(slots=True)
class FakeProvider:
    """Answers for `ISSUER`.

    Attributes:
        clock: By which it dates tokens.
        subject: Who signs in there.
        claims: What it says otherwise than it should.
        sign: Makes a token of claims; the honest one signs with the published key.
        configuration: What it says of itself otherwise than it should.
        answers: Whole answers in the place of its own, by path.
        codes: Codes it gave out, with what was asked for each; a code is good once.
    """

    clock: PinnedClock
    subject: str = "u-1042"
    claims: dict[str, Any] = field(default_factory=dict)
    sign: Callable[[dict[str, Any]], str] | None = None
    configuration: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, httpx2.Response] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def transport(self) -> httpx2.MockTransport:
        """What carries requests to it."""
        return httpx2.MockTransport(self._answer)

    def authorize(self, address: str) -> dict[str, str]:
        """Be the page where a person agrees: return what his browser brings back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def honest(self, claims: dict[str, Any]) -> str:
        """Return a token as the provider signs it."""
        return signed(claims, key=_KEY)

    async def _answer(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path
        if path in self.answers:
            return self.answers[path]
        if path == "/.well-known/openid-configuration":
            return httpx2.Response(200, json={**_CONFIGURATION, **self.configuration})
        if path == "/keys":
            public = _KEY.as_dict(private=False)
            return httpx2.Response(200, json={"keys": [{**public, "kid": "k1"}]})
        if path == "/token":
            return self._token(parse_qs((await request.aread()).decode()))
        return httpx2.Response(404)

    def _token(self, form: dict[str, list[str]]) -> httpx2.Response:
        asked = self.codes.pop(form["code"][0], None)
        digest = hashlib.sha256(form.get("code_verifier", [""])[0].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            asked is None
            or challenge != asked["code_challenge"]
            or form["redirect_uri"][0] != asked["redirect_uri"]
        ):
            return httpx2.Response(400, json={"error": "invalid_grant"})
        now = int(self.clock.now().timestamp())
        claims = {"iss": ISSUER, "sub": self.subject, "aud": CLIENT, "iat": now,
                  "exp": now + 300, "nonce": asked["nonce"], "name": "Phạm Văn Ca",
                  "email": "cv@example.test", "email_verified": True, **self.claims}  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        token = (self.sign or self.honest)(claims)
        said = {"access_token": "a", "token_type": "Bearer", "expires_in": 300, "id_token": token}
        return httpx2.Response(200, json=said)


def signed(
    claims: dict[str, Any], *, key: Any, alg: str = "RS256", header: dict[str, Any] | None = None
) -> str:
    """Return claims signed by a key."""
    protected = {"alg": alg, "kid": "k1", **(header or {})}
    registry = JWSRegistry(algorithms=[alg], strict_check_header=False)
    payload = json.dumps(claims).encode()
    return jws.serialize_compact(protected, payload, key, registry=registry)


def unsigned(claims: dict[str, Any]) -> str:
    """Return claims that nobody signed (`alg: none`)."""
    parts = ({"alg": "none", "kid": "k1"}, claims)
    return ".".join([*(_encoded(json.dumps(one).encode()) for one in parts), ""])


def by_public_key(claims: dict[str, Any]) -> str:
    """Return claims signed with the published key as if it were a shared secret (HS256)."""
    parts = ({"alg": "HS256", "kid": "k1"}, claims)
    body = ".".join(_encoded(json.dumps(one).encode()) for one in parts)
    seal = hmac.new(_KEY.as_pem(private=False), body.encode(), hashlib.sha256).digest()
    return f"{body}.{_encoded(seal)}"


def by_stranger(claims: dict[str, Any]) -> str:
    """Return claims signed by a key that nobody published."""
    return signed(claims, key=_STRANGER)


def with_own_key(claims: dict[str, Any]) -> str:
    """Return claims signed by a stranger, who sends his key along."""
    key = ECKey.generate_key("P-256")
    return signed(claims, key=key, alg="ES256", header={"jwk": key.as_dict(private=False)})


def without_end(claims: dict[str, Any]) -> str:
    """Return a token that is signed well and far too long."""
    return signed({**claims, "note": "x" * 100_000}, key=_KEY)


def _encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


_CONFIGURATION = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/authorize",
    "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/keys",
    "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
    "token_endpoint_auth_methods_supported": ["client_secret_basic"],
}
