"""A report of a part: what is left becomes the reason of a request for more time."""

from collections.abc import Mapping


def asked(kept: Mapping[str, str]) -> dict[str, str]:
    """Return what the form of a request begins with, from the draft of a report."""
    # In Vietnamese whatever the reader's language: it goes into the record, for everybody.
    parts = [kept.get("note", "")]
    if left := kept.get("left"):
        parts.append(f"Hoàn thành một phần; còn lại: {left}")
    if number := kept.get("number"):
        parts.append(f"Văn bản đã có: {number}")
    return {"note": "\n\n".join(filter(None, parts)), "due": kept.get("left_due", "")}
