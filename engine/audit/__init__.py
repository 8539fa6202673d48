"""The record an auditor can trust: canonical entries, chained per subject, sealed in blocks."""

from engine.audit.entries import GENESIS, Entry, Event, Head, append, chain, say_clock_is_pinned

__all__ = ["GENESIS", "Entry", "Event", "Head", "append", "chain", "say_clock_is_pinned"]
