"""Long work stops when it is told to, says how far it is, and is refused beforehand when it would not fit."""

import numpy as np
import pytest

from explorer.engine import Network, Stopped, TooBig, fields_along, gradient_flow, isometry, limits
from explorer.engine.flow.allpairs import bytes_needed
from explorer.engine.limits import check_size, most_bytes


def after(calls):
    """A stop that says yes from its ``calls``-th question on."""
    asked = iter(range(10**9))
    return lambda: next(asked) >= calls


@pytest.mark.parametrize("calls", [0, 1, 17])
def test_flow_stops_when_told_to(calls, random_trace):
    trace = random_trace(("rnn", "tanh"), hidden=8, steps=100)
    with pytest.raises(Stopped):
        gradient_flow(trace, stop=after(calls))


def test_flow_with_a_second_thread_stops_when_told_to(random_trace):
    trace = random_trace(("rnn", "tanh"), hidden=48, steps=60)
    for calls in range(0, 60, 7):
        with pytest.raises(Stopped):
            gradient_flow(trace, stop=after(calls))


def test_spectral_norms_and_spectra_stop_when_told_to(random_trace):
    flow = gradient_flow(random_trace(("rnn", "tanh"), hidden=4, steps=30))
    with pytest.raises(Stopped):
        flow.log_spectral_norm(stop=after(3))
    with pytest.raises(Stopped):
        flow.log_singular_values(30, 0, stop=after(3))


def test_singular_values_ask_before_each_round_of_rotations(random_trace):
    """A sweep of all takes longer than a frame where the network is wide."""
    flow, asked = gradient_flow(random_trace(("rnn", "tanh"), hidden=12, steps=5)), []
    flow.log_singular_values(5, 0, stop=lambda: bool(asked.append(1)))
    assert len(asked) > 11


def test_theory_of_isometry_stops_wherever_it_is():
    fields, asked = fields_along("tanh", 1.5, np.ones(8)), []
    isometry(fields, [0.01, 0.9], stop=lambda: bool(asked.append(1)))
    for calls in range(0, len(asked), 5):
        with pytest.raises(Stopped):
            isometry(fields, [0.01, 0.9], stop=after(calls))


@pytest.mark.parametrize("gain", [1.0, 50.0])
def test_progress_rises_and_stays_between_zero_and_one(gain, random_trace):
    heard = []
    trace = random_trace(("rnn", "tanh"), hidden=6, steps=200, gain=gain)
    gradient_flow(trace, report=heard.append)
    assert heard
    assert min(heard) >= 0.0
    assert max(heard) <= 1.0
    assert heard == sorted(heard)


def test_progress_of_spectral_norms_ends_at_one(random_trace):
    heard = []
    gradient_flow(random_trace(("rnn", "tanh"), steps=20)).log_spectral_norm(report=heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == 1.0


@pytest.fixture
def memory(monkeypatch):
    """Set how much of the memory may be used."""
    return lambda most: monkeypatch.setattr(limits, "most_bytes", lambda: most)


def test_largest_simple_network_of_the_window_fits_on_every_machine(memory):
    memory(2 * 2**30)
    check_size(2000, 256, bytes_needed)


def test_work_that_does_not_fit_is_refused_beforehand_and_says_what_would(memory):
    memory(2 * 2**30)
    network = Network.random(cell="lstm", inputs=1, hidden=512, outputs=1)
    trace = network.forward(np.zeros((400, 1)))
    with pytest.raises(TooBig, match=r"400 steps.*1024.*GB.*steps fit, or a width of") as refused:
        gradient_flow(trace)
    fits, width = refused.value.values["fits"], refused.value.values["width"]
    check_size(fits, 1024, bytes_needed)
    check_size(400, width, bytes_needed)
    for T, N in ((fits + 1, 1024), (400, width + 1)):
        with pytest.raises(TooBig):
            check_size(T, N, bytes_needed)


def test_work_of_which_no_width_or_no_step_fits_says_what_else_does(memory):
    memory(10**9)
    with pytest.raises(TooBig, match=r"allowed: up to \d+ steps fit\.$"):
        check_size(10_000, 8, bytes_needed)
    with pytest.raises(TooBig, match=r"not even one step fits; a width of \d+ does"):
        check_size(2, 20_000, bytes_needed)


def test_more_memory_lets_more_fit(memory):
    memory(2 * 2**30)
    with pytest.raises(TooBig):
        check_size(60, 2048, bytes_needed)
    memory(16 * 2**30)
    check_size(60, 2048, bytes_needed)


def test_half_of_the_memory_may_be_used_and_never_less_than_it_was():
    assert most_bytes() >= 2 * 2**30


def test_a_walk_along_wide_states_makes_few_jacobians_at_a_time():
    course = Network.random(inputs=1, hidden=1536, outputs=1).forward(np.zeros((9, 1))).only
    made = []
    course.keep(Watched(course.motion, made))
    assert len(list(zip(course.walk(0, 9), range(1), strict=False))) == 1
    assert len(list(zip(course.walk_back(9), range(1), strict=False))) == 1
    assert all(8 * many * 1536**2 <= 64 * 2**20 for many in made)
    assert limits.at_a_time(10**12) == 1


class Watched:
    """A motion whose Jacobians are counted, not made."""

    def __init__(self, motion, made):
        self.width, self.made = motion.width, made

    def jacobians(self, after, until, *_, **__):
        self.made.append(until - after)
        return np.zeros((until - after, 1, 1))
