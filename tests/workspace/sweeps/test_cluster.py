"""A sweep on a Dask cluster: a real scheduler and real workers, one of which is killed on the way."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from explorer.engine.errors import Refusal
from explorer.workspace.sweeps.processes import processes
from explorer.workspace.sweeps.running import sweep_into
from explorer.workspace.sweeps.workers import workers

from .test_sweeps import SMALL, Here, told

# Looked for and not imported: each process that collects tests would wait for it.
pytestmark = pytest.mark.skipif(find_spec("distributed") is None, reason="Dask is not there")

ROOT = Path(__file__).parents[3]


@contextmanager
def program(module: str, *words: str) -> Iterator[subprocess.Popen[str]]:
    """Start one of Dask's programs, and end it."""
    command = [sys.executable, "-m", f"distributed.cli.{module}", *words]
    started = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    try:
        yield started
    finally:
        started.kill()
        started.communicate()


@contextmanager
def scheduler() -> Iterator[str]:
    with program("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard") as started:
        assert started.stderr is not None
        yield next(found[0] for line in started.stderr if (found := re.search(r"tcp://\S+:\d+", line)))


@contextmanager
def worker(address: str) -> Iterator[subprocess.Popen[str]]:
    with program("dask_worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard") as started:
        yield started


def test_a_worker_that_is_killed_costs_no_point_of_a_cluster(tmp_path: Path):
    sweep, out, whole = told(SMALL.replace("count = 4", "count = 12")), tmp_path / "a.npz", tmp_path / "whole.npz"
    with scheduler() as address, worker(address), worker(address) as other, workers(None, address) as cluster:
        found = []
        for course in sweep_into(out, sweep, cluster):
            found.append(course.place)
            if course.done == 3:
                os.kill(other.pid, signal.SIGKILL)
    list(sweep_into(whole, sweep, Here()))
    assert sorted(filter(None, found)) == sorted(sweep.places())
    assert out.read_bytes() == whole.read_bytes()


def test_an_address_where_nobody_answers_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("explorer.workspace.sweeps.cluster._CONNECTED", 0.2)
    with (
        pytest.raises(Refusal, match=r"No Dask scheduler answers at “tcp://127\.0\.0\.1:9”\."),
        workers(None, "tcp://127.0.0.1:9"),
    ):
        pass


def test_without_dask_the_cores_of_the_machine_measure_and_no_cluster_can_be_asked(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("explorer.workspace.sweeps.workers.find_spec", lambda _: None)
    with workers(3, None) as here, processes(3) as known:
        assert type(here) is type(known)
        assert str(here.name.values["count"]) == "3"
    with pytest.raises(Refusal, match=r"install gradient-flow-explorer\[sweep\]"):
        workers(None, "tcp://127.0.0.1:9")
