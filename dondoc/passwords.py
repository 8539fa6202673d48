"""Passwords: what is no password, and how one is kept.

A password is compared as NFKC text: what a keyboard composes and what it does not is the same. It
is kept as argon2id, of 64 MiB and three passes; where that grows, at the next sign-in.
"""

import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cached_property

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from config.defaults import security_rules
from dondoc.thresholds import Thresholds

LONGEST = 128
#: How many hashes are computed at a time.
AT_ONCE = 2
_FEWEST_SIGNS = 5
#: A part of a name that is shorter says nothing.
_TELLING = 4
_LEET = str.maketrans("@430157$!", "aaeoistsi")
_MIB = 1024


class Passwords:
    """Judges, keeps and checks passwords."""

    def __init__(self, *, memory_mib: int = 64, passes: int = 3, at_once: int = AT_ONCE) -> None:
        """Choose what a hash costs.

        Args:
            memory_mib: Memory of one hash.
            passes: How often it is gone through.
            at_once: How many are computed at a time; so much memory is taken and no more.
        """
        hasher = Argon2Hasher(time_cost=passes, memory_cost=memory_mib * _MIB, parallelism=1)
        self._hash = PasswordHash((hasher,))
        self._turns = threading.BoundedSemaphore(at_once)

    def keep(self, password: str) -> str:
        """Return what is stored of a password."""
        with self._turns:
            return self._hash.hash(normal(password))

    def check(self, password: str, kept: str | None) -> tuple[bool, str | None]:
        """Return whether a password is right, and what to store instead where that has aged.

        With nothing stored it takes as long, and is wrong.
        """
        given = normal(password)
        if len(given) > LONGEST:
            given = ""
        with self._turns:
            is_right, renewed = self._hash.verify_and_update(given, kept or self._nobodys)
        return (is_right, renewed) if kept else (False, None)

    @cached_property
    def _nobodys(self) -> str:
        return self._hash.hash("không phải mật khẩu của ai")


def normal(password: str) -> str:
    """Return a password in the form in which it is compared."""
    return unicodedata.normalize("NFKC", password)


def faults(
    password: str, *, thresholds: Thresholds, about: Iterable[str] = (), two_factors: bool = False
) -> Iterator[tuple[str, int]]:
    """Yield what is wrong with a password: a code, with the number that it is about.

    Codes: `short`, `long`, `kinds`, `digits`, `few_signs`, `guessed`, `own_name`.

    Args:
        password: As it was typed.
        thresholds: Those in force.
        about: Code, name, address of whose password it is.
        two_factors: Whether he enters a code as well.
    """
    given = normal(password)
    shortest = thresholds.shortest_with_two_factors if two_factors else thresholds.shortest
    kinds = thresholds.kinds_with_two_factors if two_factors else thresholds.kinds
    if len(given) < shortest:
        yield "short", shortest
    if len(given) > LONGEST:
        yield "long", LONGEST
    if _kinds(given) < kinds:
        yield "kinds", kinds
    yield from _guessable(given, about)


def _guessable(given: str, about: Iterable[str]) -> Iterator[tuple[str, int]]:
    plain = _plain(given)
    if not given:
        return
    if not re.search(r"[^\W\d]", given):
        # Whoever writes digits alone writes the number of a telephone or an identity card.
        yield "digits", 0
    elif len(set(plain)) < _FEWEST_SIGNS:
        yield "few_signs", _FEWEST_SIGNS
    elif any(_is_of_words(_letters(one)) for one in (plain, _core(plain).translate(_LEET))):
        yield "guessed", 0
    elif any(part in _letters(plain) for part in _own(about)):
        yield "own_name", 0


def _own(about: Iterable[str]) -> Iterator[str]:
    for one in about:
        whole = _letters(_plain(one.partition("@")[0]))
        if len(whole) >= _TELLING:
            yield whole


def _kinds(given: str) -> int:
    return sum(
        (
            any(sign.islower() for sign in given),
            any(sign.isupper() for sign in given),
            any(sign.isdigit() for sign in given),
            any(not sign.isalnum() for sign in given),
        )
    )


def _plain(text: str) -> str:
    """Return text in small letters without accents."""
    parts = unicodedata.normalize("NFKD", text.casefold().replace("đ", "d"))
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def _core(plain: str) -> str:
    """Return text without the digits and signs at its ends."""
    return re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain)


def _letters(plain: str) -> str:
    return "".join(sign for sign in plain if sign.isalpha())


def _is_of_words(letters: str) -> bool:
    """Return whether letters are nothing but words that are guessed, one after another."""
    words = security_rules()["guessed"]["words"]
    reached = {0}
    for end in range(1, len(letters) + 1):
        if any(letters.startswith(word, end - len(word)) for word in words
               if end >= len(word) and end - len(word) in reached):  # fmt: skip
            reached.add(end)
    return len(letters) in reached
