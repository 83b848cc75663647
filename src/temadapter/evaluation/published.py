"""Numbers that others published, to print beside ours with their source; none of them was measured here.

docs/benchmarks.md. The numbers of NExT-QA are those of its authors' repository.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from temadapter.errors import unknown_name


@dataclass(frozen=True)
class Published:
    """An accuracy that somebody reported.

    Args:
        method: The method's name.
        accuracy: In percent; where a range was reported, its lower end.
        source: Paper or page that reports it.
        highest: The upper end of a range.
        digits: Behind the point, as it was published.
        remark: What should be known before comparing with it.
    """

    method: str
    accuracy: float
    source: str
    highest: float | None = None
    digits: int = 2
    remark: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the fields as JSON-ready values."""
        return asdict(self)

    def in_percent(self) -> str:
        """Return the accuracy with the digits it was published with.

        >>> Published("FIQ", 48.5, "arXiv", highest=48.9, digits=1).in_percent()
        '48.5 to 48.9'
        """
        ends = (self.accuracy,) if self.highest is None else (self.accuracy, self.highest)
        return " to ".join(f"{end:.{self.digits}f}" for end in ends)


@dataclass(frozen=True)
class PublishedTable:
    """What was published on one benchmark.

    Args:
        title: The benchmark, and what was measured on it.
        questions: How many test questions it has; None where sources differ.
        rows: The numbers, in rising order.
    """

    title: str
    questions: int | None
    rows: tuple[Published, ...]


_SUTD = "Xu et al., SUTD-TrafficQA, CVPR 2021, arXiv 2103.15538"
_PAPER = "Chen et al., Tem-adapter, ICCV 2023, arXiv 2308.08414"
_ATP = "Buch et al., ATP, CVPR 2022, arXiv 2206.01720"
_NEXTQA = "README of github.com/doc-doc/NExT-QA (Xiao et al., CVPR 2021)"

_TABLES = {
    "sutd-trafficqa": PublishedTable(
        "SUTD-TrafficQA, test, one answer of four",
        None,
        (
            Published("random choice", 25.00, _SUTD),
            Published("VIS+LSTM", 29.91, _SUTD),
            Published("I3D+LSTM", 33.21, _SUTD),
            Published("BERT-VQA", 33.68, _SUTD),
            Published("TVQA", 35.16, _SUTD),
            Published("HCRN", 36.49, _SUTD),
            Published("Eclipse", 37.05, _SUTD),
            Published("CMCIR", 38.58, "Liu et al., CMCIR, arXiv 2207.12647"),
            Published(
                "Tem-Adapter",
                46.0,
                _PAPER,
                digits=1,
                remark="with the mistakes of the released code, which preset official has",
            ),
            Published(
                "FIQ",
                48.5,
                "FIQ, arXiv 2507.12816",
                highest=48.9,
                digits=1,
                remark="selected on the test set",
            ),
            Published("human", 95.43, _SUTD),
        ),
    ),
    "msrvtt-mc": PublishedTable(
        "MSR-VTT multiple choice, test, one caption of five",
        2990,
        (
            Published("CLIP, zero-shot", 74.1, _ATP, digits=1),
            Published("ATP", 93.2, _ATP, digits=1),
            Published("Tem-Adapter", 94.3, "secondary source", digits=1),
        ),
    ),
    "nextqa": PublishedTable(
        "NExT-QA, validation, one answer of five",
        4996,
        (
            Published("BlindQA (text only)", 43.76, _NEXTQA, remark="finetuned BERT"),
            Published("EVQA", 44.24, _NEXTQA, remark="finetuned BERT"),
            Published("STVQA", 47.94, _NEXTQA, remark="finetuned BERT"),
            Published("CoMem", 48.04, _NEXTQA, remark="finetuned BERT"),
            Published("HCRN", 48.20, _NEXTQA, remark="finetuned BERT"),
            Published("HME", 48.72, _NEXTQA, remark="finetuned BERT"),
            Published("HGA", 49.74, _NEXTQA, remark="finetuned BERT"),
            Published("human", 88.38, _NEXTQA),
        ),
    ),
}


def published_names() -> tuple[str, ...]:
    """Return the benchmarks of which published numbers are known, by their readers' names."""
    return tuple(_TABLES)


def published(benchmark: str) -> PublishedTable:
    """Return what was published on a benchmark.

    Raises:
        ConfigError: Nothing is known of it.
    """
    if benchmark not in _TABLES:
        raise unknown_name("benchmark with published numbers", benchmark, _TABLES)
    return _TABLES[benchmark]
