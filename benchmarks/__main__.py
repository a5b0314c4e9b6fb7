"""All benchmarks, one table after the other: ``python -m benchmarks`` (some minutes), ``--quick`` for their corner."""

from __future__ import annotations

import subprocess
import sys

TABLES = {
    "Beside an earlier commit": ("benchmarks.beside", ["--only", "engine", "gesture"]),
    "All pairs, beside the peers": ("benchmarks.peers", ["--rounds", "2"]),
    "All-pairs kernel": ("benchmarks.kernel", ["--quick"]),
    "Training step": ("benchmarks.training_step", []),
    "Gesture to painted": ("benchmarks.window", ["--gestures", "60"]),
    "Training while one watches": ("benchmarks.live", ["--seconds", "6", "--tasks", "next_word"]),
    "Being watched": ("benchmarks.watching", ["--cells", "lstm", "--moments", "4"]),
    "Start-up": ("benchmarks.startup", []),
    "Memory": ("benchmarks.memory", ["--frames", "2000"]),
}


def main() -> None:
    """Run each table in a process of its own, so that none disturbs another."""
    quick = "--quick" in sys.argv[1:]
    for title, (module, quick_arguments) in TABLES.items():
        print(f"\n### {title}\n", flush=True)
        subprocess.run([sys.executable, "-m", module, *(quick_arguments if quick else [])], check=True)


if __name__ == "__main__":
    main()
