"""The object a user holds: load it once, ask it about any video."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from temadapter.answer import Answer, Track, Unanswered
from temadapter.asked import Asked, check_question, find_video
from temadapter.errors import ConfigError, shown
from temadapter.hub.run_names import DEMO, find_run
from temadapter.progress import Steps

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    from temadapter.backbones.base import Backbone
    from temadapter.descriptions import Describer
    from temadapter.evaluation.none_fits import NoneFits
    from temadapter.evidence.moments import Scores
    from temadapter.features.records import VideoFeatures
    from temadapter.features.text_cache import TextFeatures
    from temadapter.methods.base import Method
    from temadapter.methods.extra_texts import ExtraTexts
    from temadapter.video.given import GivenVideo, Video
    from temadapter.video.sampling import Sampler

DEFAULT_BACKBONE = "hf:openai/clip-vit-base-patch32"
DEFAULT_SAMPLER = "uniform(24)"
SAME_LOGIT = 1e-5
"""Logits of two options that differ by less come from the same text, read in another row of a pass."""


@dataclass(frozen=True, eq=False)
class SeenVideo:
    """A video that a model has looked at, ready for any number of questions to that model.

    Args:
        path: The video file.
        features: What the image tower made of the sampled frames (or the frames, for a method that needs them).
        given: The video as it was given, None where it is not known.
    """

    path: str
    features: VideoFeatures = field(repr=False)
    given: GivenVideo | None = field(default=None, repr=False)


class VideoQA:
    """Answers multiple-choice questions about video files.

    Args:
        backbone: The frozen image-text model.
        method: How its embeddings become an answer.
        sampler: Which frames it sees.
        event_descriptions: Whether the text tower reads event descriptions or the bare options; None is what
            the method is made for.
        describer: What writes the event descriptions (`temadapter.descriptions.get_describer`); the package's rules
            when None.
        option_count: How many options the method insists on (preset `official`: 4); fewer are filled up.
        verdict: That the method is no better than chance on its own test questions, where it is not.
        none_fits: Tells how likely it is that none of the options is right, where the run learned it.

    Example:
        >>> qa = VideoQA.load("runs/a")
        >>> answer = qa.ask("crossroads/videos/test_00001.mp4", "Is it day or night?", ["day", "night"])
        >>> answer.answer, len(answer.probabilities), answer.frame_probabilities.shape
        ('night', 2, (16, 2))
    """

    def __init__(
        self,
        backbone: Backbone,
        method: Method,
        sampler: Sampler,
        *,
        event_descriptions: bool | None = None,
        describer: Describer | None = None,
        option_count: int | None = None,
        verdict: str = "",
        none_fits: NoneFits | None = None,
    ) -> None:
        self.backbone = backbone
        self.method = method
        self.sampler = sampler
        self._described = method.text == "event" if event_descriptions is None else event_descriptions
        self._describer = describer
        self._option_count = option_count
        self._verdict = verdict
        self._none_fits = none_fits
        self._sentences: TextFeatures | None = None

    @classmethod
    def load(
        cls,
        run_or_name: str | Path | None = None,
        *,
        backbone: str | None = None,
        sampler: str | None = None,
        device: str = "auto",
    ) -> VideoQA:
        """Load a trained run, or a method that needs no training.

        Args:
            run_or_name: Folder of a run (also "dir:FOLDER"); "crossroads" for the run that `temadapter demo` made; a
                run on the hub ("hf:OWNER/NAME", "hf:OWNER/NAME@REVISION"), which is fetched into the hub's cache; the
                name of an untrained method ("zero-shot", "clip-template"). None is "clip-template".
            backbone: For an untrained method: which image-text model (default: the hub's CLIP ViT-B/32). A
                run brings its own.
            sampler: Which frames are looked at; default: the run's own, or 24 over the whole video.
            device: "auto", "cpu" or "cuda".

        Raises:
            ConfigError: No such run or method.
            SharingError: The hub has no such run, or cannot be reached.
            BackboneError: The image-text model cannot be loaded.
        """
        from temadapter.backbones.large_imports import import_large
        from temadapter.video.sampling import get_sampler

        if run_or_name is None or str(run_or_name) in _untrained():
            return cls._zero_shot(str(run_or_name or "clip-template"), backbone, sampler, device)
        if sampler is not None:
            get_sampler(sampler)  # a slip is told before a run is fetched
        folder = find_run(run_or_name)
        if not folder.is_dir():
            names = ", ".join((DEMO, "hf:OWNER/NAME", *_untrained()))
            raise ConfigError(f"There is no run at {folder}. Give the folder of a run, or one of: {names}.")
        import_large("torch")  # all that follows needs it
        return cls._run(folder, backbone, sampler, device)

    @classmethod
    def from_pretrained(cls, run: str | Path, *, device: str = "auto") -> VideoQA:
        """Load a trained run: a folder, or `hf:OWNER/NAME`. The same as `load(run)`, by the name that others use.

        Raises:
            ConfigError: No such run.
            SharingError: The hub has no such run, or cannot be reached.
            BackboneError: The run's image-text model cannot be loaded.
        """
        return cls.load(run, device=device)

    @classmethod
    def _run(cls, folder: Path, backbone: str | None, sampler: str | None, device: str) -> VideoQA:
        from temadapter.backbones.registry import load_backbone
        from temadapter.backbones.resized import with_preprocessing
        from temadapter.evaluation.none_fits import NoneFits
        from temadapter.evaluation.verdict import stored_verdict
        from temadapter.runs.load import load_run
        from temadapter.video.sampling import get_sampler

        run = load_run(folder)
        frames = get_sampler(sampler or run.config.features.sampler)
        if backbone is None:
            model = run.load_backbone(device=device)
        else:
            loaded = load_backbone(backbone, device=device)
            run.check(loaded)
            model = with_preprocessing(loaded, run.config.features.preprocessing)
        exactly = 4 if run.config.model.option_count == "four" else None
        # a converted run reads its test file as it is, since that holds event descriptions already
        converted = "converted_from" in run.results.get("train", {})
        described = converted or run.config.data.descriptions != "raw"
        return cls(
            model,
            run.method,
            frames,
            event_descriptions=described,
            describer=None if converted else run.load_describer(),
            option_count=exactly,
            verdict=stored_verdict(run.results.get("train", {}).get("test")),
            none_fits=NoneFits.from_json(run.results.get("train", {}).get("none_fits")),
        )

    @classmethod
    def _zero_shot(cls, name: str, backbone: str | None, sampler: str | None, device: str) -> VideoQA:
        from temadapter.backbones.large_imports import import_large
        from temadapter.backbones.registry import load_backbone
        from temadapter.methods.base import MethodContext
        from temadapter.methods.registry import get_method
        from temadapter.video.sampling import get_sampler

        frames = get_sampler(sampler or DEFAULT_SAMPLER)
        import_large("torch")
        model = load_backbone(backbone or DEFAULT_BACKBONE, device=device)
        context = MethodContext(embedding_dim=model.embedding_dim, logit_scale=model.logit_scale)
        return cls(model, get_method(name).build(context), frames)

    def look(
        self,
        video: Video,
        *,
        progress: Callable[[str, float], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> SeenVideo:
        """Look at a video once, to ask several questions about it.

        Args:
            video: A path to any file that FFmpeg can read (its ending may be left out), an array of pictures
                (uint8 RGB `(T, H, W, 3)`, taken as 25 a second), or a file opened for reading bytes.
            progress: Called with the phase (`reading`, `decoding`, `looking`) and the fraction of it that is
                done; a long video alternates between the last two.
            cancelled: Asked at every frame; True gives up.

        Raises:
            ConfigError: What was given is no video.
            DataError: A name that several files fit.
            VideoError: A file that is not a video, or of which no frame can be decoded.
            CancelledError: `cancelled` said so.
        """
        from temadapter.features.encode_videos import encode_video
        from temadapter.features.frame_store import read_video_frames

        given = find_video(video)
        encode = read_video_frames if self.method.needs == "frames" else encode_video
        with given.named():
            seen = encode(given.path, self.backbone, self.sampler, steps=_steps(progress, cancelled))
        return SeenVideo(str(given.path), seen, given)

    def ask(
        self,
        video: Video | SeenVideo,
        question: str,
        options: Sequence[str],
        *,
        progress: Callable[[str, float], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Answer:
        """Answer a question about a video.

        Args:
            video: A path, an array of pictures or an open file as in `look`, or what `look` returned.
            question: The question.
            options: N >= 2 different answers to choose from.
            progress: As in `look`, with a last phase `answering`.
            cancelled: As in `look`.

        Returns:
            The answer with a probability per option and the frames that speak for it.

        Raises:
            ConfigError: An empty question, fewer than two different options, or a video that is none.
            DataError: A name that several files fit.
            VideoError: A file that is not a video, or of which no frame can be decoded.
            CancelledError: `cancelled` said so.
        """
        start = time.perf_counter()
        options = check_question(question, options)
        if not isinstance(video, SeenVideo):
            video = self.look(video, progress=progress, cancelled=cancelled)
        steps, seen = _steps(progress, cancelled), video.features
        steps.at("answering", 0)
        texts = self.texts(question, options)
        features = self.backbone.encode_texts(texts)
        scored = self.score_many([video.path], [seen], [features], [texts])
        tracks = self._tracks(seen, features, texts)
        steps.at("answering", 1)
        seconds = time.perf_counter() - start
        answer = self.answer_of(video.path, question, options, texts, seen, scored[0], seconds=seconds)
        return replace(answer.about(video.given), tracks=tracks)

    def _tracks(self, seen: VideoFeatures, options: Tensor, texts: tuple[str, ...]) -> tuple[Track, ...]:
        """Return what the method followed of a video for a question's options (N, D)."""
        import torch

        from temadapter.methods.base import Batch, TrackingMethod

        if not isinstance(self.method, TrackingMethod):
            return ()
        mask = torch.ones(1, len(texts), dtype=torch.bool)
        batch = Batch(
            frames=seen.features[None],
            options=options[None],
            option_mask=mask,
            texts=(texts,),
            extra=self._extra([texts]),
        )
        with torch.inference_mode():
            found = self.method.tracks(batch)
        return tuple(Track(name, said, scores.double().numpy(force=True)) for name, said, scores in found)

    def _extra(self, texts: Sequence[tuple[str, ...]]) -> ExtraTexts | None:
        """Encode what the method reads besides the options' texts, each sentence once for as long as this lives."""
        from temadapter.features.text_cache import TextFeatures
        from temadapter.methods.base import ReadingMethod
        from temadapter.methods.extra_texts import extra_sentences
        from temadapter.training.extra_text_rows import extra_texts

        if not isinstance(self.method, ReadingMethod):
            return None
        reader = self.method.reader
        self._sentences = self._sentences or TextFeatures(self.backbone)
        wanted = list(dict.fromkeys(extra_sentences((text for own in texts for text in own), reader)))
        rows = {text: row for row, text in enumerate(wanted)}
        return extra_texts(texts, self._sentences.get(wanted), rows, reader)

    def ask_many(
        self,
        questions: Iterable[Asked | tuple[Video, str, Sequence[str]]],
        *,
        store: Path | None = None,
        workers: int | None = None,
    ) -> Iterator[Answer | Unanswered]:
        """Answer many questions about many videos; each video is looked at once, texts and answers come in batches.

        Args:
            questions: `Asked`, or (video, question, options) as for `ask`, in any order; a generator is read as it is
                needed.
            store: Folder of a feature store that keeps what was seen, so that nothing is decoded again the next
                time. Without it a temporary one is used.
            workers: Threads that decode ahead; one per core where it is None.

        Yields:
            What `ask` would have answered, one for each question in the order of `questions`; `Unanswered` where a
            video cannot be used or a question is none.

        Example:
            >>> qa = VideoQA.load("clip-template", backbone="mini")
            >>> videos = [f"crossroads/videos/test_0000{number}.mp4" for number in range(3)]
            >>> asked = [(video, "Is it day or night?", ["day", "night"]) for video in videos]
            >>> [answer.answer for answer in qa.ask_many(asked)]
            ['day', 'night', 'night']
        """
        from temadapter.answering import answer_many

        yield from answer_many(self, map(Asked.of, questions), store=store, workers=workers)

    def texts(self, question: str, options: tuple[str, ...]) -> tuple[str, ...]:
        """Return the N sentences that the text tower reads: event descriptions, or the options as they are."""
        from temadapter.descriptions import describe_all

        if not self._described:
            return options
        described = (self._describer or describe_all)(question, options)
        return tuple(text or option for text, option in zip(described, options, strict=True))

    @property
    def most_at_once(self) -> int:
        """How many questions are answered in one batch; 1 where an answer would depend on the others."""
        from temadapter.answering import BATCH

        model = getattr(getattr(self.method, "model", None), "config", None)
        paired = getattr(model, "option_pairing", "own") == "tiled"
        return 1 if paired else BATCH[self.method.needs]

    def score_many(
        self,
        videos: Sequence[str],
        seen: Sequence[VideoFeatures],
        options: Sequence[Tensor],
        texts: Sequence[tuple[str, ...]],
    ) -> list[Scores]:
        """Score B questions with N options each, about videos of F frames each.

        Args:
            videos: What tells one video from another; questions about the same share one pass over it.
            seen: What the image tower made of each question's video, (F, D).
            options: The text features of each question's options, (N, D).
            texts: The sentences themselves.

        Returns:
            For each question the logits of the whole video and of its frames, and, where the method can be asked
            about that, those of the video held still, and what happens in it.
        """
        import torch

        from temadapter.evidence.followed import Followed, follow
        from temadapter.evidence.held_still import HeldStill, can_hold_still, hold_still
        from temadapter.evidence.moments import Scores
        from temadapter.methods.base import Batch

        count = len(texts[0])
        missing = max(0, (self._option_count or 0) - count)
        mask = torch.tensor([[True] * count + [False] * missing] * len(texts))
        padded = torch.stack([torch.nn.functional.pad(own, (0, 0, 0, missing)) for own in options])
        rows = {video: row for row, video in enumerate(dict.fromkeys(videos))}
        first = dict(zip(reversed(videos), reversed(seen), strict=True))
        batch = Batch(
            frames=torch.stack([first[video].features for video in rows]),
            options=padded,
            option_mask=mask,
            texts=tuple(texts),
            videos=None if len(rows) == len(videos) else torch.tensor([rows[video] for video in videos]),
            extra=self._extra([(*own, *[""] * missing) for own in texts]),
        )
        with torch.inference_mode():
            whole, single = self.method.score(batch), self.method.frame_scores(batch)
            held: list[HeldStill | None] = [None] * len(texts)
            followed: list[Followed | None] = [None] * len(texts)
            if can_hold_still(self.method, batch.frames.shape[1]):
                held = [*hold_still(self.method, batch, at_once=self.most_at_once)]
                followed = [*follow(self.method, batch, whole[:, :count].argmax(dim=1).tolist())]
        return [
            Scores(own[:count].double().numpy(force=True), alone[:, :count].double().numpy(force=True), *told)
            for own, alone, told in zip(whole, single, zip(held, followed, strict=True), strict=True)
        ]

    def answer_of(
        self,
        path: str,
        question: str,
        options: tuple[str, ...],
        texts: tuple[str, ...],
        seen: VideoFeatures,
        scores: Scores,
        *,
        seconds: float,
    ) -> Answer:
        """Return the answer that the scores of a question mean."""
        from temadapter.descriptions.timing import timing
        from temadapter.evidence.moments import find_evidence

        times = np.asarray(seen.times, dtype=np.float64)
        probabilities, frame_probabilities = _softmax(scores.logits), _softmax(scores.frames)
        index = int(probabilities.argmax())
        return Answer(
            answer=options[index],
            index=index,
            probabilities=tuple(probabilities.tolist()),
            times=times,
            frame_probabilities=frame_probabilities,
            evidence=find_evidence(times, scores, timing(question, options[index])),
            question=question.strip(),
            options=options,
            event_descriptions=texts,
            video=path,
            backbone=self.backbone.name,
            note=self.backbone.note,
            method=self.method.name,
            damage=seen.damage,
            seconds=seconds,
            _sampler=self.sampler,
            cautions=(*self.cautions(path), *_indistinct(options, scores.logits)),
            none_fits=self._none_of(options, scores.logits),
        )

    def _none_of(self, options: tuple[str, ...], logits: NDArray[np.float64]) -> float | None:
        """Return how likely it is that none of the options is right; of yes and no, one is."""
        if self._none_fits is None or {option.casefold() for option in options} == {"yes", "no"}:
            return None
        return self._none_fits.probability(logits)

    def cautions(self, video: str | Path) -> tuple[str, ...]:
        """Return what is known, before any look at a video, to keep answers about it from being trusted."""
        from temadapter.backbones.familiar import unfamiliar

        unknown = unfamiliar(self.backbone.name, [video])
        tested = f"On its own test questions this run is not to be trusted: {self._verdict}"
        return (*([unknown] if unknown else []), *([tested] if self._verdict else []))


def _indistinct(options: Sequence[str], logits: NDArray[np.float64]) -> tuple[str, ...]:
    """Say which options the model cannot tell apart: most text towers read no capitals, some no punctuation."""
    for first, second in combinations(range(len(options)), 2):
        if abs(logits[first] - logits[second]) < SAME_LOGIT:
            return (
                f"{shown(options[first])} and {shown(options[second])} are the same text to this model, "
                "which therefore gives them the same share: word one of them differently.",
            )
    return ()


def _steps(progress: Callable[[str, float], None] | None, cancelled: Callable[[], bool] | None) -> Steps:
    usual = Steps()
    return Steps(progress or usual.report, cancelled or usual.cancelled)


def _untrained() -> tuple[str, ...]:
    from temadapter.methods.registry import get_method, list_methods

    return tuple(name for name in list_methods() if not get_method(name).trainable)


def _softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True), dtype=np.float64)
