"""The demo's table with several seeds: zero-shot, CLIP + template, Tem-Adapter, and its shuffled-frames control.

    temadapter demo                                            # makes the videos and the features
    python benchmarks/crossroads_seeds.py temadapter-demo comparison docs/results

Its runs are those of trial `paper` of `temadapter compare`. Only missing ones are trained; a killed one goes on where
it stopped.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path

from temadapter.comparison.plan import load_plan
from temadapter.comparison.plan_runs import plan_jobs
from temadapter.comparison.runner import run_jobs
from temadapter.crossroads.questions.registry import FAMILY
from temadapter.data.load import load_dataset
from temadapter.evaluation.accuracy_table import accuracy_table
from temadapter.evaluation.predict import Prediction, mean_scores, scores
from temadapter.runs.evaluate import evaluate_run
from temadapter.runs.load import load_run

TITLES = {
    "zero-shot": "zero-shot",
    "clip-template": "CLIP + template",
    "tem-adapter": "Tem-Adapter",
    "shuffled": "Tem-Adapter, frames shuffled",
    "text-only": "Tem-Adapter, text only",
    "one-frame": "Tem-Adapter, one frame",
}
CONTROLS = {"shuffled": "shuffled_frames", "text-only": "text_only", "one-frame": "one_frame"}


def run_all(demo: Path, comparison: Path, seeds: int) -> dict[str, list[list[Prediction]]]:
    """Train or reuse every run; return the predictions of each row of the table, one list per seed."""
    found: dict[str, list[list[Prediction]]] = defaultdict(list)
    for method in ("zero-shot", "clip-template"):
        found[method].append(evaluate_run(load_run(demo / "runs" / method)).predictions)
    sets = [f"data.dataset={demo / 'crossroads'}", f"features.store={demo / 'features'}"]
    jobs = plan_jobs(load_plan("ablation").only(["paper"]), comparison, seeds=seeds, sets=sets)
    run_jobs(jobs)
    for job in jobs:
        run = load_run(job.folder)
        found["tem-adapter"].append(evaluate_run(run).predictions)
        for name, control in CONTROLS.items():
            found[name].append(evaluate_run(run, control=control).predictions)
    return found


def by_family(found: dict[str, list[list[Prediction]]], demo: Path) -> str:
    """Return a Markdown table of accuracy per question family."""
    lines = (demo / "crossroads" / "annotations" / "families.jsonl").read_text().splitlines()
    names = {str(entry["record_id"]): entry["family"] for entry in map(json.loads, lines)}
    chances = {
        str(q.id): 1 / sum(q.option_mask) for q in load_dataset(demo / "crossroads").split("test").questions
    }
    means = {name: mean_scores([scores(p) for p in runs]) for name, runs in found.items()}
    groups: dict[str, list[str]] = defaultdict(list)
    for identifier in chances:
        groups[names[identifier]].append(identifier)
    rows = [
        f"| family | type | needs | questions | chance | {' | '.join(TITLES.values())} |",
        f"| --- | --- | --- | ---: | ---: |{' ---: |' * len(TITLES)}",
    ]
    for name, family in FAMILY.items():
        ids = groups.get(name, [])
        if ids:
            cells = [f"{100 * sum(means[row][i] for i in ids) / len(ids):.0f}" for row in TITLES]
            lucky = 100 * sum(chances[i] for i in ids) / len(ids)
            rows.append(
                f"| {name} | {family.type} | {family.needs} | {len(ids)} | {lucky:.0f} | {' | '.join(cells)} |"
            )
    return "\n".join(rows) + "\n"


def every_method(path: Path) -> str:
    """Return the table of `temadapter compare --methods all` from its JSON report; nothing where there is none."""
    if not path.is_file():
        return ""
    report = json.loads(path.read_text())
    types = [name for name in report["accuracy"]["questions"] if name != "overall"]
    rows = [
        f"| method | {' | '.join(types)} | all | against Tem-Adapter | p (Holm) | trained parameters | seconds |",
        f"| --- |{' ---: |' * (len(types) + 5)}",
    ]
    for trial, row in zip(report["trials"], report["accuracy"]["rows"], strict=True):
        cells = [f"{100 * row['types'][name]['value']:.1f}" for name in types]
        whole, other = row["overall"], trial["differences"].get("overall")
        cells.append("{:.1f} [{:.1f}, {:.1f}]".format(*(100 * whole[k] for k in ("value", "low", "high"))))
        cells.append(
            "–"
            if other is None
            else "{:+.1f} [{:+.1f}, {:+.1f}]".format(*(100 * other[k] for k in ("value", "low", "high")))
        )
        cells.append("–" if trial["p_value_holm"] is None else f"{trial['p_value_holm']:.3f}")
        cells += [f"{trial['cost']['parameters']:,}", f"{trial['cost']['seconds']:,.0f}"]
        rows.append(f"| {row['name']} | {' | '.join(cells)} |")
    return (
        f"## Every transfer method\n\n`{report['command']}`; the whole report: [methods.md](methods.md).\n\n"
        + "\n".join(rows)
        + "\n\n"
    )


def main() -> None:
    """Print and write the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("demo", type=Path, help="the folder that `temadapter demo` made")
    parser.add_argument("comparison", type=Path, help="output of `temadapter compare`")
    parser.add_argument("output", type=Path, help="where crossroads.md and crossroads.json go")
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args()
    found = run_all(arguments.demo, arguments.comparison, arguments.seeds)
    questions = load_dataset(arguments.demo / "crossroads").split("test").questions
    table = accuracy_table(
        {title: [scores(p) for p in found[name]] for name, title in TITLES.items()}, questions
    )
    each = {f"seed {seed}": sum(scores(p).values()) / len(p) for seed, p in enumerate(found["tem-adapter"])}
    text = (
        f"# Crossroads: the demo's table, mean of {arguments.seeds} seeds\n\n"
        f"`temadapter demo`, then `python benchmarks/crossroads_seeds.py temadapter-demo comparison "
        f"docs/results`. What each part and each correction is worth: [ablation.md](ablation.md), "
        f"[corrections.md](corrections.md).\n\n"
        f"{table.to_markdown()}\n"
        f"Tem-Adapter by seed: {', '.join(f'{name} {100 * value:.1f}' for name, value in each.items())}.\n\n"
        f"{every_method(arguments.output / 'methods.json')}"
        f"## By question family\n\n{by_family(found, arguments.demo)}"
    )
    arguments.output.mkdir(parents=True, exist_ok=True)
    (arguments.output / "crossroads.md").write_text(text)
    (arguments.output / "crossroads.json").write_text(
        json.dumps({**table.to_json(), "seeds": each}, indent=2) + "\n"
    )
    print(text)


if __name__ == "__main__":
    main()
