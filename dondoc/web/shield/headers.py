"""What every answer tells the browser: run nothing that is not ours, frame and guess nothing."""

from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Nothing inline, nothing from elsewhere.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
_ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
_A_YEAR = "max-age=31536000"


class SafeHeaders:
    """Adds the headers that no answer goes without; a route may say a stricter policy itself."""

    def __init__(self, app: "ASGIApp", *, is_https: bool) -> None:
        """Guard an application; over https the browser is told to stay there."""
        self._app = app
        self._always = dict(_ALWAYS)
        if is_https:
            self._always["Strict-Transport-Security"] = _A_YEAR

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_static = scope["path"].startswith("/static/")

        async def send_safely(message: "Message") -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._always.items():
                    headers.setdefault(name, value)
                # What is on a page is for whoever is signed in, and nobody after him.
                headers.setdefault("Cache-Control", "max-age=3600" if is_static else "no-store")
            await send(message)

        await self._app(scope, receive, send_safely)
