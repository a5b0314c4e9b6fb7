"""The guide: what stands where, what the colours mean, what to try first, what the words mean, with their formulas."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, QTimer, QUrl
from PySide6.QtGui import QImage, QPainter, QTextDocument
from PySide6.QtWidgets import QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from explorer.gui.controls.bare import Aside
from explorer.gui.controls.plain import set_tip
from explorer.gui.plot.typeset import typeset
from explorer.gui.words.i18n import language, mark, tr
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
        "step k of one is exactly above step k of the other. Scroll to zoom, Shift and scroll to move, double-click, on "
        "the map beside its cells, to see everything."
    ),
    mark(
        "<b>Gradient flow.</b> Column k, row t: how much a random direction at sₖ is amplified on its way to sₜ. What "
        "is preserved is the lightest, what vanishes falls into blue and night, what explodes goes red, on an absolute "
        "scale. Lines run where the gain is a power of ten. Dotted grey is exactly zero. The hatched half is not defined: "
        "nothing flows from the future. Click a cell to inspect that pair. Double-click it, or press Z, to look inside: "
        "its product and where on the way the gradient was lost, one Jacobian, one gate, one number. Esc leads back."
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
    mark(
        "<b>What theory says.</b> Under Inspect stand isometry by depth, an orthogonal start beside a Gaussian one (Saxe et "
        "al. 2013); the Lyapunov exponents of the sequence, beside the mean field; errors carried forwards by inverted "
        "Jacobians, which fail where the map is dark (Zucchet, Pourcel and Ernoult 2026); time scales, with what a long "
        "memory costs (Zucchet and Orvieto 2024); and how states grow where units stand alone (Orvieto et al. 2023). Under "
        "Train flossing pulls the exponents to 0 (Engelken 2023), and forcing sets the state right before an error has "
        "spread (Mikhaeil, Monfared and Durstewitz 2022)."
    ),
)
# What stands below a paragraph, by its place.
_BELOW = {
    0: r"\frac{\partial s_t}{\partial s_k} = J_t\, J_{t-1} \cdots J_{k+1}, \quad J_t = \frac{\partial s_t}{\partial s_{t-1}}",
    3: r"\frac{1}{\sqrt{N}} \left\Vert \frac{\partial s_t}{\partial s_k} \right\Vert_F",
    6: r"J_t = \mathrm{diag}(f'(z_t))\, W",
    8: r"\frac{\partial L}{\partial W} = \sum_t \sum_{k \leq t} \delta_{t,k}\, s_{k-1}^{\mathsf{T}}",
}
_FORMULAS = tuple(dict.fromkeys(filter(None, (*_BELOW.values(), *(term.formula for term in glossary().values())))))
_IMAGE = QTextDocument.ResourceType.ImageResource.value


class Guide(Aside):
    """The guide, beside the window and without stopping it; its formulas come in one after the other."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.text = QTextBrowser()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        column = QVBoxLayout(self)
        column.addWidget(self.text)
        column.addWidget(buttons)
        self._close = buttons.button(QDialogButtonBox.StandardButton.Close)
        self._set: dict[str, QImage] = {}
        self._turn = QTimer(self)
        self._turn.timeout.connect(self._set_next)
        self.resize(560, 460)
        self.dress()

    def dress(self) -> None:
        """Say everything in the language that is now spoken, in the ink of the present theme."""
        self.setWindowTitle(tr("What am I looking at?"))
        self.text.setAccessibleName(self.windowTitle())
        self.text.setAccessibleDescription(tr("A short guide to the window."))
        self._close.setText(tr("Close"))
        set_tip(self._close, tr("Put the guide away."))
        self._set.clear()
        self._turn.start()
        self._write()

    def _set_next(self) -> None:
        """Set one formula: all of them at once would hold up the window for half a second."""
        latex = next((latex for latex in _FORMULAS if latex not in self._set), None)
        if latex is None:
            self._turn.stop()
            self._write()
        else:
            self._set[latex] = self._image(latex)

    def _image(self, latex: str) -> QImage:
        ratio, ink = self.devicePixelRatioF(), self.palette().text().color().name()
        drawing = typeset(latex, 1.2 * self.font().pointSizeF() * self.logicalDpiY() / 72, ink)
        image = QImage(drawing.defaultSize() * ratio, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        image.setDevicePixelRatio(ratio)
        painter = QPainter(image)
        drawing.render(painter, QRectF(QPointF(), QSizeF(drawing.defaultSize())))
        painter.end()
        return image

    def _write(self) -> None:
        scroll = self.text.verticalScrollBar()
        height = scroll.value()
        paragraphs = "".join(
            f"<p style='line-height: 140%'>{tr(words)}</p>{self._formula(_BELOW.get(place, ''))}"
            for place, words in enumerate(_PARAGRAPHS)
        )
        self.text.clear()
        for number, latex in enumerate(_FORMULAS):
            if latex in self._set:
                self.text.document().addResource(_IMAGE, QUrl(f"formula:{number}"), self._set[latex])
        self.text.setHtml(paragraphs + self._words(language()))
        scroll.setValue(height)

    def _formula(self, latex: str) -> str:
        """Return the place of the formula, once it is set."""
        return f"<p align='center'><img src='formula:{_FORMULAS.index(latex)}'></p>" if latex in self._set else ""

    def _words(self, code: str) -> str:
        """Return the glossary as a table: word, symbol, meaning and formula."""
        rows = (
            f"<tr><td><b>{escape(term.titles[code])}</b></td><td>{escape(term.symbol)}</td>"
            f"<td>{escape(term.meaning[code])}{self._formula(term.formula)}</td></tr>"
            for term in glossary().values()
        )
        return f"<p><b>{tr('The words.')}</b></p><table cellspacing='0' cellpadding='4'>{''.join(rows)}</table>"
