"""Undo gives back exactly what was there; whoever subscribes hears of every change."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.exploration.store import MOST_UNDO_STEPS, Document, Store

START = Exploration()


def gain(value: float, start: Exploration = START) -> Exploration:
    return start.with_recipe(gain=value)


@dataclass(frozen=True)
class Gesture:
    gain: float
    merge: str | None
    cursor: int


GESTURES = st.lists(
    st.builds(
        Gesture,
        gain=st.sampled_from([0.5, 1.0, 1.5, 1.6, 2.0]),
        merge=st.sampled_from([None, "gain", "other"]),
        cursor=st.integers(0, 3),
    ),
    max_size=12,
)


def make(store: Store, gesture: Gesture) -> None:
    store.adjust(store.exploration.with_selection(t=gesture.cursor))
    store.commit("gain", gain(gesture.gain, store.exploration), merge=gesture.merge)


class TestUndo:
    @given(GESTURES, st.floats(3, 4))
    def test_undo_takes_back_exactly_the_last_gesture(self, gestures: list[Gesture], value: float) -> None:
        store = Store(START)
        for gesture in gestures:
            make(store, gesture)
        before = store.exploration
        store.commit("gain", gain(value, before))
        store.undo()
        assert store.exploration == before

    @given(GESTURES)
    def test_undoing_all_and_redoing_all_ends_where_it_began(self, gestures: list[Gesture]) -> None:
        store = Store(START)
        for gesture in gestures:
            make(store, gesture)
        end = store.exploration
        while store.can_undo:
            store.undo()
        assert store.exploration.networks == START.networks
        while store.can_redo:
            store.redo()
        assert store.exploration == end

    @given(GESTURES)
    def test_every_undo_step_changes_something(self, gestures: list[Gesture]) -> None:
        store = Store(START)
        for gesture in gestures:
            make(store, gesture)
        store.seal()
        while store.can_undo:
            before = store.exploration
            store.undo()
            assert store.exploration != before

    def test_undo_gives_back_the_cursor_as_it_was_just_before_the_gesture(self) -> None:
        store = Store(START)
        store.adjust(START.with_selection(t=7))
        store.commit("gain", gain(2.0, store.exploration))
        store.adjust(store.exploration.with_selection(t=9))
        store.undo()
        assert store.exploration == START.with_selection(t=7)
        store.redo()
        assert store.exploration == gain(2.0).with_selection(t=9)

    def test_moving_the_cursor_is_no_step_and_keeps_what_can_be_redone(self) -> None:
        store = Store(START)
        store.commit("gain", gain(2.0))
        store.undo()
        store.adjust(START.with_selection(t=3))
        assert not store.can_undo
        assert store.can_redo

    def test_gestures_have_names(self) -> None:
        store = Store(START)
        assert (store.undo_label, store.redo_label) == ("", "")
        store.commit("Change the gain", gain(2.0))
        assert (store.undo_label, store.redo_label) == ("Change the gain", "")
        store.undo()
        assert (store.undo_label, store.redo_label) == ("", "Change the gain")

    def test_a_new_gesture_ends_what_could_be_redone(self) -> None:
        store = Store(START)
        store.commit("gain", gain(2.0))
        store.undo()
        store.commit("gain", gain(3.0))
        assert not store.can_redo

    def test_an_equal_exploration_is_no_gesture(self) -> None:
        store = Store(START)
        store.commit("nothing", Exploration())
        assert not store.can_undo

    def test_without_history_undo_and_redo_do_nothing(self) -> None:
        store = Store(START)
        store.undo()
        store.redo()
        assert store.exploration is START

    def test_only_the_last_500_gestures_are_kept(self) -> None:
        store = Store(START)
        for i in range(MOST_UNDO_STEPS + 10):
            store.commit("unit", START.with_selection(unit=i + 1))
        steps = 0
        while store.can_undo:
            store.undo()
            steps += 1
        assert steps == MOST_UNDO_STEPS
        assert store.exploration.selection.unit == 10


class TestMerging:
    def test_a_drag_is_one_step(self) -> None:
        store = Store(START)
        for i in range(50):
            store.commit("gain", gain(2 + i / 100), merge="gain")
        store.undo()
        assert store.exploration == START
        store.redo()
        assert store.exploration == gain(2.49)

    def test_a_sealed_drag_and_the_next_are_two_steps(self) -> None:
        store = Store(START)
        store.commit("gain", gain(2.0), merge="gain")
        store.seal()
        store.commit("gain", gain(3.0), merge="gain")
        store.undo()
        assert store.exploration == gain(2.0)

    def test_another_gesture_between_two_drags_keeps_them_apart(self) -> None:
        store = Store(START)
        store.commit("gain", gain(2.0), merge="gain")
        store.commit("bias", gain(2.0).with_recipe(bias=1.0), merge="bias")
        store.commit("gain", gain(3.0).with_recipe(bias=1.0), merge="gain")
        store.undo()
        assert store.exploration == gain(2.0).with_recipe(bias=1.0)

    def test_a_drag_after_undo_is_a_step_of_its_own(self) -> None:
        store = Store(START)
        store.commit("gain", gain(2.0), merge="gain")
        store.commit("bias", gain(2.0).with_recipe(bias=1.0))
        store.undo()
        store.commit("gain", gain(3.0), merge="gain")
        store.undo()
        assert store.exploration == gain(2.0)

    def test_a_drag_back_to_its_start_leaves_no_step(self) -> None:
        store = Store(START)
        for value in (2.0, 3.0, START.recipe.gain):
            store.commit("gain", gain(value), merge="gain")
        store.seal()
        assert not store.can_undo


class TestSaved:
    def test_what_is_undone_to_the_saved_state_is_saved(self) -> None:
        store = Store(START)
        assert store.clean
        store.commit("gain", gain(2.0))
        assert not store.clean
        store.undo()
        assert store.clean

    def test_marking_clean_takes_the_present_as_saved(self) -> None:
        store = Store(START)
        store.commit("gain", gain(2.0))
        store.saved_to(None)
        assert store.clean
        store.undo()
        assert not store.clean

    def test_moving_the_cursor_leaves_nothing_unsaved(self) -> None:
        store = Store(START)
        store.adjust(START.with_selection(t=3))
        assert store.clean
        store.commit("gain", gain(2.0, store.exploration))
        store.undo()
        assert store.clean


class TestSubscribers:
    def test_each_change_is_told_with_before_and_after(self) -> None:
        store = Store(START)
        told: list[tuple[Exploration, Exploration]] = []
        store.subscribe(lambda before, after: told.append((before, after)))
        store.commit("gain", gain(2.0))
        store.commit("gain", gain(2.0))
        store.undo()
        assert told == [(START, gain(2.0)), (gain(2.0), START)]

    def test_whoever_unsubscribes_hears_no_more(self) -> None:
        store = Store(START)
        told: list[Exploration] = []
        unsubscribe = store.subscribe(lambda _, after: told.append(after))
        unsubscribe()
        unsubscribe()
        store.commit("gain", gain(2.0))
        assert told == []

    def test_one_unsubscribed_while_others_are_told_hears_no_more(self) -> None:
        store = Store(START)
        told: list[Exploration] = []
        store.subscribe(lambda _before, _after: unsubscribe())
        unsubscribe = store.subscribe(lambda _, after: told.append(after))
        store.commit("gain", gain(2.0))
        assert told == []

    def test_a_subscriber_that_raises_keeps_neither_the_change_nor_the_others_back(self) -> None:
        store = Store(START)
        told: list[Exploration] = []

        def fail(_before: Exploration, _after: Exploration) -> None:
            raise RuntimeError("a view failed")

        store.subscribe(fail)
        store.subscribe(lambda _, after: told.append(after))
        with pytest.raises(RuntimeError, match="a view failed"):
            store.commit("gain", gain(2.0))
        assert store.exploration == gain(2.0)
        assert told == [gain(2.0)]
        with pytest.raises(RuntimeError):
            store.undo()
        assert store.exploration == START

    def test_several_failures_come_out_together(self) -> None:
        store = Store(START)

        def fail(_before: Exploration, _after: Exploration) -> None:
            raise RuntimeError("a view failed")

        store.subscribe(fail)
        store.subscribe(fail)
        with pytest.raises(ExceptionGroup) as failures:
            store.commit("gain", gain(2.0))
        assert len(failures.value.exceptions) == 2

    def test_a_failure_is_told_to_whoever_wants_it_and_does_not_come_out_of_the_gesture(self) -> None:
        store = Store(START)
        told: list[Exploration] = []
        failures: list[Exception] = []

        def fail(_before: Exploration, _after: Exploration) -> None:
            raise RuntimeError("a view failed")

        store.subscribe(fail)
        store.subscribe(lambda _, after: told.append(after))
        store.report_to(failures.append)
        store.commit("gain", gain(2.0))
        store.undo()
        assert [str(error) for error in failures] == ["a view failed"] * 2
        assert told == [gain(2.0), START]

    def test_a_change_made_by_a_subscriber_is_told_after_the_one_it_hears_of(self) -> None:
        store = Store(START)
        told: list[float] = []

        def round_up(_before: Exploration, after: Exploration) -> None:
            if after.recipe.gain == 2.5:
                store.commit("round", gain(3.0))

        store.subscribe(round_up)
        store.subscribe(lambda _, after: told.append(after.recipe.gain))
        store.commit("gain", gain(2.5))
        assert told == [2.5, 3.0]
        assert store.exploration == gain(3.0)


class TestDocuments:
    ONE, TWO = Path("one.gflow"), Path("two.gflow")

    def opened(self) -> Store:
        """Return a store in which a file was opened over another that had been changed."""
        store = Store(START)
        store.saved_to(self.ONE)
        store.commit("gain", gain(2.0))
        store.replace("open", gain(3.0), Document(self.TWO, gain(3.0)))
        return store

    def test_another_exploration_and_its_document_come_and_go_together(self) -> None:
        store = self.opened()
        assert (store.exploration, store.document.path, store.clean) == (gain(3.0), self.TWO, True)
        store.undo()
        assert (store.exploration, store.document.path, store.clean) == (gain(2.0), self.ONE, False)
        store.undo()
        assert (store.document.path, store.clean) == (self.ONE, True)
        store.redo()
        store.redo()
        assert (store.exploration, store.document.path, store.clean) == (gain(3.0), self.TWO, True)

    def test_whoever_is_told_of_the_change_finds_the_document_changed_already(self) -> None:
        store, seen = Store(START), list[Path | None]()
        store.subscribe(lambda _before, _after: seen.append(store.document.path))
        store.replace("open", gain(3.0), Document(self.TWO, gain(3.0)))
        store.undo()
        store.redo()
        assert seen == [self.TWO, None, self.TWO]

    def test_a_name_given_after_an_undone_opening_is_that_of_what_was_there_before(self) -> None:
        store = self.opened()
        store.undo()
        store.saved_to(Path("third.gflow"))
        store.redo()
        assert store.document.path == self.TWO
        store.undo()
        assert (store.document.path, store.clean) == (Path("third.gflow"), True)

    def test_a_file_that_holds_what_is_there_already_is_a_step_all_the_same(self) -> None:
        store = Store(START)
        store.replace("open", START, Document(self.ONE, START))
        assert (store.document.path, store.undo_label) == (self.ONE, "open")
        store.undo()
        assert store.document.path is None

    def test_what_was_not_saved_when_another_took_its_place_is_known(self) -> None:
        store = self.opened()
        assert store.left_unsaved == [(gain(2.0), Document(self.ONE, START))]
        store.replace("open", gain(4.0), Document(None, gain(4.0)))
        assert len(store.left_unsaved) == 1
        store.undo()
        store.undo()
        assert store.left_unsaved == []

    def test_what_undo_left_of_another_document_is_known_too(self) -> None:
        store = Store(START)
        store.replace("restore", gain(3.0), Document())
        store.undo()
        assert store.left_unsaved == [(gain(3.0), Document())]
        store.redo()
        assert store.left_unsaved == []

    def test_what_is_saved_nowhere_is_not_clean(self) -> None:
        store = Store(START)
        store.replace("restore", gain(3.0), Document())
        assert not store.clean
        store.saved_to(self.ONE)
        assert store.clean
