"""Choosing a password: what is wrong with one, in words, at its field."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import FastAPI
from pydantic import StringConstraints

from dondoc.passwords import Passwords, faults
from dondoc.thresholds import thresholds_of
from dondoc.web.failures import Mistake, Mistakes
from dondoc.web.visit import Visit
from engine.commands.accounts import Account
from engine.organisation import Person

#: As it was typed: blanks at its ends belong to it.
Typed = Annotated[str, StringConstraints(strip_whitespace=False, max_length=1_000)]


def passwords_of(web: FastAPI) -> Passwords:
    """Return what keeps and checks the passwords of an application."""
    found: Passwords | None = getattr(web.state, "passwords", None)
    if found is None:
        found = web.state.passwords = Passwords()
    return found


def chosen(
    visit: Visit, password: str, again: str, *, person: Person, account: Account | None
) -> str:
    """Return the hash of a password that somebody chose; it takes a moment, and no transaction.

    Args:
        visit: Where it is asked for.
        password: As it was typed.
        again: The same, typed a second time.
        person: Whose it is.
        account: His; None where he signs in by nothing yet, or by all of it anew.

    Raises:
        Mistakes: it is no password, the one he has, or was typed in two ways.
    """
    _, keeper = visit._, passwords_of(visit.request.app)
    wrong = faults(
        password,
        thresholds=thresholds_of(visit.app.settings),
        about=(person.code, person.name, person.email or ""),
        two_factors=has_two_factors(account),
    )
    mistakes = [Mistake(field="password", words=_words(visit, *one)) for one in wrong]
    if not mistakes and again != password:
        mistakes.append(Mistake(field="again", words=_("Hai lần gõ chưa giống nhau.")))
    if not mistakes and account and keeper.check(password, account.password_hash)[0]:
        words = _("Hãy chọn mật khẩu khác mật khẩu cũ.")
        mistakes.append(Mistake(field="password", words=words))
    if mistakes:
        raise Mistakes(mistakes)
    return keeper.keep(password)


def has_two_factors(account: Account | None) -> bool:
    """Return whether somebody enters a code as well, or will before he comes in."""
    return account is not None and (account.totp_secret is not None or account.is_administrator)


def demands(visit: Visit, *, two_factors: bool) -> Iterator[str]:
    """Yield what is asked of a password, for the hint beside its field."""
    _, asked = visit._, thresholds_of(visit.app.settings)
    shortest = asked.shortest_with_two_factors if two_factors else asked.shortest
    yield _("Ít nhất %(number)s ký tự; một câu ngắn dễ nhớ là tốt.") % {"number": shortest}
    if (asked.kinds_with_two_factors if two_factors else asked.kinds) > 1:
        yield _("Có chữ thường, chữ hoa, chữ số và dấu.")


def _words(visit: Visit, code: str, number: int) -> str:
    _ = visit._
    return {
        "short": _("Mật khẩu cần ít nhất %(number)s ký tự."),
        "long": _("Mật khẩu nhiều nhất %(number)s ký tự."),
        "kinds": _("Mật khẩu cần đủ chữ thường, chữ hoa, chữ số và dấu."),
        "digits": _("Mật khẩu chỉ có chữ số và dấu dễ đoán; hãy thêm chữ."),
        "few_signs": _("Mật khẩu lặp lại quá ít ký tự; hãy thêm ký tự khác."),
        "guessed": _("Mật khẩu gồm toàn từ hay bị đoán trước; hãy thêm từ của riêng mình."),
        "own_name": _("Mật khẩu chứa mã, tên hoặc địa chỉ thư của mình; hãy chọn từ khác."),
    }[code] % {"number": number}
