"""Small faults, each with the test that must notice it: `python tests/mutants.py` prints those that survive.

Each is put into a copy of the sources, and its test runs against that copy.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MUTANTS: tuple[tuple[str, str, str, str], ...] = (
    (
        "training/trainer.py",
        "(True, config.fast_rate)",
        "(True, 1.0)",
        "tests/training/test_setting_effects.py",
    ),
    (
        "training/trainer.py",
        '"weight_decay": config.weight_decay',
        '"weight_decay": 0.0',
        "tests/training/test_setting_effects.py",
    ),
    (
        "methods/transfer.py",
        "return float(nn.utils.clip_grad_norm_(self.trainable_parameters(), self._clip_norm))",
        "return float(nn.utils.clip_grad_norm_(self.trainable_parameters(), 1e9))",
        "tests/training/test_setting_effects.py",
    ),
    (
        "descriptions/english/spelling.py",
        'return verb[:-2] + "ying"',
        'return verb + "ing"',
        "tests/descriptions/test_verb_forms.py",
    ),
    (
        "descriptions/english/spelling.py",
        'return verb + "k"',
        "return verb",
        "tests/descriptions/test_verb_forms.py",
    ),
    (
        "descriptions/english/spelling.py",
        "or verb in STRESSED_AT_THE_END",
        "",
        "tests/descriptions/test_verb_forms.py",
    ),
    (
        "descriptions/english/spelling.py",
        "and verb not in SILENT_E_STAYS",
        "",
        "tests/descriptions/test_verb_forms.py",
    ),
    (
        "descriptions/english/inflection.py",
        "_FORMS |= _table(RARE)",
        "_FORMS |= {}",
        "tests/descriptions/test_verb_forms.py",
    ),
    (
        "descriptions/rules/rewordings.py",
        'in ("true", "yes", "right", "correct")',
        'in ("false",)',
        "tests/descriptions/test_question_kinds.py",
    ),
    (
        "descriptions/rules/fragments.py",
        'return f"it is {time_of(option)}"',
        'return f"it is {option}"',
        "tests/descriptions/test_question_kinds.py",
    ),
    (
        "descriptions/rules/circumstances.py",
        "said = _whole_subject(match, said)",
        "pass",
        "tests/descriptions/test_question_kinds.py",
    ),
    (
        "descriptions/english/clauses.py",
        "subject, negative = some_or_none(subject, negative=negative), False",
        "pass",
        "tests/descriptions/test_question_kinds.py",
    ),
    (
        "evaluation/statistics.py",
        "return max(plain, cluster_variance(scores, clusters))",
        "return cluster_variance(scores, clusters)",
        "tests/evaluation/test_evaluation_statistics.py",
    ),
    (
        "evaluation/statistics.py",
        "over_videos**2 / (videos - 1) + over_seeds**2 / (seeds - 1)",
        "over_videos**2 / videos + over_seeds**2 / seeds",
        "tests/evaluation/test_evaluation_statistics.py",
    ),
    (
        "evaluation/statistics.py",
        "var(ddof=1) / len(rows)",
        "var(ddof=0) / len(rows)",
        "tests/evaluation/test_evaluation_statistics.py",
    ),
    (
        "evaluation/statistics.py",
        "count / (count - 1) * np.sum(sums**2)",
        "np.sum(sums**2)",
        "tests/evaluation/test_evaluation_statistics.py",
    ),
    (
        "evaluation/statistics.py",
        "(count - rank) * p_values[index]",
        "count * p_values[index]",
        "tests/evaluation/test_evaluation_statistics.py",
    ),
    (
        "evaluation/statistics.py",
        "p_value = 2 * _t_below",
        "p_value = _t_below",
        "tests/evaluation/test_evaluation_statistics.py",
    ),
    (
        "evaluation/statistics.py",
        "if over_seeds == 0:\n        return videos - 1",
        "if over_seeds == 0:\n        return videos",
        "tests/evaluation/test_evaluation_statistics.py",
    ),
    (
        "evaluation/apply_control.py",
        "total += video[real].double().sum(0)",
        "total += video.double().sum(0)",
        "tests/evaluation/test_apply_control.py",
    ),
    (
        "evaluation/apply_control.py",
        'f"{seed}:{video}"',
        'f"{seed}:{row}"',
        "tests/evaluation/test_apply_control.py",
    ),
    (
        "evaluation/apply_control.py",
        "shuffled[row, :count] = frames[row, torch.randperm(count, generator=generator)]",
        "pass",
        "tests/evaluation/test_apply_control.py",
    ),
    (
        "evidence/find.py",
        "_factor(-_slope(log_odds(held.onwards, index)))",
        "_factor(_slope(log_odds(held.onwards, index)))",
        "tests/evidence/test_find_evidence.py",
    ),
    (
        "evidence/find.py",
        "if log_odds(scores.logits, index) - np.median(log_odds(scores.held.alone, index)) < DECIDES:",
        "if False:",
        "tests/evidence/test_find_evidence.py",
    ),
    (
        "evidence/held_still.py",
        "index.clamp(max=p), index.clamp(min=p)",
        "index.clamp(min=p), index.clamp(max=p)",
        "tests/evidence/test_find_evidence.py",
    ),
    ("files.py", "if _writer_ended(file.name) or", "if True or", "tests/test_files.py"),
    ("files.py", "temporary.chmod(stat.S_IMODE(usual))", "pass", "tests/test_files.py"),
    (
        "files.py",
        "finally:\n        temporary.unlink(missing_ok=True)",
        "finally:\n        pass",
        "tests/test_files.py",
    ),
    ("hub/publication.py", "run.path, Path.cwd(), Path.home()]", "run.path, Path.cwd()]", "tests/hub"),
    ("hub/publication.py", "return [*named, run.path,", "return [run.path,", "tests/hub"),
    ("hub/card_limits.py", "if not backbone.fingerprint:", "if False:", "tests/hub"),
    ("hub/card_limits.py", "if blind and mean:", "if mean:", "tests/hub"),
    ("hub/card_limits.py", "if 0 < questions < FEW:", "if False:", "tests/hub"),
    ("hub/card_limits.py", 'if config.features.control != "none":', "if False:", "tests/hub"),
    (
        "models/temporal_aligner.py",
        "self.encoder.self_attn.out_proj.weight.mul_(config.identity_start)",
        "pass",
        "tests/models/test_models_training_pass.py",
    ),
    (
        "models/temporal_aligner.py",
        "dtype=torch.bool, device=frames.device).triu(1)",
        "dtype=torch.bool, device=frames.device).triu(2)",
        "tests/models",
    ),
    (
        "models/temporal_aligner.py",
        "predicted = predicted + self._shift(frames, zeros=True)",
        "pass",
        "tests/models",
    ),
    ("models/temporal_aligner.py", "lead = min(self.config.horizon, count)", "lead = 1", "tests/models"),
    ("models/temporal_aligner.py", "memory = memory + guidance[:, None]", "pass", "tests/models"),
    (
        "models/objective.py",
        'if option_mask is not None and kind != "summed_hinge":',
        "if False:",
        "tests/models",
    ),
    (
        "models/objective.py",
        "per_question.sum() / asked.sum()",
        "per_question.sum() / len(asked)",
        "tests/models",
    ),
    (
        "methods/tem_adapter.py",
        "clipped = self.model.temporal",
        "pass",
        "tests/methods/test_methods_tem_adapter.py",
    ),
    (
        "training/trainer.py",
        "self.method.module.train()",
        "self.method.module.eval()",
        "tests/runs/test_every_setting.py",
    ),
    (
        "training/trainer.py",
        "self.optimizer.zero_grad(set_to_none=True)",
        "pass",
        "tests/training/test_trainer.py",
    ),
    (
        "training/schedule.py",
        "0.5 ** (step // steps_per_epoch // config.halve_every)",
        "0.5 ** (step // steps_per_epoch // (config.halve_every + 1))",
        "tests/training/test_trainer.py",
    ),
    (
        "training/schedule.py",
        "(step - rising) / (total - rising)",
        "step / total",
        "tests/training/test_setting_effects.py",
    ),
    ("data/splits.py", "for name in names[:-1]:", "for name in names:", "tests/data"),
    ("data/splits.py", "parent[second] = first", "pass", "tests/data"),
    ("interrupts.py", "_thread.interrupt_main, (signal.SIGTERM,)", "int", "tests/test_interrupts.py"),
    (
        "features/store.py",
        "if not bool(video.features.isfinite().all()):",
        "if False:",
        "tests/features/test_changed_stores.py",
    ),
    (
        "features/store.py",
        'if record["id"] != video_id:',
        "if False:",
        "tests/features/test_changed_stores.py",
    ),
    (
        "features/store.py",
        "if tuple(video.features.shape) != wanted or not len(video.times):",
        "if False:",
        "tests/features/test_changed_stores.py",
    ),
    (
        "features/leases.py",
        "if not self._clear(path):",
        "if self._clear(path):",
        "tests/features/test_leases.py",
    ),
    (
        "features/leases.py",
        "return self._now() - touched < self._expiry",
        "return True",
        "tests/features/test_leases.py",
    ),
    (
        "features/leases.py",
        'if _read(path).get("token") == self._me["token"]:',
        "if True:",
        "tests/features/test_leases.py",
    ),
    (
        "features/shards.py",
        "items[self.index - 1 :: self.count]",
        "items[self.index :: self.count]",
        "tests/features/test_shards.py",
    ),
    (
        "serve/access.py",
        'return hmac.compare_digest(shown.encode("utf-8", "replace"), wanted.encode())',
        "return shown[:4] == wanted[:4]",
        "tests/serve/test_access.py",
    ),
    ("video/sampling.py", "stop = total - 1  #", "stop = total  #", "tests/video/test_sampling.py"),
    (
        "evaluation/verdict.py",
        "if estimate.low <= chance:",
        "if estimate.value <= chance:",
        "tests/evaluation/test_verdict.py",
    ),
    (
        "evaluation/verdict.py",
        "if estimate.low <= majority:",
        "if False:",
        "tests/evaluation/test_verdict.py",
    ),
    (
        "evaluation/prediction.py",
        'if empty_options == "masked":',
        "if False:",
        "tests/evaluation/test_prediction.py",
    ),
    (
        "evaluation/prediction.py",
        "own = logits[: len(question.options)]",
        "own = logits",
        "tests/evaluation/test_prediction.py",
    ),
    ("data/question.py", "if not self.option_mask[self.answer]:", "if False:", "tests/data/test_question.py"),
    (
        "data/question.py",
        "self.end <= (self.start or 0)",
        "self.end < (self.start or 0)",
        "tests/data/test_question.py",
    ),
    (
        "data/readers/cells.py",
        'frozenset(["", "nan", "NaN", "<NA>", "NaT"])',
        'frozenset([""])',
        "tests/data",
    ),
)
"""File under src/temadapter, its text, the fault in the text's place, the test that kills it."""


def survives(file: str, old: str, new: str, test: str) -> bool:
    """Tell whether the test passes although the fault is there, in a copy of the sources."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "src"
        shutil.copytree(ROOT / "src", source, ignore=shutil.ignore_patterns("__pycache__"))
        path = source / "temadapter" / file
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", str(ROOT / test)],
            env={**os.environ, "PYTHONPATH": str(source), "OMP_NUM_THREADS": "1"},
            cwd=ROOT,
            capture_output=True,
            check=False,
        )
    return done.returncode != 1  # 1: tests failed; anything else shows that the test did not do its work


def main(only: str = "") -> int:
    """Try every fault, one per core at a time; return 1 if any survives.

    Args:
        only: Part of the files' names; all of them by default.
    """
    chosen = [mutant for mutant in MUTANTS if only in mutant[0]]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        alive = pool.map(lambda mutant: survives(*mutant), chosen)
        left = [mutant for mutant, lives in zip(chosen, alive, strict=True) if lives]
    for file, old, new, test in left:
        print(f"survived: {file}: {old!r} -> {new!r} ({test})")
    print(f"{len(chosen)} faults, {len(left)} survived")
    return int(bool(left))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
