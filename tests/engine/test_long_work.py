"""Long work stops when it is told to, says how far it is, and is refused beforehand when it would not fit."""

import numpy as np
import pytest

from explorer.engine import Network, Stopped, TooBig, gradient_flow
from explorer.engine.flow.allpairs import bytes_needed
from explorer.engine.flow.flow import check_size


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


def test_largest_simple_network_of_the_window_fits():
    check_size(2000, 256)
    assert bytes_needed(2000, 256) <= 2 * 2**30


def test_work_that_does_not_fit_is_refused_beforehand_and_says_what_would():
    network = Network.random(cell="lstm", inputs=1, hidden=512, outputs=1)
    trace = network.forward(np.zeros((400, 1)))
    with pytest.raises(TooBig, match=r"400 steps.*1024.*GB.*steps fit"):
        gradient_flow(trace)
