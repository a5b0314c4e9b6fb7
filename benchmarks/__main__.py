"""All benchmarks, one table after the other: ``python -m benchmarks``, half an hour, or ``--quick``, ten minutes."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time

from benchmarks.turns import is_busy, waiting

TABLES = {
    "Beside an earlier commit": ("benchmarks.beside", [], ["--only", "engine", "pairs", "--rounds", "2"]),
    "All pairs, beside the peers": ("benchmarks.peers", [], ["--rounds", "2", "--seconds", "4"]),
    "All pairs, J dense and not": ("benchmarks.kernel", ["--processor"], ["--quick"]),
    "Training step": ("benchmarks.training_step", ["--threads", "1"], ["--threads", "1", "--quick"]),
    "Gesture to painted": ("benchmarks.window", ["--gestures", "100"], ["--gestures", "30"]),
    "A drag of the gain, recorded": ("benchmarks.drag", [], ["--seconds", "3"]),
    "Large networks": ("benchmarks.large", ["--first"], ["--first"]),
    "Theme, language, presentation": ("benchmarks.restyle", [], ["--rounds", "4"]),
    "Training while one watches": ("benchmarks.live", [], ["--seconds", "6", "--tasks", "next_word"]),
    "Being watched": ("benchmarks.watching", [], ["--cells", "lstm", "--moments", "4"]),
    "Start-up": ("benchmarks.startup", [], []),
    "Memory": ("benchmarks.memory", [], ["--frames", "2000"]),
}
"""Each with its module, what that is told, and what it is told to be quick."""


def main() -> None:
    """Run each table in a process of its own, so that none disturbs another; exit with 1 where one of them failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    print(
        f"{len(TABLES)} tables, {'ten minutes' if quick else 'half an hour'} on an idle machine, each with its command."
    )
    if is_busy([waiting() for _ in range(5)]):
        print(
            "This machine has other work to do: it will take longer, and only ratios of processor time can be judged."
        )
    failed = [title for title, (module, *arguments) in TABLES.items() if not _done(title, module, arguments[quick])]
    for title in failed:
        print(f"No table: {title}.")
    sys.exit(bool(failed))


def _done(title: str, module: str, arguments: list[str]) -> bool:
    """Print one table and how long it took; return whether that went well."""
    begun = time.perf_counter()
    print(f"\n### {title}\n\n`{' '.join(['python -m', module, *arguments])}`\n", flush=True)
    done = subprocess.run([sys.executable, "-m", module, *arguments], check=False)
    print(f"\n{time.perf_counter() - begun:.0f} s", flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    main()
