"""What each step contributes to the gradient on each weight and input, from the gradients δ where they act.

A share of a weight is δ ⊗ r: the gradient on the node where it acts times a right factor, by a rule of labels. Where the two
have no label in common the share has rank one and its norm is ‖δ‖ ‖r‖; no matrix is made. A weight that acts twice in a step
has the sum of its shares, whose norm follows from the products of each with each. What acts by way of other matrices made of
weights (e^A, the rows of a discretised system) has shares on these, which are carried on to it; that is linear, so that the
sum of many steps is carried once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from explorer.engine.floats import Floats
from explorer.engine.norms import log_norms, norm_of_logs
from explorer.engine.recurrence.credit.logshares import Columns, Key, LogShares, Onward, Share, Steps
from explorer.engine.recurrence.expressions.contract import contract
from explorer.engine.signed import Signed

# Below this a right factor may have lost digits: its logarithm is asked.
_FAINT = np.log(1e-200)
# Squares above this have all their digits.
_SURE = 1e-200
# Shares that cancel to less than this of their squares are added up themselves.
_CANCELLED = 1e-6


@dataclass(frozen=True)
class Shares:
    """Shares of all weights by name, and of the ``inputs`` ("x", "x[1]" …), each with how many steps ago it was.

    ``rights`` are the right factors (T, …); the ``given`` ones, states and inputs, are as they are. ``onward`` carries
    gradients on to the weights ``beneath`` what is made of them.

    ``logs`` makes the same in logarithms; it is called when a right factor has left the range of float64.
    """

    shares: Mapping[str, tuple[Share, ...]]
    rights: Mapping[Key, Floats]
    given: frozenset[Key]
    beneath: frozenset[str]
    onward: Onward
    inputs: Mapping[str, int]
    logs: Callable[[], LogShares]

    def part(self, name: str, k: int, delta: Floats) -> Floats:
        """Return step k's part (R, …) of the gradient on a weight, in its shape, from δ (R, D)."""
        by_root: dict[int, Floats] = {}
        for share in self.shares[name]:
            part = share.sign * delta[:, share.columns].reshape(-1, *share.shape)
            if share.rule is not None:
                right = () if share.key is None else (self.rights[share.key][k],)
                part = contract(share.rule, *right, part)
            part = np.broadcast_to(part, (len(delta), *share.whole))
            by_root[share.root] = by_root[share.root] + part if share.root in by_root else part
        return self.onward(name, by_root) if name in self.beneath else next(iter(by_root.values()))

    def summed(self, name: str, steps: Steps, delta: Floats, log: Floats) -> Floats:
        """Return the sum of the parts of some steps (P,), each from its own row e^log · δ, in the shape of the weight.

        δ (P, D), log (P,). Where a right factor has left the range of float64, or nearly, its logarithm is taken.
        """
        far = self._far(name, steps)
        if far is None:
            return self._summed(name, steps, delta, log)
        near = self._summed(name, steps[~far], delta[~far], log[~far])
        for k, row, by in zip(steps[far], delta[far], log[far], strict=True):
            near = near + self._logs.part(name, int(k), Signed.of(row[None]).times(by)).value()[0]
        return near

    def each_summed(
        self, names: Sequence[str], steps: Steps, delta: Floats, log: Floats
    ) -> Iterator[tuple[str, Floats]]:
        """Yield the same of some weights, each with its name; those that stand side by side in δ are one product."""
        for some, share in self._in_rows(tuple(names)):
            if share is None or self._far(some[0], steps) is not None:
                yield from ((name, self.summed(name, steps, delta, log)) for name in some)
                continue
            whole, first = share.sign * self._gathered(share, steps, delta[:, share.columns], log), 0
            if len(some) == 1:
                # A weight that is one number has no axis to be told apart by.
                yield some[0], whole
                continue
            for name in some:
                width = self.shares[name][0].whole[share.axis]
                yield name, whole[first : first + width] if share.axis == 0 else whole[:, first : first + width]
                first += width

    def _in_rows(self, names: tuple[str, ...]) -> list[tuple[list[str], Share | None]]:
        """Return the weights in the order of δ, those that are one product together, with their share as one."""
        if names not in self._rows:
            rows: list[tuple[list[str], Share | None]] = []
            for name in sorted(names, key=lambda name: self.shares[name][0].columns.start):
                share = self.shares[name][0] if self._is_single(name) else None
                last = rows[-1][1] if rows else None
                both = last.with_neighbour(share) if last is not None and share is not None else None
                if both is not None:
                    rows[-1] = [*rows[-1][0], name], both
                else:
                    rows.append(([name], share))
            self._rows[names] = rows
        return self._rows[names]

    def _far(self, name: str, steps: Steps) -> NDArray[np.bool_] | None:
        """Return at which of some steps (P,) a right factor of a weight is too small for its plain number, if at any."""
        if name not in self._lost:
            sizes = [self._measured(key) for key in {share.key for share in self.shares[name]} if key is not None]
            lost = [np.isfinite(size) & (size < _FAINT) for size in sizes]
            far = np.logical_or.reduce(lost) if lost else np.zeros(0, dtype=bool)
            self._lost[name] = far if far.any() else None
        whole = self._lost[name]
        return None if whole is None or not whole[steps].any() else np.asarray(whole[steps])

    def _summed(self, name: str, steps: Steps, delta: Floats, log: Floats) -> Floats:
        by_root: dict[int, Floats] = {}
        for share in self.shares[name]:
            part = share.sign * self._gathered(share, steps, delta[:, share.columns], log)
            by_root[share.root] = by_root[share.root] + part if share.root in by_root else part
        if name not in self.beneath:
            return next(iter(by_root.values()))
        return self.onward(name, {root: sum_[None] for root, sum_ in by_root.items()})[0]

    def log_norms(self, names: Sequence[str], k: int, delta: Floats, square: Floats | None = None) -> Floats:
        """Return ln of the norms (R,) of step k's parts of some weights together, as one long vector, from δ (R, D).

        ``square`` (R,) are the squares of the norms of the columns that count, where they are known already.
        """
        alike, others = self._sorted(tuple(names))
        if square is not None and len(alike) == 1 and not others and square.min(initial=1.0) > _SURE:
            return _product(self._log_size(alike[0][1], k), 0.5 * np.log(square))
        apart = [_product(self._log_size(key, k), log_norms(delta[:, columns])) for columns, key in alike]
        for name in others:
            faint = any(self._is_faint(share, k) for share in self.shares[name])
            one = self._logs.log_norms([name], k, Signed.of(delta)) if faint else self._together(name, k, delta)
            apart.append(one)
        return apart[0] if len(apart) == 1 else norm_of_logs(np.stack(apart, axis=-1))

    def asked(self, names: tuple[str, ...], k: int, size: int) -> Columns:  # noqa: ARG002 - alike at all steps
        """Return from which columns of δ, of which there are ``size``, step k's parts of some weights come."""
        if names not in self._asked:
            found = np.zeros(size, dtype=bool)
            for name in names:
                for share in self.shares[name]:
                    found[share.columns] = True
            some = np.flatnonzero(found)
            row = len(some) > 0 and some[-1] - some[0] + 1 == len(some)
            self._asked[names] = slice(int(some[0]), int(some[-1]) + 1) if row else some
        return self._asked[names]

    def renamed(self, names: Mapping[str, str]) -> Shares:
        """Return the same of weights that are called otherwise; ``names`` has what each is called then."""
        own = {called: name for name, called in names.items()}
        return Shares(
            {names.get(name, name): some for name, some in self.shares.items()},
            self.rights, self.given, frozenset(names.get(name, name) for name in self.beneath),
            lambda name, gradients: self.onward(own.get(name, name), gradients),
            self.inputs, lambda: self._logs.renamed(names),
        )  # fmt: skip

    def _sorted(self, names: tuple[str, ...]) -> tuple[list[tuple[slice, Key | None]], list[str]]:
        """Return the columns of shares of rank one, neighbours of one right factor as one, and the other weights."""
        if names not in self._known:
            single = [name for name in names if self._is_single(name)]
            shares = sorted((self.shares[name][0] for name in single), key=lambda share: share.columns.start)
            alike: list[tuple[slice, Key | None]] = []
            for share in shares:
                if alike and alike[-1][0].stop == share.columns.start and alike[-1][1] == share.key:
                    alike[-1] = slice(alike[-1][0].start, share.columns.stop), share.key
                else:
                    alike.append((share.columns, share.key))
            self._known[names] = alike, [name for name in names if name not in single]
        return self._known[names]

    def _is_single(self, name: str) -> bool:
        shares = self.shares[name]
        return name not in self.beneath and len(shares) == 1 and shares[0].of_rank_one

    @cached_property
    def _known(self) -> dict[tuple[str, ...], tuple[list[tuple[slice, Key | None]], list[str]]]:
        return {}

    @cached_property
    def _rows(self) -> dict[tuple[str, ...], list[tuple[list[str], Share | None]]]:
        return {}

    @cached_property
    def _lost(self) -> dict[str, NDArray[np.bool_] | None]:
        return {}

    @cached_property
    def _asked(self) -> dict[tuple[str, ...], Columns]:
        return {}

    @cached_property
    def _logs(self) -> LogShares:
        return self.logs()

    @cached_property
    def _sizes(self) -> dict[Key, Floats]:
        return {}

    def _measured(self, key: Key) -> Floats:
        """Return ln of the norms (T,) of a right factor; where float64 has lost it, of what its logarithms say."""
        if key not in self._sizes:
            right = self.rights[key]
            size = log_norms(right.reshape(len(right), -1))
            if key not in self.given and (size < _FAINT).any():
                log = self._logs.rights[key].log
                size = norm_of_logs(log.reshape(len(log), -1))
            self._sizes[key] = size
        return self._sizes[key]

    def _log_size(self, key: Key | None, k: int) -> float:
        return 0.0 if key is None else float(self._measured(key)[k])

    def _is_faint(self, share: Share, k: int) -> bool:
        return -np.inf < self._log_size(share.key, k) < _FAINT

    def _together(self, name: str, k: int, delta: Floats) -> Floats:
        """Return ln of the norms (R,) of a weight's part that is no product of two."""
        shares = self.shares[name]
        rules = {share.rule for share in shares}
        if name in self.beneath or len(rules) > 1 or not shares[0].of_rank_one or not shares[0].key:
            return log_norms(self.part(name, k, delta).reshape(len(delta), -1))
        return self._by_products(name, k, delta)

    def _by_products(self, name: str, k: int, delta: Floats) -> Floats:
        """Return the same of shares of rank one from the products of each with each; those that cancel are added up."""
        shares = self.shares[name]
        left = np.stack([share.sign * delta[:, share.columns].reshape(len(delta), -1) for share in shares], axis=1)
        right = np.stack([self.rights[share.key][k].ravel() for share in shares if share.key])
        each = (left @ left.mT) * (right @ right.T)
        square, all_ = each.sum(axis=(1, 2)), np.trace(each, axis1=1, axis2=2)
        with np.errstate(all="ignore"):
            log = np.asarray(0.5 * np.log(square))
        odd = ~((square > _CANCELLED * all_) & (all_ > 1e-200) & (all_ < 1e200))
        if odd.any():
            log[odd] = log_norms(self.part(name, k, delta[odd]).reshape(int(odd.sum()), -1))
        return log

    def _gathered(self, share: Share, steps: Steps, delta: Floats, log: Floats) -> Floats:
        """Return Σ e^log δ ⊗ r over the rows, in the shape of the root."""
        if share.rule is not None and share.key is not None and share.of_rank_one:
            right = self.rights[share.key][steps].reshape(len(steps), -1)
            # The narrower of the two is weighted.
            if right.shape[1] < delta.shape[1] and np.isfinite(log).all():
                right = weighted(right, log)
            else:
                delta = weighted(delta, log)
            return (right.T @ delta if share.axis else delta.T @ right).reshape(share.whole)
        delta = weighted(delta, log)
        if share.rule is None:
            return delta.sum(axis=0).reshape(share.whole)
        if share.key is None:
            whole = contract(share.rule, delta.sum(axis=0).reshape(share.shape))
            return np.broadcast_to(whole, share.whole)
        parts = contract(share.rule, self.rights[share.key][steps], delta.reshape(-1, *share.shape))
        return np.broadcast_to(parts, (len(steps), *share.whole)).sum(axis=0)


def weighted(vectors: Floats, log: Floats) -> Floats:
    """Return e^log (R,) times vectors (R, ·); a true zero times anything is zero, also inf."""
    result = vectors * np.exp(log)[:, None]
    dead = np.isneginf(log)
    if dead.any():
        result[dead] = 0.0
    return np.asarray(result)


def _product(size: float, log: Floats) -> Floats:
    """Return the logarithm of a product; zero times anything is zero, also inf."""
    if size == -np.inf:
        return np.full_like(log, -np.inf)
    return log + size if math.isfinite(size) else np.where(np.isneginf(log), -np.inf, log + size)
