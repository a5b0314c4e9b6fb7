"""The second panel on the left: what is learnt, how, and how far it has come."""

from __future__ import annotations

from explorer.gui.core.plan import Course
from explorer.gui.panels.cards import CardPanel
from explorer.gui.panels.train.run_card import RunCard
from explorer.gui.panels.train.settings_card import SettingsCard
from explorer.gui.panels.train.task_card import TaskCard
from explorer.gui.plot.theme import Theme
from explorer.gui.words.i18n import mark


class TrainPanel(CardPanel):
    """Run, which stays in sight, above the task and the settings; what the person wants done is told by the `RunCard`."""

    def __init__(self, theme: Theme) -> None:
        task, settings, run = TaskCard(theme), SettingsCard(theme), RunCard(theme)
        super().__init__(theme, (task, settings), pinned=run)
        self.task, self.settings, self.run = task, settings, run
        self.phrases.add(self.setAccessibleName, mark("Train panel"))

    @property
    def goal(self) -> int:
        """Return for how many steps Start is to train, 0 for without end."""
        return self.run.goal

    def set_goal(self, updates: int) -> None:
        """Let Start train for so many updates; 0 is without end."""
        self.run.goal_box.setValue(updates)

    def show_state(self, state: str, course: Course | None, seconds_left: float | None, rate: float | None) -> None:
        """Show what the training does, as `RunCard.show_state` takes it."""
        self.run.show_state(state, course, seconds_left, rate)
