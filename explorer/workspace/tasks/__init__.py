"""What a network can be asked to learn: shipped data, generated data, and the person's own."""

from explorer.workspace.tasks.kinds import TASKS, advised, baseline_of, find_kind, lesson, taught, unit_of
from explorer.workspace.tasks.lesson import Kind, Lesson
from explorer.workspace.tasks.own import own_text

__all__ = ["TASKS", "Kind", "Lesson", "advised", "baseline_of", "find_kind", "lesson", "own_text", "taught", "unit_of"]
