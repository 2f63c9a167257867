"""The golden inventories and diagrams say what the program registers."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_inventories_and_diagrams_are_up_to_date():
    # In a process of its own, as a person would run it: the engine loads the program anew.
    words = [sys.executable, "-m", "ops", "graph", "--inventory", "--check"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr or done.stdout


def test_no_inventory_holds_a_digest_of_the_tree():
    from jobs.spec import tree_digest

    digits = tree_digest(ROOT).removeprefix("sha256:")[:12]
    for file in (ROOT / "inventory").glob("*.txt"):
        assert digits not in file.read_text(), "every change of a job would change the inventory"
