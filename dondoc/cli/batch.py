"""`task batch`: one thing done to many tasks, each for itself or all together."""

import re
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dondoc.cli.door import AsJson, AsPerson, ForPerson, invocation, opened, read_file, say, warn
from dondoc.cli.failure import FINDINGS, NOT_ALLOWED, TRY_AGAIN, language
from dondoc.cli.output import columns, emit
from dondoc.cli.triggers import (
    URGE,
    VERBS,
    Decision,
    Due,
    Note,
    Proof,
    To,
    Verb,
    date_of,
    moved,
    proof_of,
    say_later,
)
from dondoc.words import explain, term
from engine.errors import BadInput, Fault, Invalid
from engine.plaintext import clean
from engine.spelling import did_you_mean

if TYPE_CHECKING:
    from dondoc.bootstrap import App
    from engine.commands.batches import Answer
    from engine.commands.request import Request
    from engine.filters import Filter

#: More tasks than any office has; a filter that means more means something else.
_MOST = 100_000
#: In the order of the summary.
_RESULTS = ("done", "refused", "conflict", "not_done")
_IS_NO_CODE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_NOBODY = "nêu MÃ, --filter hoặc --from"
_UNASKED = "{} không dùng tuỳ chọn này"
_NOT_DONE = {
    "vi": "làm được, nhưng chưa làm vì có nhiệm vụ khác bị từ chối",
    "en": "could be done, and was not because others were refused",
}


_EACH = "Mã nhiệm vụ, hoặc KẾ-HOẠCH/MÃ."
_Trigger = Annotated[
    str, typer.Argument(metavar="VIỆC", help="Như tên lệnh: verify, return, start...")
]
_Codes = Annotated[list[str] | None, typer.Argument(metavar="[MÃ]...", help=_EACH)]
_Wanted = Annotated[
    str | None,
    typer.Option("--filter", metavar="LỌC", help='Mọi nhiệm vụ khớp bộ lọc, như của "list".'),
]
_Listed = Annotated[
    Path | None,
    typer.Option("--from", metavar="TỆP", help="Mỗi dòng một mã; - là đầu vào chuẩn."),
]
_Whole = Annotated[bool, typer.Option("--all", help="Làm tất cả, hoặc không làm gì.")]


def batch(
    ctx: typer.Context,
    trigger: _Trigger,
    codes: _Codes = None,
    *,
    wanted: _Wanted = None,
    listed: _Listed = None,
    whole: _Whole = False,
    actor: AsPerson = None,
    on_behalf_of: ForPerson = None,
    note: Note = None,
    evidence: Proof = None,
    decision: Decision = None,
    due: Due = None,
    to: To = None,
    as_json: AsJson = False,
) -> int:
    """Làm một việc với nhiều nhiệm vụ; mỗi nhiệm vụ được trả lời riêng.

    Mã thoát: 0 xong cả, 1 có cái bị từ chối, 75 chỉ có xung đột, 77 không làm gì (--all).
    """
    verb = _verb(trigger)
    fields: dict[str, Any] = {"note": note, "decision": decision, "due": date_of(due), "to": to}
    _refuse_unasked(verb, {**fields, "evidence": evidence})
    if not codes and listed is None and not wanted:
        raise typer.BadParameter(_NOBODY, param_hint="[MÃ]...")
    named = [*(codes or ()), *(_listed(listed) if listed is not None else ())]
    with opened(ctx) as app:
        fields |= {"actor": actor or app.operator, "on_behalf_of": on_behalf_of}
        fields["evidence"] = proof_of(app, evidence or ())
        named += _filtered(app, wanted, but=frozenset(named)) if wanted else ()
        answers = _pull(app, _requests(verb, named, fields), whole=whole)
    _tell(ctx, answers, as_json=as_json)
    return _exit_code(answers, whole=whole)


def urge(
    ctx: typer.Context,
    codes: Annotated[list[str], typer.Argument(metavar="MÃ...", help=_EACH)],
    *,
    note: Note = None,
    actor: AsPerson = None,
    on_behalf_of: ForPerson = None,
    as_json: AsJson = False,
) -> int:
    """Nhắc người thực hiện, mỗi người một thư; mỗi nhiệm vụ một lần mỗi ngày.

    Mã thoát: 0 đã nhắc cả, 1 có nhiệm vụ không nhắc được, 77 chỉ nêu một và không nhắc được.
    """
    with opened(ctx) as app:
        fields = {"actor": actor or app.operator, "on_behalf_of": on_behalf_of, "note": note}
        answers = _pull(app, _requests(URGE, codes, fields), whole=len(codes) == 1)
    _tell(ctx, answers, as_json=as_json)
    return _exit_code(answers, whole=len(codes) == 1)


def _verb(name: str) -> Verb:
    known = {one.name: one for one in (*VERBS, URGE)}
    found = known.get(name.replace("_", "-"))
    if found is None:
        raise typer.BadParameter(did_you_mean(name, known), param_hint=f"VIỆC {name!r}")
    return found


def _refuse_unasked(verb: Verb, given: Mapping[str, Any]) -> None:
    for field, value in given.items():
        if value and field not in verb.asks:
            raise typer.BadParameter(_UNASKED.format(verb.name), param_hint=f"--{field}")


def _listed(file: Path) -> list[str]:
    """Return the codes of a list: one a line, blank lines and remarks passed over.

    Raises:
        BadInput: it is no text, or a line holds what no code holds.
    """
    content = sys.stdin.buffer.read() if str(file) == "-" else read_file(file)
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        fault = Fault(
            place=str(file), problem="không phải văn bản UTF-8", cure="lưu lại bằng UTF-8"
        )
        raise BadInput(source=str(file), faults=[fault]) from error
    faults = [
        Fault(place=f"dòng {number}", problem=f"{clean(line)!r} không phải mã nhiệm vụ",
              cure="mỗi dòng một mã, hoặc KẾ-HOẠCH/MÃ")
        for number, line in enumerate(lines, 1)
        if not line.strip().startswith("#") and _IS_NO_CODE.search(line.strip())
    ]  # fmt: skip
    if faults:
        raise BadInput(source=str(file), faults=faults)
    codes = (line.strip() for line in lines)
    return [code for code in codes if code and not code.startswith("#")]


def chosen_by(wanted: str, *, today: date) -> "Filter":
    """Return the filter that an argument means.

    Raises:
        BadParameter: a key or a value is unknown.
    """
    from engine.filters import read_filter

    try:
        return read_filter(wanted, today=today)
    except Invalid as error:
        # Nothing was refused: the command line itself is wrong.
        raise typer.BadParameter(error.problem, param_hint=term(error.field)) from error


def _filtered(app: "App", wanted: str, *, but: frozenset[str]) -> list[str]:
    """Return the addresses of a filter's tasks, but for headings: nothing is done to them."""
    from engine import queries

    now = app.clock.now()
    with app.database.read() as tx:
        chosen = chosen_by(wanted, today=now.astimezone(app.office.zone).date())
        found = queries.list_tasks(tx, chosen, rules=app.rules, at=now, limit=_MOST)
    return [
        one.address for one in found if one.state is not None and not {one.address, one.code} & but
    ]


def _requests(verb: Verb, codes: Sequence[str], fields: Mapping[str, Any]) -> "list[Request]":
    from engine.commands.request import Request

    return [Request(trigger=verb.trigger, task=code, **fields) for code in codes]


def _pull(app: "App", requests: "Sequence[Request]", *, whole: bool) -> "list[Answer]":
    from dondoc import desk

    pull = desk.pull_all if whole else desk.pull_each
    return pull(app.database, requests, rules=app.rules, at=app.clock.now())


def _tell(ctx: typer.Context, answers: "Sequence[Answer]", *, as_json: bool) -> None:
    spoken = language(invocation(ctx).environ)
    shown = [_shown(one, language=spoken) for one in answers]
    counted = Counter(one["result"] for one in shown)
    summary = {result: counted[result] for result in _RESULTS}
    if as_json:
        emit({"answers": shown, "summary": summary})
    else:
        rows = [(one["task"], term(one["result"]), one["message"]) for one in shown]
        columns(("MÃ", "KẾT QUẢ", "NAY THẾ NÀO, VÌ SAO"), rows)
        for one in answers:
            if one.outcome is not None:
                say_later(ctx, one.outcome, at=one.address)
                warn(ctx, one.outcome.warnings)
    parts = [f"{number} {term(result)}" for result, number in summary.items() if number]
    say(ctx, f"{'; '.join(parts) or 'Không có nhiệm vụ nào'}.")


def _shown(answer: "Answer", *, language: str) -> dict[str, Any]:
    refusal = answer.refusal
    message = explain(refusal, language=language) if refusal is not None else ""
    if answer.outcome is not None:
        message = moved(answer.outcome)
    elif refusal is None:
        message = _NOT_DONE[language]
    return {
        "task": answer.address,
        "result": answer.result,
        "code": refusal.code if refusal is not None else None,
        "state": answer.state,
        "message": message,
        "later_parts": list(answer.outcome.later_parts) if answer.outcome else [],
        "warnings": [asdict(one) for one in answer.outcome.warnings] if answer.outcome else [],
    }


def _exit_code(answers: "Sequence[Answer]", *, whole: bool) -> int:
    results = {one.result for one in answers}
    if "refused" in results:
        return NOT_ALLOWED if whole else FINDINGS
    return TRY_AGAIN if "conflict" in results else 0
