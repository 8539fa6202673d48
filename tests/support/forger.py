"""Changes exports as an attacker would: one byte, one row, or all with every hash made anew."""

import hashlib
import json
import unicodedata
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from engine.audit.blocks import Block, close
from engine.audit.entries import GENESIS, canonical, digest, encode

Lines = list[dict[str, Any]]
Forgery = Callable[[Lines, int], Lines]


def read(exported: bytes) -> Lines:
    """Return the lines of an export."""
    return [json.loads(line) for line in exported.decode().splitlines()]


def write(lines: Sequence[dict[str, Any]]) -> bytes:
    """Return lines as an export whose footer has the right digest."""
    text = "".join(encode(line) + "\n" for line in lines[:-1]).encode()
    footer = {**lines[-1]}
    if footer.get("type") == "footer":
        footer["sha256"] = hashlib.sha256(text).hexdigest()
    return text + (encode(footer) + "\n").encode()


def edited(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Forgery:
    """Return a forgery that changes the body of one entry and leaves its hash."""

    def forge(lines: Lines, number: int) -> Lines:
        def forge_line(line: dict[str, Any]) -> dict[str, Any]:
            return {**line, "body": encode(change(json.loads(line["body"])))}

        return [forge_line(line) if line.get("number") == number and "body" in line else line
                for line in lines]  # fmt: skip

    return forge


def _note(body: dict[str, Any], text: str) -> dict[str, Any]:
    return {**body, "after": {**body["after"], "note": text}}


def one_letter(body: dict[str, Any]) -> dict[str, Any]:
    return _note(body, body["after"]["note"].replace("Đ", "D"))


def null_to_empty(body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "before": {"note": ""}}


def empty_to_null(body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "after": {**body["after"], "tail": None}}


def decomposed(body: dict[str, Any]) -> dict[str, Any]:
    return _note(body, unicodedata.normalize("NFD", body["after"]["note"]))


def one_microsecond(body: dict[str, Any]) -> dict[str, Any]:
    at = datetime.fromisoformat(body["at"]) + timedelta(microseconds=1)
    return {**body, "at": at.isoformat(timespec="microseconds").replace("+00:00", "Z")}


def another_actor(body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "actor": "gd"}


def deleted(lines: Lines, number: int) -> Lines:
    return [line for line in lines if not _is_entry(line, number)]


def duplicated(lines: Lines, number: int) -> Lines:
    return [copy for line in lines for copy in (2 if _is_entry(line, number) else 1) * [line]]


def inserted(lines: Lines, number: int) -> Lines:
    """Put a stranger before an entry, well-formed, with the number of that entry."""
    place = _place(lines, number)
    body = {**json.loads(lines[place]["body"]), "subject": "note:stranger", "prev": GENESIS.hash}
    text = canonical(body)
    stranger = {**lines[place], "body": text, "hash": digest(text)}
    return [*lines[:place], stranger, *lines[place:]]


def swapped(lines: Lines, number: int) -> Lines:
    """Let an entry and the next one change places."""
    place = _place(lines, number)
    return [*lines[:place], lines[place + 1], lines[place], *lines[place + 2 :]]


def swapped_with_their_numbers(lines: Lines, number: int) -> Lines:
    """The same, and let each have the number of its new place."""
    place = _place(lines, number)
    first, second = lines[place], lines[place + 1]
    pair = [{**second, "number": number}, {**first, "number": number + 1}]
    return [*lines[:place], *pair, *lines[place + 2 :]]


def hash_made_anew(lines: Lines, number: int) -> Lines:
    """Change an entry and give it the hash of what it says now."""
    changed = edited(one_letter)(lines, number)
    return [{**line, "hash": digest(line["body"])} if _is_entry(line, number) else line
            for line in changed]  # fmt: skip


def cut(lines: Lines, number: int) -> Lines:
    """Drop everything from an entry on, the footer too."""
    return lines[: _place(lines, number)]


def cut_to_the_block(lines: Lines, number: int) -> Lines:
    """Drop the blocks from that of an entry on, so that nothing shows it."""
    place = _place(lines, number)
    end = max((at for at, line in enumerate(lines[:place]) if line["type"] == "block"), default=0)
    kept = lines[: end + 1]
    return _closed(kept)


def written_anew(lines: Lines, number: int) -> Lines:
    """Change an entry, then make every hash after it right again."""
    made: Lines = []
    heads: dict[str, str] = {}
    hashes: list[str] = []
    last: Block | None = None
    for line in edited(one_letter)(lines, number):
        if line["type"] == "entry":
            body = json.loads(line["body"])
            text = canonical({**body, "prev": heads.get(body["subject"], GENESIS.hash)})
            heads[body["subject"]] = digest(text)
            hashes.append(digest(text))
            made.append({**line, "body": text, "hash": digest(text)})
        elif line["type"] == "block":
            at = datetime.fromisoformat(line["sealed_at"])
            last = close(hashes, after=last, newest=line["newest"], sealed_at=at)
            held = json.loads(canonical(last.header()))
            made.append({"type": "block", **held, "hash": last.hash})
            hashes = []
        else:
            made.append(line)
    return _closed(made[:-1])


def _closed(lines: Lines) -> Lines:
    """Return lines with a header and a footer that speak of just these."""
    blocks = [line for line in lines if line["type"] == "block"]
    entries = sum(block["count"] for block in blocks)
    held = {"blocks": len(blocks), "entries": entries}
    footer = {"type": "footer", **held, "head": blocks[-1]["hash"] if blocks else GENESIS.hash}
    return [{**lines[0], **held}, *lines[1:], footer]


def _is_entry(line: dict[str, Any], number: int) -> bool:
    return bool(line["type"] == "entry" and line["number"] == number)


def _place(lines: Lines, number: int) -> int:
    return next(place for place, line in enumerate(lines) if _is_entry(line, number))
