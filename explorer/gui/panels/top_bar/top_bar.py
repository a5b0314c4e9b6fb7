"""The bar along the top: what is toggled in front of the room, in reach at all times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from explorer.engine.errors import Refusal
from explorer.engine.network.drawn import heeded
from explorer.engine.recurrence.activations import ACTIVATIONS
from explorer.gui.controls.composite import mark_wrong
from explorer.gui.controls.plain import TIP, Label, show_tip, teach
from explorer.gui.controls.segments import Segments
from explorer.gui.controls.slider import ValueSlider
from explorer.gui.controls.stillness import when_still
from explorer.gui.panels.cells import choosing
from explorer.gui.panels.panel import Panel
from explorer.gui.panels.top_bar.cell_segments import CellSegments
from explorer.gui.panels.top_bar.overflow import Fill, Overflow
from explorer.gui.panels.top_bar.preset_box import PresetBox
from explorer.gui.plot.theme import Theme, icon, icon_size, size_icon
from explorer.gui.words.cell_words import activation_label, activation_tip, cell_tip
from explorer.gui.words.i18n import language, mark, say, tr
from explorer.gui.words.joining import follow
from explorer.workspace.disk.origin import Origin
from explorer.workspace.exploration.exploration import Exploration, Selection, replace
from explorer.workspace.looks.analysis import Analysis

_SIMPLE_ONLY = mark("A cell that leaves no choice of f gives way to the simple cell.")
_TRANSPORT = ("first", "back", "play", "forward", "last")
_HISTORY = ("undo", "redo")
_CONTROLS = ("build",)
_LOOK = ("theme", "language", "presentation")
_PRESETS = ("presets",)
_ICON = Qt.ToolButtonStyle.ToolButtonIconOnly
_MARGIN = 10
_SPACING = 10
# Where there is room, and where there is little.
_TRACKS = (96, 44)
_PRESET_LETTERS = (10, 8)


class TopBar(Panel):
    """Preset, activation, cell, gain, transport, history and look in one row.

    ``preset_chosen(name)``: it is to be shown; ``cells_wanted(menu)``: the menu is to offer the cells that are no quick
    choice; ``hand_wanted(menu)``: it is to offer what a lecturer has at hand.

    Where the row is too narrow, the preset and the gain's slider give way first; what has no room at all is found
    behind "»".
    """

    preset_chosen = Signal(str)
    cells_wanted = Signal(QMenu)
    hand_wanted = Signal(QMenu)

    def __init__(self, theme: Theme, actions: Mapping[str, QAction]) -> None:
        """Begin with the window's ``actions``."""
        super().__init__(theme)
        self._actions = actions
        self._presentation = False
        self._shown: Exploration | None = None
        self.mark, self.gain_label = Label(), Label()
        self.preset = PresetBox()
        self.activation = Segments({name: name for name in ACTIVATIONS})
        self.cell = CellSegments()
        self.gain = ValueSlider(0, 4, 2, usual=1.0)
        self._used: QWidget = self.gain
        self._icons: list[QToolButton] = []
        self.transport, self.history, self.look = (self._buttons(names) for names in (_TRANSPORT, _HISTORY, _LOOK))
        self.controls = self._buttons(_CONTROLS, Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.overflow = Overflow()
        self._fills: Mapping[QWidget, Fill] = {
            self.preset: partial(self._offer, _PRESETS),
            self.cell: self._offer_cells,
            self.controls: partial(self._offer, _CONTROLS),
            self.history: partial(self._offer, _HISTORY),
            self.look: partial(self._offer, _LOOK),
        }
        self._roomy, self._least = 0, 0
        self._measured = 0.0, ""
        self._outdated = False
        self._build()
        self._connect()
        self._say()
        self.dress(theme)

    def present(self, exploration: Exploration, analysis: Analysis | None) -> None:  # noqa: ARG002
        """Show the chosen layer of the active recipe."""
        self._shown, layer = exploration, exploration.layer
        if self.cell.set_cell(layer.cell):
            self._let_measure()
        self.activation.set_value(layer.activation if layer.recurrence.activation is not None else "")
        self.gain.set_value(layer.gain)
        self.gain.setEnabled(_is_heeded(exploration))

    def point(self, selection: Selection) -> None:
        """Show another layer, where one is chosen."""
        if self._shown is not None and selection.layer != self._shown.selection.layer:
            self.present(replace(self._shown, selection=selection), None)

    def dress(self, theme: Theme) -> None:
        """Take on another theme and the language that is now spoken."""
        super().dress(theme)
        self.mark.setPixmap(icon("app", theme).pixmap(QSize(1, 1) * round(1.2 * icon_size(theme))))
        for button in self._icons:
            size_icon(button, theme)
        self.show_origin(self.preset.origin)
        for name in self.activation.buttons:
            self.activation.say(name, activation_label(name))
            self._teach(self.activation, name, follow(activation_tip(name), tr(_SIMPLE_ONLY)))
        self.cell.retranslate()
        for name in self.cell.buttons:
            self._teach(self.cell, name, cell_tip(name))
        if self._measured != (theme.font_size, language()):
            self._measured = theme.font_size, language()
            self._let_measure()

    def show_refusal(self, text: str) -> None:
        """Say at the control that was used last why its change was refused; "" when it was taken."""
        mark_wrong(self.gain, self.gain.field.wrong or (bool(text) and self._used is self.gain))
        if text:
            show_tip(self._used.mapToGlobal(QPoint(0, self._used.height())), text, self._used)

    def show_origin(self, origin: Origin) -> None:
        """Say what is on the screen, and whether it was changed: nobody is told."""
        self.preset.show_origin(origin)
        self._teach_preset(self._preset_tip)

    def set_presentation(self, on: bool) -> None:
        """Leave only what the room must see, or bring everything back."""
        self._presentation = on
        self._let_measure()

    def minimumSizeHint(self) -> QSize:
        """Return the room for what is never hidden."""
        return QSize(self._least, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find out what has room."""
        super().resizeEvent(event)
        when_still(self, self._measure_or_fit)

    def showEvent(self, event: QShowEvent) -> None:
        """Measure again, now that the type is known."""
        super().showEvent(event)
        self._outdated = True
        self._measure_or_fit()

    def _build(self) -> None:
        row = QHBoxLayout(self)
        # The bar itself hides what does not fit; the row must not ask for more width before.
        row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        row.setContentsMargins(_MARGIN, 5, _MARGIN, 5)
        row.setSpacing(_SPACING)
        self.preset.setMaximumWidth(420)
        self.gain_label.setBuddy(self.gain)
        self.gain.setMaximumWidth(260)
        row.addWidget(self.mark)
        row.addWidget(self.preset, 4)
        row.addWidget(self.activation)
        row.addWidget(self.cell)
        row.addWidget(self.gain_label)
        row.addWidget(self.gain, 3)
        row.addWidget(self.transport)
        row.addStretch(0)
        row.addWidget(self.controls)
        row.addWidget(self.history)
        row.addWidget(self.look)
        row.addWidget(self.overflow)

    def _buttons(self, names: Sequence[str], style: Qt.ToolButtonStyle = _ICON) -> QWidget:
        group = QWidget()
        row = QHBoxLayout(group)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(1)
        for name in names:
            button = QToolButton()
            button.setDefaultAction(self._actions[name])
            button.setAutoRaise(True)
            button.setToolButtonStyle(style)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self._name(button, self._actions[name])
            self._actions[name].changed.connect(partial(self._name, button, self._actions[name]))
            row.addWidget(button)
            self._icons.append(button)
        return group

    def _name(self, button: QToolButton, action: QAction) -> None:
        button.setAccessibleName(action.text().replace("&", ""))
        button.setAccessibleDescription(str(action.property(TIP) or ""))

    def _connect(self) -> None:
        self.preset.asked.connect(self._actions["presets"].trigger)
        self.cell.more_wanted.connect(self._offer_more)
        self.activation.chosen.connect(self._change_activation)
        self.cell.chosen.connect(self._change_cell)
        self.gain.changed.connect(self._change_gain)
        self.gain.released.connect(self.released)
        self.gain.refused.connect(self._refuse_gain)

    def _change_activation(self, name: str) -> None:
        self._used = self.activation
        self.edit(None, mark("Change the activation"), Exploration.with_activation, name=name)

    def _change_cell(self, name: str) -> None:
        self._used = self.cell
        self.edited.emit(choosing(name))

    def _change_gain(self, gain: float) -> None:
        self._used = self.gain
        self.edit_layer(None, mark("Change the gain"), "gain", gain=gain)

    def _refuse_gain(self, why: Refusal | None) -> None:
        self._used = self.gain
        self.show_refusal("" if why is None else say(why))

    def _say(self) -> None:
        self.phrases.add(self.setAccessibleName, mark("Top bar"))
        self.phrases.add(self.gain_label.setText, mark("gain"))
        self.phrases.add(self.gain.setAccessibleName, mark("gain"))
        self.phrases.add(self.preset.setAccessibleName, mark("preset"))
        self.phrases.add(
            self._teach_preset,
            mark("Ready-made networks, each showing one thing that can happen to a gradient."),
        )
        self.phrases.add(self.overflow.setAccessibleName, mark("More"))
        self.phrases.add(
            partial(teach, self.overflow),
            mark("What the bar has no room for; in a presentation also every view, the pen, and the way back."),
        )
        self.phrases.add(self.activation.setAccessibleName, mark("activation"))
        self.phrases.add(self.cell.setAccessibleName, mark("cell"))
        for part in (self.gain_label, self.gain):
            self.phrases.add(
                partial(teach, part),
                mark("Scales W. A larger W can make gradients grow, or saturate f and make them vanish: drag and see."),
            )

    def _teach_preset(self, tip: str) -> None:
        """Say in the tooltip the whole title, too: the box may have room for a short one only."""
        self._preset_tip = tip
        teach(self.preset, "\n".join(filter(None, (self.preset.currentText(), tip))))

    def _teach(self, segments: Segments, name: str, tip: str) -> None:
        action = self._actions.get(name)
        key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText) if action else ""
        segments.set_tip(name, tip, key)

    def _let_measure(self) -> None:
        self._outdated = True
        when_still(self, self._measure_or_fit)

    def _measure_or_fit(self) -> None:
        row = self.layout()
        assert row is not None
        enabled = row.isEnabled()
        # Else Qt lays the whole window out for each part that comes, also for the while that it is measured.
        row.setEnabled(False)
        if self._outdated:
            self._outdated = False
            self._measure()
        self._fit()
        row.setEnabled(enabled)
        row.activate()

    def _offer_cells(self, menu: QMenu) -> None:
        self._offer(tuple(self.cell.buttons), menu)
        self.cells_wanted.emit(menu.addMenu(tr("Other cells")))

    def _offer_more(self, menu: QMenu) -> None:
        (self._offer_cells if self.cell.short else self.cells_wanted.emit)(menu)

    def _offer(self, names: Sequence[str], menu: QMenu) -> None:
        menu.addActions([self._actions[name] for name in names])

    def _measure(self) -> None:
        """Find out how wide everything is with the present type and language."""
        self._tighten(True)
        self._least = 2 * _MARGIN + self._needed((*self._essential(), self.overflow))
        self._tighten(False)
        self._roomy = 2 * _MARGIN + self._needed((*self._essential(), *self._optional()))

    def _tighten(self, tight: bool) -> None:
        self.preset.setMinimumContentsLength(_PRESET_LETTERS[tight])
        self.gain.track.setMinimumWidth(_TRACKS[tight])
        for segments in (self.activation, self.cell):
            segments.set_tight(tight)

    def _fit(self) -> None:
        """Hide what has no room, the least needed first; in a presentation, all that the room needn't see.

        Before the cell goes, its quick choices do: which one it is stays in sight.
        """
        self._tighten(self.width() < self._roomy)
        self.cell.set_short(False)
        optional = self._optional()
        room = self.width() - 2 * _MARGIN - self._needed(self._essential())
        if self._presentation or self._needed([part for part in optional if part in self._fills]) > room:
            room -= self._needed((self.overflow,))
        hidden = []
        for part in optional:
            if part is self.cell:
                self.cell.set_short(self._needed((part,)) > room)
            room -= self._needed((part,))
            part.setVisible(room >= 0)
            if room < 0 and part in self._fills:
                hidden.append(self._fills[part])
        self.overflow.hold([*hidden, self.hand_wanted.emit] if self._presentation else hidden)
        for other in {self.mark, self.preset, self.controls, self.history, self.look} - set(optional):
            other.hide()

    def _essential(self) -> tuple[QWidget, ...]:
        return (self.activation, self.gain, self.transport)

    def _optional(self) -> tuple[QWidget, ...]:
        """Return what may be missing, the most needed first."""
        if self._presentation:
            return (self.cell, self.controls, self.history, self.gain_label, self.look)
        return (self.preset, self.cell, self.history, self.look, self.gain_label, self.mark)

    def _needed(self, parts: Sequence[QWidget]) -> int:
        return sum(part.minimumSizeHint().width() + _SPACING for part in parts)


def _is_heeded(exploration: Exploration) -> bool:
    """Return whether the gain says something: of the chosen layer, or of one beside it that changes together with it."""
    layer = exploration.layer
    networks = exploration.networks if exploration.together else ()
    beside = [one for network in networks for one in network.every_layer]
    alike = all(one.gain == layer.gain for one in beside)
    return any("gain" in heeded(one.recurrence) for one in (layer, *(beside if alike else ())))
