"""What verification found: each fault with its place in the log, and what cannot be told."""

from dataclasses import dataclass

#: Faults kept; a log that was rewritten has as many as it has entries.
MOST_FINDINGS = 100

#: Said whenever no anchor from outside was at hand.
CANNOT_TELL = (
    "không có mốc neo bên ngoài nên không thể biết phần cuối nhật ký có bị cắt, "
    "hay toàn bộ nhật ký có bị viết lại hay không"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        check: Which promise is broken: `body`, `columns`, `chain`, `missing`, `twice`, `unsealed`,
            `root`, `block`, `anchor`, `guard`, `state`, `format`.
        number: The entry's number in the log, the first one where it is a run of entries; None
            where the fault has no place among the entries.
        place: The entry, block, task or line, for a person to point at.
        problem: What is wrong, in Vietnamese.
    """

    check: str
    number: int | None
    place: str
    problem: str

    def __str__(self) -> str:
        return f"{self.place}: {self.problem}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The outcome of a verification.

    Attributes:
        entries: How many sealed entries were read.
        blocks: How many blocks were read.
        head: Hash of the last block.
        findings: By number, those without one last; at most MOST_FINDINGS.
        more: How many further findings were not kept.
        is_anchored: An anchor from outside was compared.
    """

    entries: int
    blocks: int
    head: str
    findings: tuple[Finding, ...]
    more: int
    is_anchored: bool

    @property
    def is_clean(self) -> bool:
        """Nothing is wrong, as far as can be told."""
        return not self.findings

    @property
    def first(self) -> Finding | None:
        """The finding with the lowest number."""
        return self.findings[0] if self.findings else None

    @property
    def reservations(self) -> tuple[str, ...]:
        """What this verification could not have seen."""
        return () if self.is_anchored else (CANNOT_TELL,)
