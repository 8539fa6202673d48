"""The session cookie: given when somebody signs in, taken when he signs out."""

from fastapi import Request, Response

from dondoc.bootstrap import App
from dondoc.web.visit import cookie_name, limits
from engine.commands import sessions
from engine.database import Transaction


def give(response: Response, app: App, secret: str) -> None:
    """Have a browser bring a session from now on."""
    response.set_cookie(
        cookie_name(app),
        secret,
        max_age=int(limits(app).whole.total_seconds()),
        path="/",
        secure=is_https(app),
        httponly=True,
        samesite="lax",
    )


def take(response: Response, app: App) -> None:
    """Have a browser forget its session."""
    response.delete_cookie(
        cookie_name(app), path="/", secure=is_https(app), httponly=True, samesite="lax"
    )


def end_former(tx: Transaction, request: Request, app: App) -> None:
    """End the session that a browser came with: nobody is to sign in into what he was given."""
    former = request.cookies.get(cookie_name(app))
    if not former:
        return
    at = app.clock.now()
    found = sessions.resume(tx, former, limits=limits(app), at=at)
    if found is None:
        return
    person = app.rules.current(tx).organisation.person_by_id.get(found.person_id)
    by = person.code if person else "system"
    sessions.end(tx, person_id=found.person_id, by=by, at=at, session_id=found.id)


def is_https(app: App) -> bool:
    """Return whether people come over an encrypted connection."""
    return app.settings.web.base_url.startswith("https:")
