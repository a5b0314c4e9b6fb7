"""What a network can be asked to learn: shipped data, generated data, and the person's own."""

from explorer.workspace.tasks.lesson import TASKS, Lesson, lesson, taught

__all__ = ["TASKS", "Lesson", "lesson", "taught"]
