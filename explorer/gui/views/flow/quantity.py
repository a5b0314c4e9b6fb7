"""The switches in the flow map's heading: what it shows, in which norm; narrow, one button with a menu for both."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLayout,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from explorer.engine.network.chain import Architecture
from explorer.engine.network.families import families
from explorer.gui.controls.plain import set_tip
from explorer.gui.core.quantities import SYMBOLS, others, symbol
from explorer.gui.plot.theme import Theme, font
from explorer.gui.views.flow.norm import NormSwitch
from explorer.gui.views.flow.other_weights import OtherWeights
from explorer.gui.words.i18n import Phrases, language, mark, tr
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.exploration.gesture import Gesture

_SPACING = 8
_OF_WEIGHTS = ("W", "U")


class QuantitySwitch(QFrame):
    """Buttons for ∂s_t/∂s_k, δ_{t,k} and the terms of ∂L/∂W and ∂L/∂U, and one for those of other weights.

    ``edited`` as a view's.
    """

    edited = Signal(Gesture)

    def __init__(self) -> None:
        super().__init__()
        self.phrases = Phrases()
        self._lacking: frozenset[str] = frozenset()
        self.buttons = {name: QPushButton(symbol) for name, symbol in SYMBOLS.items()}
        self.setProperty("segments", True)
        self.setStyleSheet(
            'QPushButton[segment="true"] { padding: 1px 7px; min-height: 0; }'
            'QPushButton[segment="true"][opens="true"] { padding-right: 18px; }'
        )
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        row, group = QHBoxLayout(self), QButtonGroup(self)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(1)
        for name, button in self.buttons.items():
            button.setCheckable(True)
            button.setProperty("segment", True)
            # A click leaves the focus alone, so that Space goes on playing.
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(partial(self.choose, name))
            group.addButton(button)
            row.addWidget(button)
        self.others = OtherWeights()
        self.others.chosen.connect(self.choose)
        row.addWidget(self.others)
        self._group = group
        self._name()

    def present(self, quantity: str) -> None:
        """Show which quantity is on the map."""
        # Of a group that is exclusive one button stays down, whatever is asked of it.
        self._group.setExclusive(quantity in self.buttons)
        for name, button in self.buttons.items():
            button.setChecked(name == quantity)
        self.others.present(quantity)

    def offer(self, architecture: Architecture) -> None:
        """Offer the gradients of the weights that a network has, and say of a family that it has none."""
        self.others.offer(others(architecture))
        there = families(architecture).values()
        lacking = frozenset(name for name in _OF_WEIGHTS if name not in there)
        if lacking != self._lacking:
            self._lacking = lacking
            for name in _OF_WEIGHTS:
                self.buttons[name].setEnabled(name not in lacking)
            self._retell()

    def dress(self, theme: Theme) -> None:
        """Take on a theme or the language."""
        for button in (*self.buttons.values(), self.others):
            button.setFont(font(theme, language(), 0.86))
        self._retell()

    def _retell(self) -> None:
        self.phrases.say_again()
        for name in self._lacking:
            set_tip(self.buttons[name], tr("This network has no weights that {name} stands for.").format(name=name))

    def choose(self, quantity: str, *_: object) -> None:
        """Ask for ``quantity`` on the map."""
        self.edited.emit(Gesture.of(mark("Choose what the map shows"), Exploration.with_lens, quantity=quantity))

    def _name(self) -> None:
        self.phrases.add(self.setAccessibleName, "What the map shows")
        self.phrases.add(self.buttons["flow"].setAccessibleName, "Flow between states")
        self.phrases.add(
            partial(set_tip, self.buttons["flow"]),
            "∂sₜ/∂sₖ = Jₜ … Jₖ₊₁: what could flow.\n"
            "How much the state at step t changes with that at step k; no loss is asked.",
        )
        self.phrases.add(self.buttons["delta"].setAccessibleName, "Error signals of the loss")
        self.phrases.add(
            partial(set_tip, self.buttons["delta"]),
            "δₜ,ₖ = ∂Lₜ/∂zₖ: what the loss sends back.\n"
            "In the simple cell it begins as δₜ,ₜ = f′(zₜ) ∘ Vᵀ ∂Lₜ/∂yₜ, and every step back is "
            "δₜ,ₖ₋₁ = f′(zₖ₋₁) ∘ Wᵀ δₜ,ₖ.\n"
            "The output decides the loss: softmax the cross-entropy, sigmoid the binary\n"
            "cross-entropy, the linear output half the squared error.",
        )
        self.phrases.add(self.buttons["W"].setAccessibleName, "Contributions to the gradient of W")
        self.phrases.add(
            partial(set_tip, self.buttons["W"]),
            "∂L/∂W, in the simple cell Σₜ Σₖ δₜ,ₖ sₖ₋₁ᵀ, taken apart: what the loss of step t adds by way of step k.\n"
            "W are all weights that act on the state, those of all gates together.\n"
            "The sum can look healthy while its terms of long lags are gone: the short lags carry it.",
        )
        self.phrases.add(self.buttons["U"].setAccessibleName, "Contributions to the gradient of U")
        self.phrases.add(
            partial(set_tip, self.buttons["U"]),
            "∂L/∂U, in the simple cell Σₜ Σₖ δₜ,ₖ xₖᵀ, taken apart: what the loss of step t adds by way of the input xₖ.\n"
            "U are all weights that take in the input, those of all gates together.\n"
            "Where an input is zero, so is its term.",
        )
        self.phrases.add(self.others.setAccessibleName, "Contributions to the gradient of other weights")
        self.phrases.add(
            partial(set_tip, self.others),
            "The gradient of the biases, or of one weight alone, by its name: which gate's weights get something of it?",
        )


class FlowSwitches(QWidget):
    """The switches of quantity and norm side by side, or where `fit` finds no room for them a button with a menu."""

    edited = Signal(Gesture)

    def __init__(self) -> None:
        super().__init__()
        self.phrases = Phrases()
        self.quantities, self.norms, self.button = QuantitySwitch(), NormSwitch(), QToolButton()
        self._quantity, self._folded, self._spectral = "flow", False, True
        self.setProperty("pictured", False)
        self.button.setStyleSheet("QToolButton { padding: 1px 18px 1px 7px; min-height: 0; }")
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.button.setMenu(QMenu(self.button))
        self._actions: dict[str, QAction] = {}
        self._fill_menu()
        self.phrases.add(self.button.setAccessibleName, "What the map shows")
        self.phrases.add(partial(set_tip, self.button), "What the map shows, and in which norm.")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_SPACING)
        # Else what stands here now would keep the window from becoming narrower.
        row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        for part in (self.quantities, self.norms, self.button):
            row.addWidget(part)
        for switch in (self.quantities, self.norms):
            switch.edited.connect(self.edited)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._arrange()

    def present(self, quantity: str, norm: str, spectral: bool) -> None:
        """Show what is on the map, and in which norm; only the flow between states has a choice of norms.

        ``spectral`` says whether there is the spectral one.
        """
        self.quantities.present(quantity)
        self.norms.present(norm, spectral)
        self.button.setText(symbol(quantity))
        for name in SYMBOLS:
            self._actions[name].setChecked(name == quantity)
        self._actions[norm].setChecked(True)
        if (quantity, spectral) != (self._quantity, self._spectral):
            self._quantity, self._spectral = quantity, spectral
            self._arrange()

    def offer(self, architecture: Architecture) -> None:
        """Offer the gradients of the weights that a network has."""
        self.quantities.offer(architecture)
        self._others.setEnabled(self.quantities.others.isEnabled())
        for name in _OF_WEIGHTS:
            self._actions[name].setEnabled(self.quantities.buttons[name].isEnabled())

    def fit(self, room: int) -> None:
        """Stand side by side if ``room`` pixels are enough, else fold."""
        folded = room < self._open_width()
        if folded != self._folded:
            self._folded = folded
            self._arrange()

    def dress(self, theme: Theme) -> None:
        """Take on a theme or the language."""
        self.quantities.dress(theme)
        self.norms.dress(theme)
        self.button.setFont(font(theme, language(), 0.86))
        self.phrases.retranslate()
        for name, action in self._actions.items():
            action.setText(self._title(name))
        self._others.setText(tr("Other weights"))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return the room that what is shown takes."""
        shown = (self.button,) if self._folded else (self.quantities, self.norms)
        height = max(part.sizeHint().height() for part in shown)
        return QSize(self.button.sizeHint().width() if self._folded else self._open_width(), height)

    def minimumSizeHint(self) -> QSize:
        """Return the room of the button, to which the switches can fold."""
        return QSize(self.button.sizeHint().width(), self.sizeHint().height())

    def _open_width(self) -> int:
        parts = (self.quantities, self.norms) if self._quantity == "flow" else (self.quantities,)
        return sum(part.sizeHint().width() for part in parts) + _SPACING * (len(parts) - 1)

    def _arrange(self) -> None:
        self.button.setVisible(self._folded)
        self.quantities.setVisible(not self._folded)
        self.norms.setVisible(not self._folded and self._quantity == "flow")
        self._actions["rms"].setEnabled(self._quantity == "flow")
        self._actions["spectral"].setEnabled(self._quantity == "flow" and self._spectral)
        self.updateGeometry()

    def _fill_menu(self) -> None:
        menu = self.button.menu()
        for choices in (self.quantities.buttons, {"rms": self.norms.rms, "spectral": self.norms.spectral}):
            group = QActionGroup(menu)
            # What is shown may stand in the menu of other weights.
            group.setExclusionPolicy(QActionGroup.ExclusionPolicy.ExclusiveOptional)
            menu.addSeparator()
            for name, button in choices.items():
                action = self._actions[name] = menu.addAction(self._title(name))
                action.setCheckable(True)
                group.addAction(action)
                action.triggered.connect(button.click)
            if choices is self.quantities.buttons:
                self._others = menu.addMenu(self.quantities.others.menu())

    def _title(self, name: str) -> str:
        if name in SYMBOLS:
            return f"{SYMBOLS[name]}   {self.quantities.buttons[name].accessibleName()}"
        return (self.norms.spectral if name == "spectral" else self.norms.rms).accessibleName()
