"""Verification of the log in its database, from the first entry to the last sealed one.

Everything is read once, in short transactions: on SQLite a long one would keep writers waiting.
The log only grows, so what is read later does not contradict what was read before.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import cast

from engine.audit import replay
from engine.audit.anchors import Anchor, Schema
from engine.audit.blocks import Block
from engine.audit.columns import faults
from engine.audit.entries import DOMAIN, GENESIS
from engine.audit.judge import Judge
from engine.audit.seal import LATE
from engine.audit.stream import Page, Stream
from engine.audit.verdict import Verdict
from engine.store import audit_log, guards
from engine.store.audit_scan import Stored
from engine.store.session import Database, Transaction

_FIRST = GENESIS.hash

#: Told how many entries are done, of how many.
Progress = Callable[[int, int], None]


def verify(
    database: Database, anchor: Anchor | None = None, *, progress: Progress | None = None
) -> Verdict:
    """Return what is wrong with the log, up to the last block that is there at the start.

    Args:
        database: Where the log is.
        anchor: The newest one that was kept elsewhere; without it a cut tail and a log rewritten
            as a whole look like a good one.
        progress: Called now and then.
    """
    with database.read() as tx:
        until = audit_log.last_number(tx)
        entries = audit_log.count_sealed(tx)
        judge = Judge(anchors=_own_anchors(tx), outside=anchor)
        _judge_guards(tx, judge, anchor)
    stream = Stream(database)
    try:
        for block, ids in stream.blocks(until=until):
            _judge_block(block, ids, judge, stream=stream)
            if progress is not None:
                progress(judge.entries, entries)
        _judge_unsealed(stream, judge)
    except (TypeError, ValueError) as error:
        place = f"khối sau mục {judge.entries}"
        problem = f"không đọc được: dòng của khối bị sửa ({error})"
        judge.report("block", judge.entries + 1, place=place, problem=problem)
    judge.settle()
    replay.compare(database, judge)
    return judge.verdict()


def _judge_block(block: Block, ids: list[str], judge: Judge, *, stream: Stream) -> None:
    hashes: list[str] = []
    parted: list[tuple[int, str]] = []
    found = judge.found
    for page in stream.pages(block, ids):
        hashes += _judge_page(page, judge, stream=stream, parted=parted)
    judge.close(block, hashes, is_whole=judge.found == found)
    for number, problem in parted:
        judge.report_entry("columns", number, problem)


def _judge_page(
    page: Page, judge: Judge, *, stream: Stream, parted: list[tuple[int, str]]
) -> list[str]:
    """Judge some entries; return the hashes that their bodies really have.

    What columns say otherwise goes to `parted`, by number: the block is whole all the same.
    """
    if None not in page.rows:
        rows = cast("Sequence[Stored]", page.rows)
        parted += ((page.first + place, problem) for place, problem in faults(rows, page.ids))
        return _judge_rows(rows, judge, first=page.first)
    hashes: list[str] = []
    for number, (identity, row) in enumerate(zip(page.ids, page.rows, strict=True), page.first):
        if row is None:
            _judge_absent(number, identity, judge, is_there=stream.exists(identity))
        else:
            parted += ((number, problem) for _, problem in faults([row], [identity]))
            hashes += _judge_rows([row], judge, first=number)
    return hashes


def _judge_rows(rows: Sequence[Stored], judge: Judge, *, first: int) -> list[str]:
    """Judge entries that are there, numbered from `first`.

    What the speed of a verification comes from: column by column, with nothing made that is not
    compared.
    """
    _, subjects, _, prevs, stored, _, _, _, bodies = zip(*rows, strict=True)
    hashes = [sha256(DOMAIN + body).hexdigest() for body in bodies]
    if hashes != [*stored]:
        for number, (own, other) in enumerate(zip(hashes, stored, strict=True), first):
            if own != other:
                judge.report_entry("body", number, "nội dung không khớp với mã băm: mục đã bị sửa")
    heads = judge.heads
    number = first
    for subject, prev, own in zip(subjects, prevs, stored, strict=True):
        if heads.get(subject, _FIRST) == prev:
            heads[subject] = own
        else:
            judge.follow(number, subject, prev=prev, own=own)
        number += 1
    return hashes


def _judge_absent(number: int, identity: str, judge: Judge, *, is_there: bool) -> None:
    if is_there:
        judge.report_entry("twice", number, f"mục {identity} đã được niêm phong một lần trước đó")
    else:
        judge.report_entry("missing", number, f"mục {identity} không còn trong nhật ký")


def _judge_unsealed(stream: Stream, judge: Judge) -> None:
    if not judge.newest:
        return
    for entry in stream.unsealed(before=audit_log.earlier(judge.newest, by=LATE)):
        problem = (
            f"({entry.action}, {entry.at}) không nằm trong khối nào: chèn thêm, hoặc ghi quá muộn"
        )
        judge.report("unsealed", None, place=f"mục {entry.key}", problem=problem)


def _own_anchors(tx: Transaction) -> list[Anchor]:
    return [
        Anchor(block=row.block_number, hash=row.block_hash, entries=row.entries, at=row.at)
        for row in audit_log.anchors(tx)
    ]


def _judge_guards(tx: Transaction, judge: Judge, anchor: Anchor | None) -> None:
    for name in guards.missing(tx):
        problem = "khóa chống sửa bị gỡ, tắt hoặc viết lại: đã có người mở đường sửa nhật ký"
        judge.report("guard", None, place=f"khóa {name}", problem=problem)
    if anchor is None or anchor.schema is None:
        return
    now = schema(tx)
    if now.revision == anchor.schema.revision and now.guards != anchor.schema.guards:
        problem = "khác với lúc lấy mốc neo dù cơ sở dữ liệu không được nâng cấp"
        judge.report("guard", None, place="các khóa chống sửa", problem=problem)


def schema(tx: Transaction) -> Schema:
    """Return what guards the log now, as an anchor holds it."""
    return Schema(revision=guards.revision(tx), guards=guards.fingerprint(tx))
