"""One call as a route sees it: whose token, within which scopes, in which language, and when.

Nothing here reads a cookie: a program comes with a bearer token, and with nothing else.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from dondoc.api.limits import Meter
from dondoc.api.problems import ProblemError, language_of
from dondoc.bootstrap import App
from dondoc.web.visit import Viewer, Visit, viewer_of
from engine.commands import tokens
from engine.commands.sessions import SignedIn
from engine.commands.tokens import Bearer, Scope
from engine.errors import Invalid
from engine.spelling import did_you_mean

_SCHEME = HTTPBearer(
    scheme_name="token",
    description="`Authorization: Bearer dd_…`; made on the page of one's account.",
    auto_error=False,
)
_REALM = 'Bearer realm="dondoc"'


class Call(Visit):
    """A call of a program that acts as a person, within the scopes of its token."""

    def __init__(self, request: Request, app: App, viewer: Viewer, bearer: Bearer) -> None:
        """Begin a call at the present instant of the application's clock."""
        super().__init__(request, app, viewer)
        self.language = language_of(request)
        self.bearer = bearer

    @property
    def headers(self) -> Mapping[str, str]:
        """What every answer to this call says besides its own: how much is left."""
        told: Mapping[str, str] = self.request.state.told
        return told

    @property
    def people(self) -> tuple[str, ...]:
        """Ids of the person and of those he stands in for today: whose tasks may be seen."""
        known = self.rulebook.organisation.person_by_code
        return (self.who.person.id, *(known[code].id for code in self.who.principals))


def within(scope: Scope) -> Callable[..., Call]:
    """Return the dependency of routes that need a scope."""

    def call(
        request: Request,
        given: Annotated[HTTPAuthorizationCredentials | None, Depends(_SCHEME)],
    ) -> Call:
        app: App = request.app.state.dondoc
        meter: Meter = request.app.state.meter
        bearer, viewer = _authenticated(app, given.credentials if given else "")
        request.state.told = meter.count(bearer.token_id)
        if not bearer.may(scope):
            raise _out_of_scope(scope)
        _require_known(request)
        return Call(request, app, viewer, bearer)

    return call


def _require_known(request: Request) -> None:
    """Return if a query says nothing that its route does not know: what is ignored misleads.

    Raises:
        Invalid: it does.
    """
    described: Mapping[str, Any] = request.app.openapi()["paths"]
    operation = described[request.scope["route"].path_format][request.method.lower()]
    known = [one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"]
    for name in request.query_params:
        if name not in known:
            problem = did_you_mean(name, known) if known else "không có tham số nào"
            raise Invalid(field=name or "filter", problem=f"{name!r}: {problem}")


def _authenticated(app: App, secret: str) -> tuple[Bearer, Viewer]:
    at = app.clock.now()
    with app.database.read() as tx:
        bearer = tokens.authenticate(tx, secret, at) if secret else None
        if bearer is None:
            raise _unknown(has_token=bool(secret))
        rulebook = app.rules.current(tx)
    person = rulebook.organisation.person_by_id[bearer.person_id]
    if bearer.is_to_touch:
        with app.database.begin() as tx:
            tokens.touch(tx, bearer.token_id, at=at)
    found = SignedIn(
        id=bearer.token_id,
        person_id=person.id,
        method="token",  # type: ignore[arg-type]  # no browser: no session was ever opened
        # Whoever runs the machine does so at a screen.
        is_administrator=False,
        is_to_touch=False,
    )
    return bearer, viewer_of(rulebook, person, found, on=rulebook.calendar.local_date(at))


def _unknown(*, has_token: bool) -> ProblemError:
    words = (
        "Gửi kèm khóa còn hiệu lực: Authorization: Bearer dd_…",
        "Send a token that is in force: Authorization: Bearer dd_…",
    )
    challenge = f'{_REALM}, error="invalid_token"' if has_token else _REALM
    return ProblemError(
        HTTPStatus.UNAUTHORIZED, "unauthorized", words, headers={"WWW-Authenticate": challenge}
    )


def _out_of_scope(scope: Scope) -> ProblemError:
    words = (f"Khóa này không có phạm vi {scope}.", f"This token does not reach {scope}.")
    challenge = f'{_REALM}, error="insufficient_scope", scope="{scope}"'
    return ProblemError(
        HTTPStatus.FORBIDDEN, "scope_missing", words, headers={"WWW-Authenticate": challenge}
    )


Reading = Annotated[Call, Depends(within("read"))]
Writing = Annotated[Call, Depends(within("write"))]
Auditing = Annotated[Call, Depends(within("audit"))]
