"""What a file does not say: what was assumed, and what a person may choose instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from explorer.engine.errors import BadNetwork
from explorer.engine.names import named, unknown
from explorer.workspace.words.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Assumption:
    """What was ``taken`` of the ``choices`` for something that a file leaves open ``about`` a network or layer.

    ``key`` is what a person chooses it by, "activation", for all that leave it open; "encoder:activation" for one alone.
    ``said`` tells what is not in the file.
    """

    about: str
    key: str
    taken: str
    choices: tuple[str, ...]
    said: Sentence


@dataclass(slots=True)
class Asked:
    """What a person ``chose``, by key, and the ``assumptions`` so far, in the order in which they were needed."""

    chose: Mapping[str, str] = field(default_factory=dict)
    assumptions: list[Assumption] = field(default_factory=list)

    def take(self, about: str, key: str, choices: tuple[str, ...], usual: str, said: Sentence) -> str:
        """Return what a person chose, or the ``usual``, and remember it as an assumption.

        Raises
        ------
        BadNetwork
            If what was chosen is none of the ``choices``.
        """
        chosen = self.chose.get(f"{about}:{key}", self.chose.get(key))
        taken = usual if chosen is None else named(key, chosen, choices, BadNetwork)
        found = Assumption(about, key, taken, choices, said)
        if found not in self.assumptions:
            self.assumptions.append(found)
        return taken

    def check(self) -> None:
        """Refuse a choice of something that nothing left open.

        Raises
        ------
        BadNetwork
            Naming it, and what is open.
        """
        keys = dict.fromkeys(one.key for one in self.assumptions)
        own = dict.fromkeys(f"{one.about}:{one.key}" for one in self.assumptions)
        for name in self.chose:
            if name not in keys and name not in own:
                if not keys:
                    raise BadNetwork("“{name}” is chosen, but the file leaves nothing open.", name=name)
                raise unknown("choice", name, [*keys, *own], BadNetwork)
