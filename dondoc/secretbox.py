"""The secret key: what it seals can be opened here alone, what it signs nobody else can make.

The key is the setting `web.secret_key`, else a file beside the database that is made on first need.
Several keys, one a line or apart by blanks, are a rotation: the first seals and signs, the others
still open what they once did.
"""

import base64
import contextlib
import hashlib
import os
import stat
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import mkstemp
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from itsdangerous import BadData, SignatureExpired, TimestampSigner, URLSafeTimedSerializer

from config.settings import Settings
from dondoc.bootstrap import App
from engine.clock import Clock
from engine.errors import BadInput, Fault, Invalid
from engine.secrecy import new_secret

#: A shorter key is a word somebody thought of.
_SHORTEST = 32


class SecretBox:
    """Seals what is stored and must be read again, and signs what is handed out and comes back."""

    def __init__(self, keys: tuple[str, ...], *, clock: Clock) -> None:
        """Take the keys, the newest first, and the clock by which signatures grow old."""
        self._fernet = MultiFernet([Fernet(_derived(key, "seal")) for key in keys])
        # Theirs is a list whose last one signs.
        self._signing = [_derived(key, "sign") for key in reversed(keys)]
        self._clock = clock

    def seal(self, text: str) -> str:
        """Return a text that only this key opens."""
        return self._fernet.encrypt(text.encode()).decode("ascii")

    def unseal(self, sealed: str) -> str:
        """Return what was sealed.

        Raises:
            Invalid: another key sealed it, or somebody changed it.
        """
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            problem = "được niêm bằng khóa khác; trả lại secret-key cũ, hoặc đặt lại bí mật này"
            raise Invalid(field="secret_key", problem=problem) from error

    def sign(self, purpose: str, data: Any) -> str:
        """Return data as text that fits into an address; `purpose` keeps it to its use."""
        return self._serializer(purpose).dumps(data)

    def unsign(self, purpose: str, text: str, within: timedelta | None = None) -> Any:
        """Return what was signed for a purpose.

        Args:
            purpose: For what.
            text: What came back.
            within: How old it may be; None is any age.

        Raises:
            Invalid: it was not signed here, for that, or is too old.
        """
        age = None if within is None else int(within.total_seconds())
        try:
            return self._serializer(purpose).loads(text, max_age=age)
        except SignatureExpired as error:
            raise Invalid(field=purpose, problem="đã quá hạn dùng") from error
        except BadData as error:
            raise Invalid(field=purpose, problem="không đúng, hoặc đã bị sửa") from error

    def _serializer(self, purpose: str) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(
            self._signing,
            salt=f"dondoc.{purpose}",
            signer=_ClockSigner,
            signer_kwargs={
                "now": lambda: int(self._clock.now().timestamp()),
                "key_derivation": "hmac",
                "digest_method": hashlib.sha256,
            },
        )


class _ClockSigner(TimestampSigner):
    """Dates signatures by the clock of the application."""

    def __init__(self, *given: Any, now: Callable[[], int], **options: Any) -> None:
        super().__init__(*given, **options)
        self._now = now

    def get_timestamp(self) -> int:
        """Return the present second."""
        return self._now()


def box_of(app: App) -> SecretBox:
    """Return the box of an application; makes the file of its key where there is none yet.

    Raises:
        BadInput: the key is too short, or others can read its file.
    """
    return SecretBox(keys_of(app.settings), clock=app.clock)


def keys_of(settings: Settings) -> tuple[str, ...]:
    """Return the keys in force, the newest first.

    Raises:
        BadInput: one is too short, or others can read the file.
    """
    given = settings.web.secret_key.get_secret_value()
    if given.strip():
        return _checked(tuple(given.split()), source="web.secret_key")
    return _of_file(settings.secret_key_file)


@cache
def _of_file(path: Path) -> tuple[str, ...]:
    if not path.exists():
        _make(path)
    mode = path.stat().st_mode
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        fault = Fault(place="quyền", problem=f"người khác đọc được tệp này ({mode & 0o777:o})",
                      cure=f"chmod 600 {path}")  # fmt: skip
        raise BadInput(source=str(path), faults=[fault])
    return _checked(tuple(path.read_text(encoding="utf-8").split()), source=str(path))


def _make(path: Path) -> None:
    """Write a new key; whoever comes second keeps the key of who came first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, made = mkstemp(dir=path.parent, prefix=".secret-key-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(f"{new_secret()}\n")
        with contextlib.suppress(FileExistsError):
            os.link(made, path)
    finally:
        Path(made).unlink()


def _checked(keys: tuple[str, ...], *, source: str) -> tuple[str, ...]:
    short = [number for number, key in enumerate(keys, start=1) if len(key) < _SHORTEST]
    if keys and not short:
        return keys
    cure = "tạo bằng: python -c 'import secrets; print(secrets.token_urlsafe(32))'"
    problem = f"khóa ngắn hơn {_SHORTEST} ký tự" if keys else "không có khóa nào"
    raise BadInput(
        source=source,
        faults=[
            Fault(place=f"khóa {number}", problem=problem, cure=cure) for number in short or [1]
        ],
    )


def _derived(key: str, use: str) -> bytes:
    """Return a key of its own for each use, as Fernet takes it."""
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"dondoc.{use}".encode())
    return base64.urlsafe_b64encode(derived.derive(key.encode()))
