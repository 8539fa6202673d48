"""Which measurements there are; a new row of the table is one line here and one function."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from dondoc.bench import audit, batches, lag, mail, reads, simulation, sweeps, transitions
from dondoc.bench.row import Row
from dondoc.bench.stage import Kind, Place

#: Measures on databases of one kind, briefly (`quick`) or thoroughly.
Measure: TypeAlias = Callable[[Place, bool], Row]

_BOTH: Final[tuple[Kind, ...]] = ("postgresql", "sqlite")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One measurement, made once for each kind of database it speaks of.

    Attributes:
        name: What it is called by `--only`; the path of its row, and more where a path has several.
        databases: On which kinds it is made, in this order.
        measure: Makes it.
        is_quick: Whether `--quick` makes it at all.
    """

    name: str
    databases: tuple[Kind, ...]
    measure: Measure
    is_quick: bool = True


MEASUREMENTS: Final = (
    Measurement(name="transition", databases=_BOTH, measure=transitions.by_one),
    Measurement(name="transition-4", databases=("postgresql",), measure=transitions.by_four,
                is_quick=False),
    Measurement(name="batch", databases=_BOTH, measure=batches.measure),
    Measurement(name="sweep-100k", databases=_BOTH, measure=sweeps.among_100k),
    Measurement(name="sweep-1m", databases=_BOTH, measure=sweeps.among_a_million, is_quick=False),
    Measurement(name="sweep-flat", databases=("postgresql",), measure=sweeps.flat, is_quick=False),
    Measurement(name="lag", databases=_BOTH, measure=lag.measure),
    Measurement(name="audit-verify", databases=_BOTH, measure=audit.measure),
    Measurement(name="mail", databases=("sqlite",), measure=mail.measure),
    Measurement(name="pages", databases=_BOTH, measure=reads.measure),
    Measurement(name="simulate", databases=("sqlite",), measure=simulation.measure),
)  # fmt: skip
