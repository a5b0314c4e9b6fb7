"""Whether what a lesson says is so: the engine is asked, step by step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from explorer.engine.errors import Refusal
from explorer.workspace.lessons.condition import Condition
from explorer.workspace.lessons.lesson import Lesson, Prediction, Step
from explorer.workspace.lessons.marking import right_options
from explorer.workspace.looks.measures import Scene
from explorer.workspace.words.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Fault:
    """What is not as a lesson says it, in the step that begins at ``line`` of its file."""

    line: int
    said: Sentence | Refusal


def faults(lesson: Lesson) -> Iterator[Fault]:
    """Yield what of ``lesson`` is not so: a fact, an answer, something to be tried that is done already or can't be."""
    for step in lesson.steps:
        try:
            yield from (Fault(step.line, said) for said in _of_step(step))
        except Refusal as refusal:
            yield Fault(step.line, refusal)


def _of_step(step: Step) -> Iterator[Sentence]:
    scene = Scene.worked_out(step.revealed)
    for condition in _not_held(step.holds, scene):
        yield Sentence("“{condition}” does not hold of what is revealed.", {"condition": condition.text})
    if step.predict is not None and step.predict.options:
        yield from _of_options(step.predict, scene)
    trial = step.trial
    if trial is None:
        return
    if not _not_held(trial.goal, scene):
        yield Sentence("What is to be tried is done already.")
    if trial.answer is not None:
        for condition in _not_held(trial.goal, Scene.worked_out(trial.answer)):
            yield Sentence(
                "“{condition}” does not hold of the answer to what is to be tried.", {"condition": condition.text}
            )


def _of_options(prediction: Prediction, scene: Scene) -> Iterator[Sentence]:
    right = right_options(prediction, scene)
    if len(right) != 1:
        values = {"count": len(right), "all": len(prediction.options)}
        yield Sentence("Of the {all} options {count} are right; one should be.", values)


def _not_held(conditions: tuple[Condition, ...], scene: Scene) -> list[Condition]:
    return [condition for condition in conditions if not condition.holds(scene)]
