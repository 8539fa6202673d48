"""One-time links as people get them: whole addresses, to be opened in a browser."""

from dondoc.bootstrap import App
from engine.commands import links


def origin(app: App) -> str:
    """Return by which address the pages are found: what is set, never what a request says."""
    web = app.settings.web
    host = f"[{web.host}]" if ":" in web.host else web.host
    return web.base_url or f"http://{host}:{web.port}"


def address(app: App, secret: str) -> str:
    """Return where a one-time link leads."""
    return f"{origin(app)}/thiet-lap/{secret}"


def offer_setup(app: App) -> str | None:
    """Make the link that sets an office up; None where it has an administrator already."""
    with app.database.begin() as tx:
        secret = links.offer_setup(tx, by=app.operator, at=app.clock.now())
    return None if secret is None else address(app, secret)
