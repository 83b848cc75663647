"""`plus`: every entity that a description names has a stream of states of its own, made of sentences about stills."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from temadapter.errors import ConfigError, check_rules
from temadapter.methods.base import Batch, MethodContext, Needs, Text
from temadapter.methods.spec import MethodSpec

if TYPE_CHECKING:
    from torch import Tensor, nn

    from temadapter.methods.plus_reader import PlusReader
    from temadapter.models.objective import Losses
    from temadapter.models.plus import PlusOutput

CLIP_NORM = 1.0

AT_ONCE = 128
"""How many stills are scored in one pass."""


@dataclass(frozen=True)
class PlusOptions:
    """Options of `plus`.

    Args:
        bank: The sentence bank: `crossroads`, `traffic`, `general`, a YAML file, or `auto`: the first that fits the
            training questions.
        width: Of the network, a multiple of `heads`.
        heads: Attention heads.
        layers: Self-attention layers over time, and as many cross-attention layers of the descriptions.
        dropout: In the layers.
        frame_dropout: In the bottleneck that frame features pass.
        noise: Standard deviation of the noise on standardised cosines in training.
        label_smoothing: Of the cross-entropy.
        alone: Weight of the cross-entropy of what was read from the states, without guided pooling.
        change: Whether the statistics of change between frames are seen.
        guided: Whether guided pooling and the cosines of the description with the frames take part.
        renamed: Whether descriptions are read with their entities renamed, where the bank has names.
    """

    bank: str = "auto"
    width: int = 64
    heads: int = 4
    layers: int = 2
    dropout: float = 0.1
    frame_dropout: float = 0.3
    noise: float = 0.2
    label_smoothing: float = 0.05
    alone: float = 0.3
    change: bool = True
    guided: bool = True
    renamed: bool = True

    def __post_init__(self) -> None:
        check_rules(
            ("heads must be at least 1", self.heads >= 1),
            (
                "width must be a multiple of heads",
                self.heads >= 1 and self.width % self.heads == 0 < self.width,
            ),
            ("layers must be at least 1", self.layers >= 1),
            ("dropout must be at least 0 and below 1", 0 <= self.dropout < 1),
            ("frame_dropout must be at least 0 and below 1", 0 <= self.frame_dropout < 1),
            ("noise must not be negative", self.noise >= 0),
            ("label_smoothing must be at least 0 and below 1", 0 <= self.label_smoothing < 1),
            ("alone must not be negative", self.alone >= 0),
        )


def _reader(options: Mapping[str, Any]) -> PlusReader:
    from temadapter.methods.plus_reader import bank_reader

    chosen = PlusOptions(**options)
    return bank_reader(chosen.bank, renamed=chosen.renamed)


def _settle(options: Mapping[str, Any], texts: Iterable[str]) -> dict[str, Any]:
    """Choose the bank by the training questions."""
    from temadapter.descriptions.banks import AUTO, choose_bank, load_bank

    bank = PlusOptions(**options).bank
    if bank == AUTO:
        return {**options, "bank": choose_bank(texts)}
    load_bank(bank)
    return dict(options)


class PlusMethod:
    """Entity-state tokens on stored features (docs/plus.md).

    Args:
        context: `embedding_dim` and the options of `PlusOptions`.
    """

    name = "plus"
    needs: Needs = "features"
    text: Text = "event"
    trainable = True

    def __init__(self, context: MethodContext) -> None:
        from temadapter.descriptions.mentions import MOST
        from temadapter.models.plus import Plus, PlusConfig
        from temadapter.models.plus_inputs import PlusInputs

        self.options = PlusOptions(**context.options)
        self.reader = _reader(context.options)
        bank = self.reader.bank
        config = PlusConfig(
            embedding_dim=context.embedding_dim,
            about=len(bank.about),
            scene=len(bank.scene),
            others=len(bank.others),
            slots=MOST,
            width=self.options.width,
            heads=self.options.heads,
            encoder_layers=self.options.layers,
            reader_layers=self.options.layers,
            dropout=self.options.dropout,
            frame_dropout=self.options.frame_dropout,
            change=self.options.change,
            guided=self.options.guided,
        )
        self.model = Plus(config)
        self.inputs = PlusInputs(config, noise=self.options.noise)
        self.model.add_module("inputs", self.inputs)

    @property
    def module(self) -> nn.Module:
        """The network, with the statistics of the training videos."""
        return self.model

    def observe(self, frames: Tensor, frame_mask: Tensor) -> None:
        """Learn the mean and the covariance of the training videos' frames; see `PlusInputs.observe`."""
        self.inputs.observe(frames, frame_mask)

    def parameters(self) -> list[nn.Parameter]:
        """Return every parameter."""
        return list(self.model.parameters())

    def trainable_parameters(self) -> list[nn.Parameter]:
        """Return the parameters to optimise: all."""
        return self.parameters()

    def fast_parameters(self) -> list[nn.Parameter]:
        """Return nothing: all learn at one rate."""
        return []

    def loss(self, batch: Batch) -> Losses:
        """Return the cross-entropy over each question's options, averaged over the batch.

        Raises:
            ConfigError: For a batch without answers.
        """
        from temadapter.models.objective import Losses
        from temadapter.models.plus import by_question
        from temadapter.models.smoothed_cross_entropy import smoothed_cross_entropy

        if batch.answers is None:
            raise ConfigError("Training plus needs the correct answers.")
        said: PlusOutput = self.model(self.inputs(batch))
        smoothing = self.options.label_smoothing
        loss = smoothed_cross_entropy(by_question(said.logits, batch.option_mask), batch.answers, smoothing)
        total = loss
        if self.options.alone and self.options.guided:
            # What guided pooling knows already gives no gradient through the sum, so that the states would never
            # learn it, and add noise to it.
            alone = smoothed_cross_entropy(
                by_question(said.read, batch.option_mask), batch.answers, smoothing
            )
            total = loss + self.options.alone * alone
        return Losses(total, loss, loss.new_zeros(()))

    def score(self, batch: Batch) -> Tensor:
        """Return logits (B, N) in evaluation mode, without gradients; -inf for a masked option."""
        import torch

        from temadapter.models.plus import by_question

        training = self.model.training
        self.model.eval()
        try:
            with torch.no_grad():
                said: PlusOutput = self.model(self.inputs(batch))
            return by_question(said.logits, batch.option_mask)
        finally:
            self.model.train(training)

    def frame_scores(self, batch: Batch) -> Tensor:
        """Return the logits of a video that stands still at each frame, (B, F, N).

        Rows of padded frames mean nothing.
        """
        import torch

        from temadapter.models.plus import KNOTS

        rows = []
        for part in torch.split(batch.frames, max(1, AT_ONCE // len(batch.options)), dim=1):
            stills = part.transpose(0, 1)[:, :, None].expand(-1, -1, KNOTS, -1)  # (C, V, KNOTS, D)
            scores = self.score(batch.repeated(stills))
            rows.append(scores.reshape(-1, *batch.option_mask.shape).transpose(0, 1))
        return torch.cat(rows, dim=1)

    def tracks(self, batch: Batch) -> list[tuple[str, tuple[str, ...], Tensor]]:
        """Return the standardised cosines of the frames with the bank's sentences; see `TrackingMethod`."""
        import torch

        bank, extra = self.reader.bank, batch.extra
        if extra is None:
            return []
        found: dict[str, tuple[tuple[str, ...], Tensor]] = {}
        for text, group in zip(batch.texts[0], extra.group[0], strict=False):
            rows = extra.groups[group]
            if bank.scene:
                found.setdefault("", (bank.scene, rows[: len(bank.scene)]))
            for place, entity in enumerate(bank.find(text)):
                start = len(bank.scene) + place * len(bank.about)
                found.setdefault(entity, (bank.sentences(entity), rows[start : start + len(bank.about)]))
        with torch.no_grad():
            return [
                (name, said, self.inputs.scores(batch.frames[0], extra.features[rows]))
                for name, (said, rows) in found.items()
            ]

    def clip_gradients(self) -> float:
        """Clip the gradient norm over everything; return what it was before."""
        from torch import nn

        return float(nn.utils.clip_grad_norm_(self.parameters(), CLIP_NORM, foreach=True))

    def inference_state(self) -> dict[str, Tensor]:
        """Return the weights and the statistics of the training videos, by name."""
        return {name: value.detach() for name, value in self.model.state_dict().items()}

    def load_inference_state(self, state: dict[str, Tensor]) -> None:
        """Load what `inference_state` returned.

        Raises:
            DataError: The weights are not those of this method with these options on this backbone.
        """
        from temadapter.models.trained_weights import load_all

        load_all(self.model, state)


def _build(context: MethodContext) -> PlusMethod:
    return PlusMethod(context)


SPEC = MethodSpec(
    name="plus",
    summary="one stream of states per named entity, of cosines with sentences about stills",
    needs="features",
    text="event",
    trainable=True,
    build=_build,
    options=PlusOptions,
    reader=_reader,
    settle=_settle,
)
