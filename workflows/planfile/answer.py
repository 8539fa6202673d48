"""Draft plans and deadlines as plain data for `--json`; other programs rely on the shape."""

from dataclasses import asdict
from datetime import date

from engine.draft import Citation, Deadline, DraftItem, DraftPlan, Remark, ReportLine, Source

Json = dict[str, object]


def as_json(draft: DraftPlan) -> Json:
    """Return a draft plan as `{"plan": ..., "items": [...]}`; the caller adds its summary."""
    plan: Json = {
        "code": draft.code,
        "year": draft.year,
        "title": draft.title,
        "issuer": draft.issuer,
        "number": draft.number,
        "date": _day(draft.date),
        "signer": draft.signer,
        "bases": [basis.text for basis in draft.bases],
        "targets": [{"section": one.section, "text": one.text} for one in draft.targets],
        "remarks": [_remark(one) for one in draft.remarks],
        "citations": [_citation(citation) for citation in draft.citations],
        "report_lines": [_report_line(line) for line in draft.report_lines],
    }
    return {"plan": plan, "items": [item_as_json(item) for item in draft.items]}


def item_as_json(item: DraftItem) -> Json:
    """Return one item, its deadline in short."""
    return {
        "code": item.code,
        "parent": item.parent,
        "section": item.section,
        "field": item.field,
        "kind": item.kind,
        "title": item.title,
        "missing": list(item.missing),
        "near_duplicates": list(item.near_duplicates),
        "lead": item.lead,
        "leads": list(item.leads),
        "coordinating": list(item.coordinating),
        "deadline": _short_deadline(item.deadline) if item.deadline else None,
        "output": item.output,
        "citations": [_citation(citation) for citation in item.citations],
        "source": _source(item.source),
        "warnings": [_remark(one) for one in item.warnings],
    }


def deadline_as_json(deadline: Deadline) -> Json:
    """Return everything that was understood of a deadline phrase."""
    mapping = deadline.as_mapping()
    # Kept and shown with the task; no part of this answer.
    del mapping["time"]
    return {**mapping, "n": _number(deadline.n)}


def _short_deadline(deadline: Deadline) -> Json:
    return {
        "phrase": deadline.phrase,
        "kind": deadline.kind,
        "due": [day.isoformat() for day in deadline.due],
        "confidence": deadline.confidence,
    }


def _citation(citation: Citation) -> Json:
    return {
        "number": citation.number,
        "type": citation.type,
        "issuer": citation.issuer,
        "date": _day(citation.date),
    }


def _report_line(line: ReportLine) -> Json:
    return {"period": line.period, "recipient": line.recipient, "phrase": line.phrase}


def _remark(remark: Remark) -> Json:
    return {"code": remark.code, "message": remark.message}


def _source(source: Source) -> Json:
    """Return where something stands; what the format does not count is left out."""
    return {key: place for key, place in asdict(source).items() if place not in (None, "")}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _number(n: float | None) -> float | None:
    return int(n) if n is not None and n.is_integer() else n
