"""One line of the table: a rate of ours, the rate it is held against, and what must be reached."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one measurement came to; both sides were measured in one run, in turn.

    Attributes:
        path: What was measured.
        database: `postgresql` or `sqlite`.
        rate: Ours, in `unit`; a median over the rounds.
        limit_rate: The same of the side we are held against.
        ratio: How near we come; more is better whatever the unit.
        unit: Of both rates.
        must_reach: The least ratio that is good enough; None where the row is for knowledge only.
        clients: How many worked at once.
        added_us: Microseconds we add to each piece of work; None where that means nothing.
        note: What else a reader should know.
    """

    path: str
    database: str
    rate: float
    limit_rate: float
    ratio: float
    unit: str
    must_reach: float | None
    clients: int = 1
    added_us: float | None = None
    note: str = ""

    @property
    def is_reached(self) -> bool:
        """Whether the ratio is what it must be."""
        return self.must_reach is None or self.ratio >= self.must_reach


def row_of(
    path: str,
    database: str,
    *,
    rates: tuple[float, float],
    unit: str,
    must_reach: float | None,
    clients: int = 1,
) -> Row:
    """Return the line of two rates, ours and the limit's, with what follows from them.

    Rates are pieces of work a second, of all clients together.
    """
    rate, limit_rate = rates
    return Row(
        path=path,
        database=database,
        rate=round(rate, 1),
        limit_rate=round(limit_rate, 1),
        ratio=round(rate / limit_rate, 3),
        unit=unit,
        must_reach=must_reach,
        clients=clients,
        added_us=round(1e6 * clients * (1 / rate - 1 / limit_rate), 1),
    )
