"""Everything that can be done from a menu, a button or a key, each once, with its name and its teaching tooltip."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from explorer.engine.recurrence.activations import ACTIVATIONS
from explorer.engine.recurrence.library import quick_choices
from explorer.gui.controls.plain import TIP, set_tip
from explorer.gui.plot.theme import Theme, icon
from explorer.gui.shell.gestures import GESTURES
from explorer.gui.words.cell_words import activation_label, activation_tip, cell_tip, cell_title
from explorer.gui.words.i18n import language, mark, tr
from explorer.gui.words.joining import with_key
from explorer.workspace.exploration.gesture import Gesture


@dataclass(frozen=True, slots=True)
class _Entry:
    text: str
    tip: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    checkable: bool = False


_QUICK: Mapping[str, _Entry] = MappingProxyType(
    {name: _Entry("", "", (str(key),)) for key, name in enumerate((*ACTIVATIONS, *quick_choices()), start=1)}
)
"""The activations and the quick choices of a cell; their files have the words."""

_ENTRIES: Mapping[str, _Entry] = MappingProxyType(
    {
        **_QUICK,
        "open": _Entry(mark("Open …"), mark("Open a saved exploration."), ("Ctrl+O",), "open"),
        "open_model": _Entry(
            mark("Open a network …"),
            mark("Open somebody's network: PyTorch, ONNX, Keras, Flax, safetensors or arrays of NumPy."),
            ("Ctrl+Shift+O",),
        ),
        "presets": _Entry(
            mark("Presets …"), mark("Ready-made networks, each showing one thing that can happen to a gradient."), ("F3",)
        ),
        "choose_cell": _Entry(
            mark("All cells …"), mark("Choose a cell by its flow, its equations and where it comes from."), ("Shift+F3",)
        ),
        "open_cell": _Entry(
            mark("Open a cell file …"), mark("Give the network a cell from a file: equations alone, or TOML with them.")
        ),
        "save": _Entry(mark("Save"), mark("Save the exploration, weights and sequence included."), ("Ctrl+S",), "save"),
        "save_as": _Entry(mark("Save as …"), mark("Save the exploration under another name."), ("Ctrl+Shift+S",)),
        "hand_out": _Entry(
            mark("Hand out a page …"), mark("Write what is shown as a page that answers the mouse in any browser.")
        ),
        "quit": _Entry(mark("Quit"), mark("Close the program."), ("Ctrl+Q",)),
        "undo": _Entry(mark("Undo"), mark("Take the last change back."), ("Ctrl+Z",), "undo"),
        "redo": _Entry(mark("Redo"), mark("Make the last undone change again."), ("Ctrl+Shift+Z", "Ctrl+Y"), "redo"),
        "keep": _Entry(
            mark("Keep a snapshot …"), mark("Keep everything as it is now under a name; the file holds it."), ("Ctrl+K",)
        ),
        "snapshots": _Entry(
            mark("List of snapshots"), mark("Go to a snapshot, compare with it, rename or remove it."), ("Ctrl+J",)
        ),
        "note": _Entry(
            mark("Note on the cell …"),
            mark("Write a note on the chosen cell of the map; an empty one takes it away."),
            ("N",),
        ),
        "step_note": _Entry(
            mark("Note on the step …"), mark("Write a note on the chosen step t; an empty one takes it away."), ("Shift+N",)
        ),
        "first": _Entry(mark("To the start"), mark("Go to s₀, before the forward pass."), ("Home",), "first"),
        "back": _Entry(mark("Step back"), mark("One step of the animation back."), ("Left",), "back"),
        "play": _Entry(
            mark("Play"),
            mark("Run the forward pass, then carry the gradient of the chosen state back through time."),
            ("Space",),
            "play",
        ),
        "forward": _Entry(mark("Step on"), mark("One step of the animation on."), ("Right",), "forward"),
        "last": _Entry(mark("To the end"), mark("End the animation and show everything."), ("End",), "last"),
        "slower": _Entry(mark("Play slower"), mark("Play at half the speed; it is kept for the next time."), (",",)),
        "faster": _Entry(mark("Play faster"), mark("Play at twice the speed; it is kept for the next time."), (".",)),
        "seed": _Entry(mark("New seed"), mark("Draw other random weights with the same settings."), ("Ctrl+R",), "dice"),
        "many_seeds": _Entry(
            mark("Many seeds"),
            mark("Show the row of many seeds as a band: the median, the middle half and all of them."),
            ("M",), "", True,
        ),
        "sweep": _Entry(
            mark("Sweep …"),
            mark("Measure many networks over the values of one or two settings: one is an anecdote."),
            ("F6",),
        ),
        "pin": _Entry(
            mark("Pin the network"), mark("Keep the network as it is, beside a copy that goes on changing."), ("P",)
        ),
        "beside": _Entry(
            mark("Side by side"),
            mark("Show all networks side by side, or the framed one alone; a single one is pinned first."),
            ("C",), "", True,
        ),
        "difference": _Entry(
            mark("Difference"), mark("Show by how much the gains of two networks differ."), ("Shift+C",), "", True
        ),
        "swipe": _Entry(
            mark("Swipe"), mark("Draw a divider over two networks in one picture."), ("Ctrl+Shift+C",), "", True
        ),
        "together": _Entry(
            mark("All change together"),
            mark("What all networks have in common is changed in all of them, or in the framed one alone."),
            ("Shift+P",), "", True,
        ),
        "activations": _Entry(
            mark("Three activations"), mark("The same weights with tanh, sigmoid and ReLU, side by side.")
        ),
        "cells": _Entry(mark("Three cells"), mark("The simple cell, LSTM and GRU with the same settings, side by side.")),
        "seeds": _Entry(mark("Four seeds"), mark("The same settings with four draws of the weights, side by side.")),
        "orthogonal": _Entry(
            mark("Orthogonal start: before and after"), mark("The network beside one whose W begins orthogonal.")
        ),
        "forget_biases": _Entry(
            mark("Forget bias: before and after"),
            mark("A cell whose forget gate begins half closed, beside those that begin ever more open.")
        ),
        "chrono": _Entry(
            mark("Chrono start: before and after"),
            mark("A cell with a forget gate, beside one whose gates begin for memories as long as the sequence.")
        ),
        "residuals": _Entry(
            mark("Residual: before and after"),
            mark("The simple network, beside one with the same weights that adds to its last state.")
        ),
        "clipping": _Entry(
            mark("Clipping: before and after"),
            mark("Train the same start without clipping and then with it; the curves lie over each other."),
            ("Shift+K",),
        ),
        "omega": _Entry(
            mark("Ω: before and after"),
            mark("Train the same start without the regulariser Ω and then with it; the curves lie over each other.")
        ),
        "flossing": _Entry(
            mark("Flossing: before and after"),
            mark("Train the same start without gradient flossing and then with it; the curves lie over each other.")
        ),
        "decays": _Entry(
            mark("Weight decay: ℓ₂ and ℓ₁"),
            mark("Train the same start with ℓ₂ decay and then with ℓ₁ decay; the curves lie over each other.")
        ),
        "trained": _Entry(
            mark("Training: before and after"), mark("What the network has learnt, beside the weights that it began with.")
        ),
        "rename": _Entry(
            mark("Name the framed network …"),
            mark("Call the network as you like; without a name it is called by what it is."),
        ),
        "unpin": _Entry(mark("Take the framed network away"), mark("The others stay."), ("Ctrl+Shift+P",)),
        "train": _Entry(
            mark("Start or pause training"),
            mark("Let the network learn its task, or pause; every view follows the weights."),
            ("T",),
        ),
        "train_step": _Entry(mark("One update"), mark("Learn from one batch."), ("Shift+T",)),
        "train_epoch": _Entry(mark("One epoch"), mark("Learn from every example once."), ("Ctrl+Shift+T",)),
        "check": _Entry(
            mark("Check the gradient"),
            mark("Compare the gradient that training follows with other ways to the same numbers, and show what comes out."),
            ("G",),
        ),
        "untrain": _Entry(
            mark("Back to the initial weights"),
            mark("Give the network the weights back that it had before all training; undo brings the training back."),
            ("Ctrl+Backspace",),
        ),
        "enlarge": _Entry(
            mark("Enlarge the view"),
            mark("Let the view that has the keyboard, or that is pointed at, fill the middle, or bring it back."),
            ("E",), "", True,
        ),
        "inside": _Entry(
            mark("Look inside"),
            mark("From the chosen pair down to its product, one Jacobian, one gate, one number; Esc goes back up."),
            ("Z",),
        ),
        "pointer": _Entry(
            mark("Pointer"), mark("Show the room with a large dot where the mouse is; Esc ends it."), ("O",), "", True
        ),
        "pen": _Entry(
            mark("Pen"), mark("Draw over the window with the mouse; Esc wipes it all away and ends it."), ("D",), "", True
        ),
        "leave": _Entry(
            mark("As it was"),
            mark(
                "Put pointer and pen away, or else the panel that a presentation shows, or else bring back the view that is "
                "enlarged, or else go back up from what was looked into, or else end the animation."
            ),
            ("Esc",),
        ),
        "whole": _Entry(mark("Show the whole sequence"), mark("End the zoom along time."), ("Ctrl+0",)),
        "build": _Entry(mark("Build panel"), mark("Show or hide the controls on the left."), ("Ctrl+B",), "", True),
        "inspect": _Entry(mark("Inspect panel"), mark("Show or hide the close look on the right."), ("Ctrl+I",), "", True),
        "strip": _Entry(
            mark("Unrolled network"), mark("Open or fold the unrolled network."), ("Ctrl+U",), "", True
        ),
        "decay": _Entry(mark("Decay"), mark("Open or fold the decay."), ("Ctrl+D",), "", True),
        "theme": _Entry(mark("Next theme"), mark("Change between light, dark and projector."), ("Ctrl+T",), "theme"),
        "language": _Entry("中文 / English", mark("Change the language."), ("Ctrl+L",), "language"),
        "presentation": _Entry(
            mark("Presentation"),
            mark("Put the controls away and enlarge everything, for a projector."),
            ("F11",),
            "presentation",
            True,
        ),
        "speed": _Entry(
            mark("Speed of answers"), mark("Say how long each answer takes: for who works on the program."), (), "", True
        ),
        "lessons": _Entry(mark("Lessons …"), mark("Questions to predict the answers of, step by step."), ("F2",)),
        "next_step": _Entry(
            mark("Next step or preset"), mark("Go on in the lesson, or without one to the next preset."), ("PgDown",)
        ),
        "previous_step": _Entry(
            mark("Previous step or preset"),
            mark("Go back by a step of the lesson, or without one to the preset before."),
            ("PgUp",),
        ),
        "guide": _Entry(mark("What am I looking at?"), mark("A short guide to the window."), ("F1",), "help"),
        "about": _Entry(mark("About"), mark("Version and licence.")),
    }
)  # fmt: skip


class Actions(dict[str, QAction]):
    """The actions by name, owned by a window."""

    def __init__(self, owner: QWidget) -> None:
        super().__init__()
        self._theme: Theme | None = None
        self._spoken = ""
        for name, entry in _ENTRIES.items():
            action = QAction(owner)
            action.setObjectName(name)
            action.setShortcuts([QKeySequence(key) for key in entry.keys])
            action.setCheckable(entry.checkable)
            owner.addAction(action)
            self[name] = action

    def let(self, **slots: Callable[[], object]) -> None:
        """Let the actions of these names do what stands behind them."""
        for name, slot in slots.items():
            self[name].triggered.connect(lambda _=False, slot=slot: slot())

    def commit_by(self, commit: Callable[[Gesture], object]) -> None:
        """Let ``commit`` do those that are gestures."""
        self.let(**{name: partial(commit, gesture) for name, gesture in GESTURES.items()})

    def dress(self, theme: Theme) -> None:
        """Say everything in the language that is now spoken, with the theme's icons."""
        for name, action in self.items():
            if self._spoken != language():
                self.say(name)
            if _ENTRIES[name].icon and self._theme is not theme:
                action.setIcon(icon(_ENTRIES[name].icon, theme))
        self._theme, self._spoken = theme, language()

    def say(self, name: str) -> None:
        """Give an action its usual text and tooltip in the language that is now spoken."""
        text, tip = _said(name)
        self[name].setText(text)
        self.say_tip(name, tip)

    def key(self, name: str) -> str:
        """Return the key of an action as it is written here."""
        return self[name].shortcut().toString(QKeySequence.SequenceFormat.NativeText)

    def say_tip(self, name: str, tip: str) -> None:
        """Set the tooltip of an action, its key behind it."""
        # Said first, and by a property: whatever shows an action is told of each of its texts, and looks at all of them.
        self[name].setProperty(TIP, tip)
        set_tip(self[name], with_key(tip, self.key(name)))

    def show_playing(self, playing: bool, theme: Theme) -> None:
        """Let the play button say what it will do next."""
        self["play"].setIcon(icon("pause" if playing else "play", theme))
        self["play"].setText(tr("Pause") if playing else tr("Play"))


def _said(name: str) -> tuple[str, str]:
    """Return the usual text and tooltip of an action in the language that is now spoken."""
    if name in ACTIVATIONS:
        return activation_label(name), activation_tip(name)
    if name in _QUICK:
        return cell_title(name), cell_tip(name)
    return tr(_ENTRIES[name].text), tr(_ENTRIES[name].tip)
