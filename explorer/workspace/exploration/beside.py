"""What a person does to networks that stand side by side: pins one, takes one away, looks at one alone, and so on."""

from __future__ import annotations

from collections.abc import Mapping

from explorer.engine.errors import BadExploration
from explorer.workspace.exploration.exploration import MOST_NETWORKS, Exploration, Stage, replace
from explorer.workspace.exploration.notes import moved_along
from explorer.workspace.exploration.recipe import MOST_TITLE


def pinned(exploration: Exploration) -> Exploration:
    """Return the present network as it is beside a copy of it, which is the active one from now on and changes by itself.

    Raises
    ------
    BadExploration
        If there are as many networks as there can be.
    """
    if len(exploration.networks) == MOST_NETWORKS:
        raise BadExploration("At most {most} networks stand side by side: take one away first.", most=MOST_NETWORKS)
    behind = exploration.active + 1
    copy = replace(exploration.recipe, title="")
    networks = (*exploration.networks[:behind], copy, *exploration.networks[behind:])
    found = replace(exploration, networks=networks, active=behind, stage=_beside(exploration), together=False)
    places = {i: i + (i >= behind) for i in range(len(exploration.networks))}
    return noted(replace(found, against=None), exploration, places)


def removed(exploration: Exploration, index: int) -> Exploration:
    """Return ``exploration`` without the network ``index``; the last one that is left stands alone.

    Raises
    ------
    BadExploration
        If there is no other network.
    """
    networks = (*exploration.networks[:index], *exploration.networks[index + 1 :])
    if not networks:
        raise BadExploration("This is the only network: there is none beside it to go on with.")
    active = exploration.active - (index < exploration.active)
    found = replace(exploration, networks=networks, active=min(active, len(networks) - 1), against=None)
    places = {i: i - (i > index) for i in range(len(exploration.networks)) if i != index}
    found = noted(found, exploration, places)
    return found if len(networks) > 1 else replace(found, stage="alone", together=False)


def alone(exploration: Exploration, index: int) -> Exploration:
    """Return ``exploration`` with the network ``index`` active and alone in sight; the others are kept."""
    return replace(exploration, active=index, stage="alone")


def beside(exploration: Exploration) -> Exploration:
    """Return ``exploration`` with all its networks side by side; a single one is pinned."""
    return pinned(exploration) if len(exploration.networks) == 1 else replace(exploration, stage=_beside(exploration))


def turned(exploration: Exploration) -> Exploration:
    """Return ``exploration`` with all its networks side by side where one stands alone, else with the active one alone."""
    return beside(exploration) if exploration.stage == "alone" else alone(exploration, exploration.active)


def turned_to(exploration: Exploration, stage: Stage) -> Exploration:
    """Return ``exploration`` with its networks seen as ``stage`` says, or just side by side where they are so already."""
    return staged(exploration, "beside" if exploration.stage == stage else stage)


def unpinned(exploration: Exploration) -> Exploration:
    """Return ``exploration`` without its active network; raises as `removed` does."""
    return removed(exploration, exploration.active)


def changed_otherwise(exploration: Exploration) -> Exploration:
    """Return ``exploration`` whose networks change together where they did one by one, and the other way round."""
    return moved(exploration, not exploration.together)


def staged(exploration: Exploration, stage: Stage) -> Exploration:
    """Return ``exploration`` with its networks seen in another way."""
    return replace(exploration, stage=stage)


def moved(exploration: Exploration, together: bool) -> Exploration:
    """Return ``exploration`` whose networks change together from now on, or one by one."""
    return replace(exploration, together=together)


def paired(exploration: Exploration, one: int, other: int) -> Exploration:
    """Return ``exploration`` with the network ``other``, the active one from now on, held against ``one``."""
    return replace(exploration, active=other, against=one)


def titled(exploration: Exploration, index: int, title: str) -> Exploration:
    """Return ``exploration`` with the network ``index`` called so; "" is what it is called by itself."""
    networks = list(exploration.networks)
    networks[index] = replace(networks[index], title=" ".join(title.split())[:MOST_TITLE])
    return replace(exploration, networks=tuple(networks))


def noted(exploration: Exploration, before: Exploration, places: Mapping[int, int]) -> Exploration:
    """Return ``exploration`` with the notes of ``before``, whose networks stand here at ``places``; those of others go."""
    counts = len(before.networks), len(exploration.networks)
    return replace(exploration, notes=moved_along(before.notes, places, *counts))


def single(exploration: Exploration) -> Exploration:
    """Return ``exploration`` with its active network alone, with what is written to it."""
    found = replace(exploration, networks=(exploration.recipe,), active=0, against=None, stage="alone", together=False)
    return noted(found, exploration, {exploration.active: 0})


def _beside(exploration: Exploration) -> Stage:
    return "beside" if exploration.stage == "alone" else exploration.stage
