"""What equations answer to `Credit`: the rows, plain and in logarithms, and the shares, each made once, when asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.recurrence.credit.layout import Layout
from explorer.engine.recurrence.credit.logshares import Key, LogShares, Share
from explorer.engine.recurrence.credit.shares import Shares
from explorer.engine.recurrence.expressions.expression import Leaf, Pointwise, Reduction
from explorer.engine.recurrence.expressions.logs import there
from explorer.engine.recurrence.readings.layout import layout
from explorer.engine.recurrence.readings.logrows import LogRows, log_slopes
from explorer.engine.recurrence.readings.logvalue import LogValues
from explorer.engine.recurrence.readings.once import beneath, inputs, log_onward, onward, roots
from explorer.engine.recurrence.readings.places import Use, uses
from explorer.engine.recurrence.readings.pull import slopes
from explorer.engine.recurrence.readings.rows import Rows
from explorer.engine.recurrence.readings.step import Step, Values
from explorer.engine.signed import Signed


@dataclass(frozen=True, eq=False)
class CreditOfEquations:
    """`Credit` of a course of so many ``steps``; ``values`` and ``log_values`` (T, …) are made when they are asked for."""

    step: Step
    steps: int
    values: Callable[[], Values]
    log_values: Callable[[], LogValues]

    @property
    def layout(self) -> Layout:
        return layout(self.step)

    @property
    def size(self) -> int:
        return self._rows.size

    def pull(self, k: int, g: Floats) -> tuple[Floats, Floats]:
        return self._rows.pull(k, g)

    def log_pull(self, k: int, g: Signed) -> tuple[Signed, Signed]:
        return self._log_rows.pull(k, g)

    @cached_property
    def shares(self) -> Shares:
        found = self.values()
        with np.errstate(all="ignore"):
            rights = {key: self._right(key, found) for key in self._keys}
        delays = {name: delay for name, (_, delay) in inputs(self.step).items()}
        carry = partial(onward, self.step, found)
        graph = self.step.recurrence.graph
        given = frozenset(key for key in self._keys if key[1] < 0 and isinstance(graph[key[0]].operator, Leaf))
        return Shares(self._table, rights, given, beneath(self.step), carry, delays, lambda: self.log_shares)

    @cached_property
    def log_shares(self) -> LogShares:
        found = self.log_values()
        with np.errstate(all="ignore"):
            rights = {key: self._log_right(key, found) for key in self._keys}
        return LogShares(self._table, rights, beneath(self.step), partial(log_onward, self.step, found))

    @cached_property
    def _rows(self) -> Rows:
        return Rows(self.step, self.values(), self.steps)

    @cached_property
    def _log_rows(self) -> LogRows:
        return LogRows(self.step, self.log_values(), self._rows.columns)

    @cached_property
    def _uses(self) -> list[Use]:
        """Return the uses by which anything depends on a weight: not those in a comparison."""
        return [use for use in uses(self.step) if not self._is_compared(use)]

    def _is_compared(self, use: Use) -> bool:
        node = self.step.recurrence.graph[use.place]
        if not isinstance(node.operator, Pointwise) or use.which < 0:
            return False
        ones = [np.ones(self.step.shapes[arg]) for arg in node.args]
        return slopes(node, ones)[use.which] is None

    @property
    def _table(self) -> Mapping[str, tuple[Share, ...]]:
        """Return the shares of the weights by name, and of "x" and "x[1]" …, the inputs."""
        shares = [self._share(use) for use in self._uses]
        by_name = {**roots(self.step), **{name: (place,) for name, (place, _) in inputs(self.step).items()}}
        return {name: tuple(one for one in shares if one.root in some) for name, some in by_name.items()}

    def _share(self, use: Use) -> Share:
        shapes, columns = self.step.shapes, self._rows.columns[use.home]
        return Share(use.root, columns, shapes[use.home], shapes[use.root], use.sign, use.rule, self._key(use))

    def _key(self, use: Use) -> Key | None:
        """Return what tells a right factor apart: the other factor's node, or a function and which slope."""
        node = self.step.recurrence.graph[use.place]
        if use.rule is None or len(use.rule.labels) == 1:
            return None
        slope = isinstance(node.operator, (Pointwise, Reduction))
        return (use.place, use.which) if slope else (node.args[1 - use.which], -1)

    def _right(self, key: Key, found: Values) -> Floats:
        """Return what the gradient is multiplied with (T, …): the other factor of a product, a function's slope."""
        place, which = key
        if which < 0:
            return self._along(found[place], self.step.shapes[place])
        node = self.step.recurrence.graph[place]
        slope = slopes(node, [found[arg] for arg in node.args])[which]
        return self._along(np.asarray(slope), self._shape_of_slope(place))

    def _log_right(self, key: Key, found: LogValues) -> Signed:
        place, which = key
        right = found[place] if which < 0 else there(log_slopes(self.step, found, place)[which])
        shape = self.step.shapes[place] if which < 0 else self._shape_of_slope(place)
        return Signed(self._along(right.log, shape), self._along(right.sign, shape))

    def _shape_of_slope(self, place: int) -> tuple[int, ...]:
        return self.step.shapes[self.step.recurrence.graph[place].args[0]]

    @property
    def _keys(self) -> set[Key]:
        return {key for use in self._uses if (key := self._key(use)) is not None}

    def _along(self, value: Floats, shape: tuple[int, ...]) -> Floats:
        return np.broadcast_to(value, (self.steps, *shape))
