"""Numbers for Prometheus: how fast pages are answered, and how the service stands."""

import hmac
from collections.abc import Iterator
from http import HTTPStatus

from fastapi import APIRouter, HTTPException, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram
from prometheus_client import generate_latest as written
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from dondoc.bootstrap import App
from dondoc.web.serving import is_this_machine
from dondoc.web.shield.client import client_address
from engine import diagnosis

router = APIRouter()

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


#: What proxies say of those for whom they ask.
_BY_A_PROXY = ("x-forwarded-for", "forwarded", "x-real-ip", "via")


class Meter:
    """What is counted while requests are answered; each application has its own."""

    def __init__(self, app: App) -> None:
        """Begin to count at nothing."""
        self.registry = CollectorRegistry(auto_describe=True)
        self._requests = Counter(
            "dondoc_requests", "Requests answered.", ("method", "route", "status"),
            registry=self.registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "dondoc_request_seconds", "How long requests took.", ("route",), buckets=_SECONDS,
            registry=self.registry,
        )  # fmt: skip
        self.registry.register(_Standing(app))

    def count(self, *, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request; its route is the pattern, never the address that was asked for."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)


class _Standing(Collector):
    """How the service stands, read from the database when somebody asks."""

    def __init__(self, app: App) -> None:
        self._app = app

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Name nothing: what there is stands in the database, which may not be there yet."""
        return iter(())

    def collect(self) -> Iterator[GaugeMetricFamily]:
        found = diagnosis.measures(self._app.database, at=self._app.clock.now())
        waiting = "Notices that might have left by now."
        yield GaugeMetricFamily("dondoc_outbox_waiting", waiting, found.waiting)
        oldest = "How long the oldest of them has waited."
        yield GaugeMetricFamily("dondoc_outbox_oldest_seconds", oldest, found.oldest_waiting)
        silent = GaugeMetricFamily(
            "dondoc_silent_seconds", "Since a part last ended a turn.", labels=("part",)
        )
        for part, seconds in sorted(found.silent.items()):
            silent.add_metric((part,), seconds)
        yield silent
        actions = GaugeMetricFamily(
            "dondoc_actions_last_hour", "What was done to tasks.", labels=("action",)
        )
        for action, number in sorted(found.actions.items()):
            actions.add_metric((action,), number)
        yield actions


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """Show the numbers to this machine, and to whoever has the token."""
    if not _may_read(request):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    meter: Meter = request.app.state.meter
    return Response(written(meter.registry), media_type=CONTENT_TYPE_LATEST)


def _may_read(request: Request) -> bool:
    app: App = request.app.state.dondoc
    token = app.settings.web.metrics_token.get_secret_value()
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if token and scheme.lower() == "bearer":
        return hmac.compare_digest(given.encode(), token.encode())
    if any(name in request.headers for name in _BY_A_PROXY):
        # A proxy that no setting names stands on this machine, and whoever it asks for does not.
        return False
    return is_this_machine(client_address(request, app))
