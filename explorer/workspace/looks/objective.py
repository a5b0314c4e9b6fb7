"""What training makes small of the shown sequence: the mean over its losses, where L is their sum."""

from __future__ import annotations

from explorer.engine.gradient.losses import find_loss
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.looks.judging import Judged


def mean_over(exploration: Exploration, judged: Judged) -> int:
    """Return by how many losses of the shown sequence a gradient is divided to be on the scale of training.

    Without a task nothing is trained, and it is 1: the loss is the sum L = Σ_t L_t.
    """
    if exploration.task is None:
        return 1
    return int(find_loss(judged.loss).counted(judged.targets).sum())
