"""Verification of the log in its database, from the first entry to the last sealed one.

Everything is read once, in short transactions: on SQLite a long one would keep writers waiting.
The log only grows, so what is read later does not contradict what was read before.
"""

from collections.abc import Callable
from hashlib import sha256
from itertools import count

from engine.audit import replay
from engine.audit.anchors import Anchor, Schema
from engine.audit.blocks import Block
from engine.audit.columns import Reader, fault
from engine.audit.entries import DOMAIN, GENESIS
from engine.audit.judge import Judge
from engine.audit.seal import LATE
from engine.audit.stream import Page, Stream
from engine.audit.verdict import Verdict
from engine.store import audit_log, guards
from engine.store.audit_log import Stored
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
    stream, reader = Stream(database), Reader()
    try:
        for block, ids in stream.blocks(until=until):
            _judge_block(block, ids, judge, reader, stream=stream)
            if progress is not None:
                progress(judge.entries, entries)
        _judge_unsealed(stream, judge)
    except (TypeError, ValueError) as error:
        place = f"khối sau mục {judge.entries}"
        problem = f"không đọc được: dòng của khối bị sửa ({error})"
        judge.report("block", judge.entries + 1, place=place, problem=problem)
    judge.settle()
    replay.compare(database, judge, reader.states)
    return judge.verdict()


def _judge_block(
    block: Block, ids: list[str], judge: Judge, reader: Reader, *, stream: Stream
) -> None:
    leaves: list[bytes] = []
    found = judge.found
    for page in stream.pages(block, ids):
        leaves += _judge_page(page, judge, reader, stream=stream)
    judge.close(block, leaves, is_whole=judge.found == found)


def _judge_page(page: Page, judge: Judge, reader: Reader, *, stream: Stream) -> list[bytes]:
    """Judge some entries; return the hashes that their bodies really have.

    This loop is what the speed of a verification comes from.
    """
    leaves: list[bytes] = []
    heads = judge.heads
    for number, identity, row in zip(count(page.first), page.ids, page.rows, strict=False):
        if row is None:
            _judge_absent(number, identity, judge, is_there=stream.exists(identity))
            continue
        _, subject, _, prev, stored, _, _, _, body = row
        own = sha256(DOMAIN + body).digest()
        leaves.append(own)
        if own.hex() != stored:
            judge.report_entry("body", number, "nội dung không khớp với mã băm: mục đã bị sửa")
        if heads.get(subject, _FIRST) == prev:
            heads[subject] = stored
        else:
            judge.follow(number, subject, prev=prev, own=stored)
        if not reader.agree(row, identity):
            problem = fault(Stored._make(row), identity)
            if problem:
                judge.report_entry("columns", number, problem)
    return leaves


def _judge_absent(number: int, identity: str, judge: Judge, *, is_there: bool) -> None:
    if is_there:
        judge.report_entry("twice", number, f"mục {identity} đã được niêm phong một lần trước đó")
    else:
        judge.report_entry("missing", number, f"mục {identity} không còn trong nhật ký")


def _judge_unsealed(stream: Stream, judge: Judge) -> None:
    if not judge.newest:
        return
    for row in stream.unsealed(before=audit_log.earlier(judge.newest, by=LATE)):
        entry = Stored._make(row)
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
