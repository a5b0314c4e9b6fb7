"""`Seen`: which part of the products is asked for."""

from __future__ import annotations

from dataclasses import dataclass

Index = slice | list[int]


@dataclass(frozen=True, slots=True)
class Seen:
    """Rows and columns of the products, None for all, of each of ``units`` that don't mix: their J is (units, p, p) then."""

    rows: tuple[int, ...] | None = None
    columns: tuple[int, ...] | None = None
    units: int = 1

    @property
    def of_rows(self) -> Index:
        """Return what picks the rows."""
        return slice(None) if self.rows is None else list(self.rows)

    @property
    def of_columns(self) -> Index:
        """Return what picks the columns."""
        return slice(None) if self.columns is None else list(self.columns)

    def ones(self, N: int) -> int:
        """Return how many ones are seen of the identity (N, N) of each unit."""
        return len(
            set(range(N) if self.rows is None else self.rows) & set(range(N) if self.columns is None else self.columns)
        )


EVERYTHING = Seen()
