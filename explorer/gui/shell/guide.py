"""Help: a short guide (what stands where, what the colours mean, what to try first, what the words mean), and about."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialogButtonBox, QMessageBox, QTextBrowser, QVBoxLayout, QWidget

from explorer.gui.controls.bare import Aside
from explorer.gui.controls.plain import set_tip
from explorer.gui.plot.theme import Theme
from explorer.gui.shell.actions import Actions
from explorer.gui.words.i18n import language, mark, tr
from explorer.version import __version__
from explorer.workspace.words.glossary import glossary

_PARAGRAPHS = (
    mark(
        "<b>The question.</b> A recurrent network carries a state sₜ from step to step. To learn from something that "
        "happened at step k, the gradient of a later state must find its way back: ∂sₜ/∂sₖ, a product of t − k "
        "Jacobians. Does it vanish, explode or survive?"
    ),
    mark(
        "<b>Side by side.</b> The window opens on several networks with the same weights and the same input. What they "
        "have in common, such as the gain, changes in all of them; a click in one map moves the cursor in all. Click a "
        "name, or press Enter, to see that network alone with every view and control; press C to have them side by side "
        "again. P pins a network beside a copy that goes on changing. Difference and swipe compare two of them pair by pair."
    ),
    mark(
        "<b>One time axis.</b> The network, its hidden states, the gradient flow and the decay stand under one another: "
        "step k of one is exactly above step k of the other. Scroll to zoom, Shift and scroll to move, double-click to "
        "see everything."
    ),
    mark(
        "<b>Gradient flow.</b> Column k, row t: how much a random direction at sₖ is amplified on its way to sₜ. What "
        "is preserved is the lightest, what vanishes falls into blue and night, what explodes goes red, on an absolute "
        "scale. Lines run where the gain is a power of ten. Dotted grey is exactly zero. The hatched half is not defined: "
        "nothing flows from the future. Click a cell to inspect that pair."
    ),
    mark(
        "<b>The verdict.</b> Over the map stands what is left of the gradient of sₜ at s₀, such as ×0.47 over 36 "
        "steps, under one of five words that are the same for every cell and length: gone below 10⁻⁶, fading below 0.32 "
        "(10^−½), preserved up to 3.2 (10^½), growing up to 10⁶, exploding above. What is exactly zero is dead, what left "
        "the range of numbers is an overflow. After it: how much a step does, where the gradient rose or fell on the "
        "way, and the step at which it died."
    ),
    mark(
        "<b>Try this.</b> Drag the gain. With one network alone, press 1, 2, 3 for tanh, sigmoid and ReLU. Press 6 for an "
        "LSTM. Drag an input with the mouse, or edit a word where it stands. Press Space to watch the pass run forward and "
        "the gradient backward. Everything can be undone."
    ),
    mark(
        "<b>Who did it?</b> The right side takes the chosen product apart: what the derivative f′ did and "
        "what the weights did, unit by unit and step by step in the gradient's own direction, from sₜ back to sₖ."
    ),
    mark(
        "<b>Let it learn.</b> Choose a task under Train at the left and press T. Every view follows the weights as they "
        "change; the curves stand under Training at the right. Drag the time line below the views to any moment of the "
        "training, play it as a film, or go on from there with other settings."
    ),
    mark(
        "<b>What the loss sees.</b> Above the map, switch from ∂sₜ/∂sₖ to δ or to the terms of ∂L/∂W: how much each "
        "earlier step adds to the gradient that the optimiser gets. Drag the diagonal to truncate it, and see what that "
        "throws away."
    ),
)


class Help(QObject):
    """Opens the one ``guide`` of a window, which is made when it is first asked for, and says what program this is."""

    def __init__(self, window: QWidget, actions: Actions) -> None:
        super().__init__(window)
        self._window = window
        self.guide: Guide | None = None
        actions.let(guide=self._show_guide, about=self._tell_about)

    def dress(self, _: Theme) -> None:
        """Say everything in the language that is now spoken."""
        if self.guide is not None:
            self.guide.dress()

    def _show_guide(self) -> None:
        if self.guide is None:
            self.guide = Guide(self._window)
        self.guide.come_forward()

    def _tell_about(self) -> None:
        QMessageBox.about(
            self._window,
            tr("Gradient Flow Explorer"),
            tr("Gradient Flow Explorer {version}. Free software under the MIT licence.").format(version=__version__),
        )


class Guide(Aside):
    """The guide, beside the window and without stopping it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.text = QTextBrowser()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        column = QVBoxLayout(self)
        column.addWidget(self.text)
        column.addWidget(buttons)
        self._close = buttons.button(QDialogButtonBox.StandardButton.Close)
        self.resize(560, 460)
        self.dress()

    def dress(self) -> None:
        """Say everything in the language that is now spoken."""
        self.setWindowTitle(tr("What am I looking at?"))
        self.text.setAccessibleName(self.windowTitle())
        self.text.setAccessibleDescription(tr("A short guide to the window."))
        self._close.setText(tr("Close"))
        set_tip(self._close, tr("Put the guide away."))
        paragraphs = "".join(f"<p style='line-height: 140%'>{tr(paragraph)}</p>" for paragraph in _PARAGRAPHS)
        self.text.setHtml(paragraphs + _words(language()))


def _words(code: str) -> str:
    """Return the glossary as a table: word, symbol, meaning."""
    rows = (
        f"<tr><td><b>{escape(term.titles[code])}</b></td><td>{escape(term.symbol)}</td><td>{escape(term.meaning[code])}</td></tr>"
        for term in glossary().values()
    )
    return f"<p><b>{tr('The words.')}</b></p><table cellspacing='0' cellpadding='4'>{''.join(rows)}</table>"
