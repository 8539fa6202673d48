"""A self-signed certificate, made with nothing but Python: TLS tests need no openssl program."""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from pathlib import Path

#: Curve P-256 (FIPS 186-4, D.1.2.3).
_P = 2**256 - 2**224 + 2**192 + 2**96 - 1
_N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
_EC_KEY = bytes.fromhex("06072a8648ce3d0201")
_P256 = bytes.fromhex("06082a8648ce3d030107")
_ECDSA_SHA256 = bytes.fromhex("300a06082a8648ce3d040302")
_COMMON_NAME = bytes.fromhex("0603550403")
_ALT_NAME = bytes.fromhex("0603551d11")
_BASIC = bytes.fromhex("0603551d13")

Point = tuple[int, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """Paths of a certificate and its key, both PEM."""

    certificate: Path
    key: Path


def self_signed(folder: Path, *, host: str) -> Certificate:
    """Write a certificate for one host, good from 2020 to 2099, that is its own authority."""
    secret = secrets.randbelow(_N - 1) + 1
    point = _times(secret, _G)
    assert point is not None
    public = b"\x04" + point[0].to_bytes(32) + point[1].to_bytes(32)
    signed = _to_be_signed(host, public)
    certificate = _sequence(signed, _ECDSA_SHA256, _bits(_sign(signed, secret)))
    key = _sequence(
        _integer(1), _tag(0x04, secret.to_bytes(32)), _tag(0xA0, _P256), _tag(0xA1, _bits(public))
    )
    made = Certificate(certificate=folder / f"{host}.crt", key=folder / f"{host}.key")
    made.certificate.write_text(_pem("CERTIFICATE", certificate))
    made.key.write_text(_pem("EC PRIVATE KEY", key))
    return made


def _to_be_signed(host: str, public: bytes) -> bytes:
    name = _sequence(_tag(0x31, _sequence(_COMMON_NAME, _tag(0x0C, host.encode()))))
    validity = _sequence(_tag(0x17, b"200101000000Z"), _tag(0x18, b"20991231235959Z"))
    key = _sequence(_sequence(_EC_KEY, _P256), _bits(public))
    names = _sequence(_tag(0x82, host.encode()))
    extensions = _sequence(
        _sequence(_ALT_NAME, _tag(0x04, names)),
        _sequence(_BASIC, _tag(0x01, b"\xff"), _tag(0x04, _sequence(_tag(0x01, b"\xff")))),
    )
    return _sequence(
        _tag(0xA0, _integer(2)), _integer(secrets.randbits(63)), _ECDSA_SHA256,
        name, validity, name, key, _tag(0xA3, extensions),
    )  # fmt: skip


def _sign(signed: bytes, secret: int) -> bytes:
    digest = int.from_bytes(hashlib.sha256(signed).digest())
    once = secrets.randbelow(_N - 1) + 1
    point = _times(once, _G)
    assert point is not None
    r = point[0] % _N
    s = pow(once, -1, _N) * (digest + r * secret) % _N
    return _sequence(_integer(r), _integer(s))


def _times(factor: int, point: Point) -> Point:
    total: Point = None
    while factor:
        if factor & 1:
            total = _plus(total, point)
        point = _plus(point, point)
        factor >>= 1
    return total


def _plus(one: Point, other: Point) -> Point:
    if one is None or other is None:
        return one or other
    if one[0] == other[0] and (one[1] + other[1]) % _P == 0:
        return None
    if one == other:
        slope = (3 * one[0] ** 2 - 3) * pow(2 * one[1], -1, _P) % _P
    else:
        slope = (other[1] - one[1]) * pow(other[0] - one[0], -1, _P) % _P
    x = (slope**2 - one[0] - other[0]) % _P
    return x, (slope * (one[0] - x) - one[1]) % _P


def _tag(kind: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    if len(body) < 0x80:
        return bytes((kind, len(body))) + body
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8)
    return bytes((kind, 0x80 | len(size))) + size + body


def _sequence(*parts: bytes) -> bytes:
    return _tag(0x30, *parts)


def _integer(value: int) -> bytes:
    return _tag(0x02, value.to_bytes(value.bit_length() // 8 + 1))


def _bits(body: bytes) -> bytes:
    return _tag(0x03, b"\x00" + body)


def _pem(label: str, body: bytes) -> str:
    text = base64.encodebytes(body).decode()
    return f"-----BEGIN {label}-----\n{text}-----END {label}-----\n"
