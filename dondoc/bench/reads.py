"""Pages over very many tasks: lists, a task and the dashboard, as the server makes them.

Requests go through the whole application, from the shield to the template, and through no network.
The tasks are those of twenty years of an office, copied by SQL: old plans that are done, and one
that is under way.
"""

import asyncio
import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, Final
from urllib.parse import urlsplit

from sqlalchemy import text

from dondoc.bench.crowd import Crowd, crowd, kept
from dondoc.bench.row import Row
from dondoc.bench.stage import AT, PLAN, Kind, Place, libpq
from engine.clock import PinnedClock
from engine.commands import sessions
from engine.commands.sessions import Opening
from engine.database import Database, Rules, Transaction
from engine.ids import new_id

#: What the server may take for nineteen of twenty requests of a page.
MOST: Final = timedelta(milliseconds=50)
TASKS: Final[dict[Kind, int]] = {"postgresql": 1_000_000, "sqlite": 100_000}
QUICK_TASKS: Final[dict[Kind, int]] = {"postgresql": 100_000, "sqlite": 20_000}
ROUNDS: Final = 60
QUICK_ROUNDS: Final = 20
#: Requests of each page before anything is measured.
WARM_UP: Final = 3
_PLANS: Final = 20
#: Officers whom a crowd has.
_LANES: Final = 180
_WEEKS: Final = 12
_HOST: Final = b"127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page as somebody asks for it."""

    name: str
    path: str
    who: str


PAGES: Final = (
    Page(name="list", path="/nhiem-vu?sort=due", who="gd"),
    Page(name="overdue", path=f"/nhiem-vu?status=overdue&plan={PLAN}&sort=due", who="gd"),
    Page(name="unit", path=f"/nhiem-vu?status=open&unit=P05&plan={PLAN}&sort=due", who="P05-tp"),
    Page(name="search", path="/nhiem-vu?q=quy+trinh+4242", who="gd"),
    Page(name="mine", path="/viec-cua-toi", who="P05-cv3"),
    Page(name="task", path=f"/nhiem-vu/{PLAN}/DO.40", who="gd"),
    Page(name="dashboard", path=f"/tong-quan?ke-hoach={PLAN}", who="gd"),
    Page(name="unit dashboard", path=f"/tong-quan?ke-hoach={PLAN}", who="P05-tp"),
)


def measure(place: Place, quick: bool) -> Row:  # noqa: FBT001 - the signature of a measurement
    """Measure every page; the line is that of the slowest."""
    tasks = (QUICK_TASKS if quick else TASKS)[place.kind]
    return slowest(place, tasks=tasks, rounds=QUICK_ROUNDS if quick else ROUNDS)


def slowest(place: Place, *, tasks: int, rounds: int) -> Row:
    """Return the line for so many tasks: the slowest twentieth of the slowest page."""
    with crowd(place, tasks, due=tasks, slots=0) as prepared:
        age(prepared)
        spans = dict(_spans(prepared.url, rounds))
    behind = {name: _p95(measured) for name, measured in spans.items()}
    limit, worst = MOST.total_seconds(), max(behind.values())
    told = ", ".join(f"{name} {1000 * seconds:.0f}" for name, seconds in behind.items())
    return Row(
        path="pages",
        database=place.kind,
        rate=round(worst, 4),
        limit_rate=limit,
        ratio=round(limit / worst, 3),
        unit="s",
        must_reach=1.0,
        note=f"p95 of the slowest; ms of each: {told}",
    )


def _p95(spans: Sequence[float]) -> float:
    return statistics.quantiles(spans, n=20)[-1]


def _spans(url: str, rounds: int) -> Iterator[tuple[str, list[float]]]:
    with TemporaryDirectory(prefix="dondoc-bench-") as folder, asked(url, Path(folder)) as client:
        for page in PAGES:
            for _ in range(WARM_UP):
                client.get(page)
            yield page.name, [client.get(page) for _ in range(rounds)]


class Client:
    """Readers who are signed in, each request through the application itself."""

    def __init__(self, web: Any, cookies: dict[str, str]) -> None:
        """Know the application, and the cookies of everybody."""
        self._web = web
        self._cookies = cookies
        self._loop = asyncio.new_event_loop()

    def get(self, page: Page) -> float:
        """Ask for a page and return the seconds until all of it was there.

        Raises:
            RuntimeError: it is not the page.
        """
        began = perf_counter()
        status = self._loop.run_until_complete(self._ask(page))
        span = perf_counter() - began
        if status != 200:  # noqa: PLR2004 - what HTTP says of a page that is there
            message = f"{page.path} as {page.who}: {status}"
            raise RuntimeError(message)
        return span

    def close(self) -> None:
        """End the loop."""
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    async def _ask(self, page: Page) -> int:
        parts = urlsplit(page.path)
        scope = {
            "type": "http", "http_version": "1.1", "method": "GET", "scheme": "http",
            "path": parts.path, "raw_path": parts.path.encode(), "root_path": "",
            "query_string": parts.query.encode(), "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 8000),
            "headers": [(b"host", _HOST), (b"cookie", self._cookies[page.who].encode())],
        }  # fmt: skip
        statuses: list[int] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                statuses.append(int(message["status"]))

        await self._web(scope, receive, send)
        return statuses[0]


@contextmanager
def asked(url: str, folder: Path) -> Iterator[Client]:
    """Put the application together on a database, with everybody signed in who reads."""
    from config.settings import Settings
    from dondoc.bootstrap import App, office_of
    from dondoc.web.app import create
    from dondoc.web.visit import cookie_name

    settings = Settings(state_dir=folder)
    database = Database(url)
    app = App(
        settings=settings, database=database, clock=PinnedClock(AT), office=office_of(settings),
        rules=Rules(office_of(settings)), operator="operator:bench", is_pinned=False,
    )  # fmt: skip
    client = None
    try:
        name = cookie_name(app)
        cookies = {who: f"{name}={_session(app, who)}" for who in {page.who for page in PAGES}}
        client = Client(create(app), cookies)
        yield client
    finally:
        if client is not None:
            client.close()
        database.dispose()


def _session(app: Any, who: str) -> str:
    from dondoc.web.visit import limits

    with app.database.begin() as tx:
        person = app.rules.current(tx).organisation.person_by_code[who]
        wanted = Opening(person_id=person.id, person=who, method="password")
        return sessions.open_session(tx, wanted, limits=limits(app), at=AT)


def age(prepared: Crowd) -> None:
    """Make the tasks of a crowd those of twenty years, the last of which is under way."""
    database = Database(prepared.url)
    try:
        with database.begin() as tx:
            _trust(tx)
            _plans(tx)
            for statement in _ageing(tx):
                tx.execute(text(statement), _days(tx))
            _weeks(tx)
        if prepared.kind == "sqlite":
            with database.begin() as tx:
                tx.execute(text("ANALYZE"))
    finally:
        database.dispose()
    if prepared.kind == "postgresql":
        _vacuum(prepared.url)


def _vacuum(url: str) -> None:
    """Clear away what ageing left behind: it wrote every row twice more, and all at once."""
    import psycopg

    with psycopg.connect(libpq(url), autocommit=True) as connection:
        connection.execute("REINDEX TABLE task")
        connection.execute("VACUUM ANALYZE")


def _trust(tx: Transaction) -> None:
    """Let no trigger count, where one may: everything is counted once, at the end."""
    if tx.dialect.name != "postgresql":
        return
    if tx.execute(text("SELECT current_setting('is_superuser')")).scalar_one() == "on":
        tx.execute(text("SET LOCAL session_replication_role = replica"))


def _plans(tx: Transaction) -> None:
    tx.execute(text("CREATE TEMPORARY TABLE era (number int, plan_id text, year int)"))
    for number in range(_PLANS):
        year = AT.year - number
        code, identity = f"{PLAN}-{year}", new_id().replace("-", "")
        if number:
            tx.execute(
                text(
                    "INSERT INTO plan (id, code, year, title, citations, state, version, "
                    f"activated_at, closed_at) SELECT {_key(tx)}, :code, :year, title, citations, "
                    "'closed', 1, activated_at, activated_at FROM plan WHERE code = :plan"
                ).bindparams(id=identity, code=code, year=year, plan=PLAN)
            )
        tx.execute(
            text(
                "INSERT INTO era SELECT :number, CAST(id AS text), :year FROM plan "
                "WHERE code = :code"
            ).bindparams(number=number, year=year, code=code if number else PLAN)
        )


def _key(tx: Transaction) -> str:
    """Return the words that make an id of the parameter `id`, which is 32 digits."""
    return "CAST(:id AS uuid)" if tx.dialect.name == "postgresql" else ":id"


def _days(tx: Transaction) -> dict[str, Any]:
    """Return the days that the statements speak of, as the tables keep them."""
    return {
        "today": kept(tx, AT.date()),
        "first": kept(tx, date(AT.year, 1, 1)),
        "now": kept(tx, AT),
    }


def _ageing(tx: Transaction) -> Iterator[str]:
    """Yield what makes a crowd old: due dates over each year, and what became of each task."""
    is_postgresql = tx.dialect.name == "postgresql"
    number = "CAST(substr(code, 4) AS integer)"
    # Every officer has tasks in every plan, and they fall due all over its year.
    era = f"({number} / {_LANES} % {_PLANS})"
    spread = f"({number} / {_LANES * _PLANS} * 7919 + {number} * 61) % 365 - 365 * {era}"
    day = (
        f"CAST(:first AS date) + ({spread})" if is_postgresql
        else f"date(:first, ({spread}) || ' days')"
    )  # fmt: skip
    plan_id = f"(SELECT plan_id FROM era WHERE number = {era})"
    yield (
        f"UPDATE task SET plan_id = {f'CAST({plan_id} AS uuid)' if is_postgresql else plan_id}, "
        f"due_on = {day}, original_due_on = {day}, "
        f"field = 'Lĩnh vực ' || (1 + {number} % 7) WHERE code LIKE 'DO.%'"
    )
    reported = (
        "CAST(due_on AS timestamp) AT TIME ZONE 'UTC' + "
        f"make_interval(days => {number} % 23 - 20, hours => 3)" if is_postgresql
        else f"strftime('%Y-%m-%d 03:00:00.000000', due_on, ({number} % 23 - 20) || ' days')"
    )  # fmt: skip
    done = f"(due_on < :today AND {number} % 100 < CASE WHEN due_on < :first THEN 99 ELSE 70 END)"
    state = f"CASE WHEN {number} % 31 = 0 THEN 'reported' ELSE 'verified' END"
    yield (
        f"UPDATE task SET state = CASE WHEN due_on < :first THEN 'verified' ELSE {state} END, "
        f"reported_at = CASE WHEN {reported} < :now THEN {reported} ELSE :now END, "
        "reported_by_id = assignee_id, reported_for_id = assignee_id, report_count = 1, "
        f"next_at = NULL WHERE code LIKE 'DO.%' AND {done}"
    )
    yield "DELETE FROM counter"
    yield (
        "INSERT INTO counter (plan_id, lead_unit_id, field, kind, state, delta) "
        "SELECT plan_id, lead_unit_id, field, kind, state, count(*) FROM task "
        "WHERE state IS NOT NULL AND kind IN ('task', 'recurring', 'standing', 'heading') "
        "GROUP BY plan_id, lead_unit_id, field, kind, state"
    )


def _weeks(tx: Transaction) -> None:
    """Write down how the last weeks ended, as a service would have."""
    last = AT.date() - timedelta(days=AT.date().isoweekday() % 7 or 7)
    for week in range(_WEEKS):
        tx.execute(
            text(
                'INSERT INTO day_figure (day, plan_id, unit_code, "open", overdue, reported, '
                "verified, verified_late, cancelled) SELECT :day, plan.id, unit.code, 900, 40, 5, "
                "700, 60, 1 FROM plan CROSS JOIN unit WHERE plan.code = :plan"
            ).bindparams(day=kept(tx, last - timedelta(weeks=week)), plan=PLAN)
        )
