"""What a person does with named snapshots of everything: keeps one, goes to it, compares with it, renames it, removes it."""

from __future__ import annotations

from explorer.engine.errors import BadExploration
from explorer.workspace.exploration.beside import noted
from explorer.workspace.exploration.exploration import MOST_BOOKMARKS, MOST_NETWORKS, Bookmark, Exploration, replace
from explorer.workspace.exploration.recipe import MOST_TITLE


def bookmarked(exploration: Exploration, name: str) -> Exploration:
    """Return ``exploration`` with a snapshot of itself called ``name``, behind those that it has.

    Raises
    ------
    BadExploration
        If there are as many as there can be, or the name is none.
    """
    if len(exploration.bookmarks) == MOST_BOOKMARKS:
        raise BadExploration("At most {most} snapshots are kept: remove one first.", most=MOST_BOOKMARKS)
    kept = Bookmark(name=_free(exploration, name), exploration=bare(exploration))
    return replace(exploration, bookmarks=(*exploration.bookmarks, kept))


def bare(exploration: Exploration) -> Exploration:
    """Return ``exploration`` without what goes with the file whatever is shown: snapshots, notes and runs that are over."""
    return replace(exploration, bookmarks=(), notes=(), runs=())


def gone_to(exploration: Exploration, index: int) -> Exploration:
    """Return the snapshot ``index`` as the present, with the notes, the runs and the snapshots that there are.

    A note on a network that the snapshot has not waits for one that has it.
    """
    kept = exploration.bookmarks[index].exploration
    places = {i: i for i in range(MOST_NETWORKS)}
    if len(exploration.networks) == 1:
        places[0] = kept.active
    return noted(replace(kept, bookmarks=exploration.bookmarks, runs=exploration.runs), exploration, places)


def compared_with(exploration: Exploration, index: int) -> Exploration:
    """Return the network of the snapshot ``index``, called so, beside the present one, both fed as it is now."""
    kept = exploration.bookmarks[index]
    before = replace(kept.exploration.recipe, title=kept.name)
    networks = (before, exploration.recipe)
    found = replace(exploration, networks=networks, active=1, against=None, stage="beside", together=False)
    return noted(found, exploration, {exploration.active: 1})


def renamed(exploration: Exploration, index: int, name: str) -> Exploration:
    """Return ``exploration`` with the snapshot ``index`` called ``name``."""
    kept = list(exploration.bookmarks)
    others = replace(exploration, bookmarks=tuple(kept[:index] + kept[index + 1 :]))
    kept[index] = replace(kept[index], name=_free(others, name))
    return replace(exploration, bookmarks=tuple(kept))


def dropped(exploration: Exploration, index: int) -> Exploration:
    """Return ``exploration`` without the snapshot ``index``."""
    kept = exploration.bookmarks
    return replace(exploration, bookmarks=(*kept[:index], *kept[index + 1 :]))


def _free(exploration: Exploration, name: str) -> str:
    """Return ``name``, with a number where it is taken.

    Raises
    ------
    BadExploration
        If there is nothing to call it by.
    """
    name, taken = " ".join(name.split())[:MOST_TITLE], {one.name for one in exploration.bookmarks}
    if not name:
        raise BadExploration("A snapshot needs a name.")
    numbered = (f"{name[: MOST_TITLE - 5]} ({number})" for number in range(2, MOST_BOOKMARKS + 2))
    return name if name not in taken else next(one for one in numbered if one not in taken)
