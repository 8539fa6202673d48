"""The record an auditor can trust: canonical entries, chained per subject, sealed in blocks."""

from engine.audit.entries import GENESIS, Entry, Event, Head, append, chain

__all__ = ["GENESIS", "Entry", "Event", "Head", "append", "chain"]
