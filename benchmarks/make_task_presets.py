"""Write again what the presets with a task have from its data, after the data were changed::

    python -m benchmarks.make_task_presets

The shown example, its vocabulary, what it aims at and the number of outputs follow from the task; all else stays.
"""

from __future__ import annotations

import argparse
import json
import re

import msgspec

from explorer.paths import resources
from explorer.workspace.disk.presets import Preset, presets
from explorer.workspace.exploration.task import Task
from explorer.workspace.tasks import taught

FLAT = re.compile(r"\[([^\[\]{}]*)\]")
"""A list of plain values, which stands on one line."""


def main() -> None:
    """Write the files."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    for one in presets():
        if one.exploration.task is not None:
            renew(one, one.exploration.task)


def renew(one: Preset, task: Task) -> None:
    """Write the file of a preset with a task."""
    path = resources() / "presets" / f"{one.name}.json"
    whole = json.loads(path.read_text(encoding="utf-8"))
    now, held = taught(one.exploration, task), whole["exploration"]
    for name in ("sequence", "selection", "aim"):
        held[name] = msgspec.to_builtins(getattr(now, name))
    for recipe, network in zip(now.networks, held["networks"], strict=True):
        network.update(outputs=recipe.outputs, readout=recipe.readout)
    text = json.dumps(whole, indent=2, ensure_ascii=False)
    path.write_text(FLAT.sub(lambda found: f"[{' '.join(found[1].split())}]", text) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
