"""What a network can be asked to learn: shipped data, generated data, and the person's own."""

from explorer.workspace.tasks.dataset import Dataset, Kind
from explorer.workspace.tasks.kinds import TASKS, advised, baseline_of, dataset, find_kind, seam_of, taught, unit_of
from explorer.workspace.tasks.own import own_text

__all__ = [
    "TASKS",
    "Dataset",
    "Kind",
    "advised",
    "baseline_of",
    "dataset",
    "find_kind",
    "own_text",
    "seam_of",
    "taught",
    "unit_of",
]
