"""What lmms-eval calls for each question of this task: its video, the prompt, the right letter, and the score.

`temadapter data export --lmms-eval` copies this file, as `utils.py`, beside the tasks that name its functions. It
stands alone, since lmms-eval runs where temadapter need not be installed.
"""

from __future__ import annotations

import re
from typing import Any

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def only_answered(rows: Any) -> Any:
    """Return the rows whose answer is known."""
    return rows.filter(lambda row: row["answer"] is not None)


def doc_to_visual(row: dict[str, Any]) -> list[str]:
    """Return the path of the video."""
    return [row["video"]]


def doc_to_text(row: dict[str, Any], lmms_eval_specific_kwargs: dict[str, str] | None = None) -> str:
    """Return the prompt: the question, one option per line with its letter, and what to answer with."""
    wanted = lmms_eval_specific_kwargs or {}
    post = "\nAnswer with the option's letter from the given choices directly."
    options = [f"{letter}. {option}" for letter, option in by_letter(row).items()]
    text = "\n".join([f"{_about(row)}{row['question'].strip()}", *options])
    return f"{wanted.get('pre_prompt', '')}{text}{wanted.get('post_prompt', post)}"


def doc_to_target(row: dict[str, Any]) -> str:
    """Return the letter of the right option."""
    return LETTERS[sum(bool(option.strip()) for option in row["options"][: row["answer"]])]


def process_results(row: dict[str, Any], results: list[str]) -> dict[str, float]:
    """Return the score of one answer: 1.0 if it names the right option."""
    return {"accuracy": float(chosen_letter(results[0], by_letter(row)) == doc_to_target(row))}


def by_letter(row: dict[str, Any]) -> dict[str, str]:
    """Return the options that are not empty, by letter."""
    options = [option.strip() for option in row["options"] if option.strip()]
    return dict(zip(LETTERS, options, strict=False))


def chosen_letter(answer: str, options: dict[str, str]) -> str:
    """Return the letter that a model's answer names, "" where it names none or several.

    >>> options = {"A": "a red car", "B": "a bus"}
    >>> [chosen_letter(text, options) for text in ("B", "(a)", "B. a bus", "The answer is A.", "A bus", "maybe")]
    ['B', 'A', 'B', 'A', 'B', '']
    """
    text = answer.strip()
    letters = "".join(options)
    alone = re.fullmatch(rf"\W*([{letters}])\W*", text, re.IGNORECASE)
    if alone:
        return alone[1].upper()
    for same in (str.strip, _plain):  # options may differ in letter case only
        exact = [letter for letter, option in options.items() if same(option) == same(text)]
        if len(exact) == 1 or len({options[letter].strip() for letter in exact}) == 1:
            return exact[0]
    for pattern in (
        rf"^\W*([{letters}])[.):,]",
        rf"(?:answer|option) is\W*([{letters}])\b",
        rf"\(([{letters}])\)",
    ):
        found = re.search(pattern, text)
        if found:
            return found[1]
    named = [letter for letter, option in options.items() if _plain(option) in _plain(text)]
    return named[0] if len(named) == 1 else ""


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _about(row: dict[str, Any]) -> str:
    """Return which part of the video is meant, where the question is not about all of it."""
    start, end = row.get("start"), row.get("end")
    if start is None and end is None:
        return ""
    return f"Look at the video from {start or 0:g} s {'on' if end is None else f'to {end:g} s'}. "
