"""What `temadapter compare` costs beside its trainings.

    python benchmarks/compare_overhead.py DATASET STORE [--epochs 20] [--limit 2000]

`plus` and `mean-linear`, two seeds each, one run after the other in this process, on features that STORE has already
(`mini`, uniform(16)). Processor seconds of the whole comparison, its report included, against what its training loops
took, as the comparison itself ran them. All else is overhead: reading questions and features, texts, tests, files.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any
from unittest.mock import patch

import torch

from temadapter.comparison.plan import Plan, Trial
from temadapter.comparison.record import Record
from temadapter.comparison.run_comparison import run_comparison
from temadapter.training import members, trainer


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("dataset")
    parser.add_argument("store")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--limit", type=int, default=2000, help="questions of each split")
    given = parser.parse_args()
    torch.set_num_threads(1)
    trials = tuple(Trial(name, name, (f"method={name}",), None) for name in ("plus", "mean-linear"))
    plan = Plan("overhead", "Overhead", "", "plus", trials)
    sets = (
        f"data.dataset={given.dataset}",
        f"features.store={given.store}",
        f"data.limit={given.limit}",
        f"training.epochs={given.epochs}",
    )
    spent, train = [], trainer.train

    def timed(*args: Any, **options: Any) -> trainer.Trained:
        began = time.process_time()
        trained = train(*args, **options)
        spent.append(time.process_time() - began)
        return trained

    began = time.process_time()
    with tempfile.TemporaryDirectory() as folder, patch.object(members, "train", timed):
        compared = run_comparison(Record(plan, sets, 2, ""), Path(folder), jobs=1)
    total = time.process_time() - began
    if compared.failed or len(spent) != 4:
        raise SystemExit(f"{len(spent)} of 4 trainings were seen; failed: {compared.failed}.")
    trained = sum(spent)
    print(f"whole comparison {total:.1f} CPU s, its 4 trainings {trained:.1f} CPU s ", end="")
    print(f"({', '.join(f'{seconds:.1f}' for seconds in spent)})")
    print(f"overhead {total - trained:.1f} CPU s, {100 * (total / trained - 1):.0f} % of the trainings")


if __name__ == "__main__":
    main()
