"""The API under callers that cut the line, repeat themselves, or send whatever comes to mind."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
from hypothesis import HealthCheck
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import CHECKS
from schemathesis.generation import GenerationMode
from schemathesis.openapi import from_asgi
from sqlalchemy import func, select

from dondoc.api.limits import Meter
from engine.store.doors import comment, plan_import, token, webhook
from engine.store.record import evidence, history, notice, plan, task
from tests.support.office import World
from tests.support.programs import secret_of
from tests.support.web import Site, site_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Whatever these hold is changed by what was granted, and by nothing else.
_START = "/api/v1/tasks/KH-2014/T1/transitions"
_HERE = "http://127.0.0.1/api/v1"
_STATE = (task, history, evidence, comment, webhook, plan, plan_import)


@pytest.fixture
def site(world: World, tmp_path: Path) -> Iterator[Site]:
    world.plan(
        {"code": "T1", "lead": "CNTT", "assignee": "cv", "due": "2014-01-20"},
        {"code": "T4", "lead": "VP", "assignee": "cvp", "due": "2014-01-22"},
    )
    made = site_of(world, tmp_path)
    yield made
    made.close()


class CutLine:
    """Carries out what is asked, and cuts the line before the answer, some number of times."""

    def __init__(self, app: "ASGIApp", *, times: int) -> None:
        self.app, self.left = app, times

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        async def cutting(message: "Message") -> None:
            if self.left and scope["type"] == "http":
                self.left -= 1
                raise ConnectionResetError
            await send(message)

        await self.app(scope, receive, cutting)


def test_g4_fault_6_a_caller_whose_answers_are_cut_off_repeats_himself_without_harm(
    site: Site,
) -> None:
    headers = {
        "Authorization": f"Bearer {secret_of(site, 'cv')}", "If-Match": '"1"',
        "Idempotency-Key": "một-lần".encode().hex(),
    }  # fmt: skip
    site.web = CutLine(site.web, times=4)  # type: ignore[assignment]  # in its place
    client = site.as_(None)

    answers: list[Any] = []
    for _ in range(5):
        try:
            answers.append(client.post(_START, json={"trigger": "start"}, headers=headers))
        except ConnectionResetError:
            continue

    assert [one.status_code for one in answers] == [201]
    assert answers[0].headers["idempotency-replayed"] == "true"
    assert [one.trigger for one in site.world.history("T1")] == ["assign", "start"]
    told = [one for one in site.world.entries("task:") if one.action == "task.moved"]
    assert len(told) == 1


def _state(site: Site) -> Mapping[str, Any]:
    with site.app.database.read() as tx:
        rows = {one.name: tx.execute(select(one).order_by(one.c.id)).all() for one in _STATE}
        rows["notices"] = tx.execute(select(func.count()).select_from(notice)).all()
        rows["tokens"] = tx.execute(
            select(token.c.id, token.c.revoked_at).order_by(token.c.id)
        ).all()
    return rows


def _play(site: Site, *, examples: int, whoever: tuple[str, ...]) -> int:
    """Call every operation with made-up values; return how many calls that were."""
    site.web.state.api.state.meter = Meter(most=10**9)
    schema = from_asgi("/api/v1/openapi.json", site.web, headers={"Host": "127.0.0.1"})
    calls = 0
    for found in schema.get_all_operations():
        operation = found.ok()  # type: ignore[union-attr]  # or it raises what is wrong with it
        for who in whoever:
            # Each has a token of its own: one may revoke the one it came with.
            secret = secret_of(site, who, "read", "write", "audit")
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                calls += _call(site, operation, secret, mode=mode, examples=examples)
    return calls


def _call(site: Site, operation: Any, secret: str, *, mode: GenerationMode, examples: int) -> int:
    headers = {"Authorization": f"Bearer {secret}", "If-Match": "*"}
    checks: list[Any] = [
        CHECKS.get_one(name) for name in CHECKS.get_all_names() if name not in _NOT_OURS
    ]
    calls = 0

    @hypothesis.settings(
        max_examples=examples,
        database=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        phases=[hypothesis.Phase.generate],
    )
    @hypothesis.given(case=_cases(operation, mode), code=st.sampled_from(["T1", "T4", None]))
    def call(case: Any, code: str | None) -> None:
        nonlocal calls
        if case is None:
            return
        calls += 1
        if code is not None and mode is GenerationMode.POSITIVE and "plan" in case.path_parameters:
            case.path_parameters = {"plan": "KH-2014", "code": code}
        before = _state(site)
        answer = case.call(base_url=_HERE, headers=dict(headers))
        case.validate_response(answer, checks=checks)
        if answer.status_code >= 400:
            assert _state(site) == before, case.as_curl_command()

    call()
    return calls


def _cases(operation: Any, mode: GenerationMode) -> Any:
    """Return made-up calls; nothing where none of that kind can be made."""
    try:
        return operation.as_strategy(generation_mode=mode)
    except Unsatisfiable:
        return st.none()


#: Looked at elsewhere. What fits a schema may still name nothing that is there; and a call that was
#: made wrong by leaving out its token is right again once it has one.
_NOT_OURS = frozenset({
    "unsupported_method", "missing_required_header", "ignored_auth", "positive_data_acceptance",
    "negative_data_rejection",
})  # fmt: skip


def test_fault_49_no_call_breaks_it_and_none_that_is_refused_changes_anything(site: Site) -> None:
    calls = _play(site, examples=4, whoever=("gd",))

    assert calls > 100


@pytest.mark.fault
@pytest.mark.parametrize("who", ["cv", "tp", "cvp", "pgd", "gd"])
def test_fault_49_nobody_breaks_it_however_long_he_tries(site: Site, who: str) -> None:
    calls = _play(site, examples=12, whoever=(who,))

    assert calls > 300
