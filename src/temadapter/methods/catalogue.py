"""The methods of the package, in the order of METHOD.md section 6, and the control that was added to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from temadapter.methods.options import (
    ClipAdapterOptions,
    FrameOptions,
    LoraOptions,
    MultiLayerAdapterOptions,
    PartialFineTuningOptions,
    PromptOptions,
    TemporalTransformerOptions,
)
from temadapter.methods.spec import MethodSpec

if TYPE_CHECKING:
    from temadapter.methods.base import Method, MethodContext


def _zero_shot(context: MethodContext) -> Method:
    from temadapter.methods.zero_shot import ZeroShot

    return ZeroShot(logit_scale=context.logit_scale)


def _clip_template(context: MethodContext) -> Method:
    from temadapter.methods.clip_template import ClipTemplate

    return ClipTemplate(logit_scale=context.logit_scale)


def _fine_tuning(context: MethodContext) -> Method:
    from temadapter.methods.fine_tuning import FineTuning

    return FineTuning(context)


def _partial_fine_tuning(context: MethodContext) -> Method:
    from temadapter.methods.partial_fine_tuning import PartialFineTuning

    return PartialFineTuning(context)


def _lora(context: MethodContext) -> Method:
    from temadapter.methods.lora import Lora

    return Lora(context)


def _multi_layer_adapter(context: MethodContext) -> Method:
    from temadapter.methods.multi_layer_adapter import MultiLayerAdapter

    return MultiLayerAdapter(context)


def _prompt_kept(context: MethodContext) -> Method:
    from temadapter.methods.prompt import PromptKept

    return PromptKept(context)


def _prompt_changed(context: MethodContext) -> Method:
    from temadapter.methods.prompt import PromptChanged

    return PromptChanged(context)


def _clip_adapter(context: MethodContext) -> Method:
    from temadapter.methods.clip_adapter import ClipAdapter

    return ClipAdapter(context)


def _tem_adapter(context: MethodContext) -> Method:
    from temadapter.methods.tem_adapter import TemAdapterMethod

    return TemAdapterMethod.from_context(context)


def _temporal_transformer(context: MethodContext) -> Method:
    from temadapter.methods.temporal_transformer import TemporalTransformer

    return TemporalTransformer(context)


def _mean_linear(context: MethodContext) -> Method:
    from temadapter.methods.mean_linear import MeanLinear

    return MeanLinear(context)


def _motion(context: MethodContext) -> Method:
    from temadapter.methods.motion import Motion

    return Motion(context)


BUILT_IN = (
    MethodSpec(
        name="zero-shot",
        summary="nothing is trained: mean frame embedding against the raw options",
        needs="features",
        text="raw",
        trainable=False,
        build=_zero_shot,
        order_blind=True,
    ),
    MethodSpec(
        name="clip-template",
        summary="nothing is trained: mean frame embedding against the event descriptions",
        needs="features",
        text="event",
        trainable=False,
        build=_clip_template,
        order_blind=True,
    ),
    MethodSpec(
        name="fine-tuning",
        summary="all of both towers",
        needs="frames",
        text="event",
        trainable=True,
        build=_fine_tuning,
        encodes_text=True,
        options=FrameOptions,
        order_blind=True,
    ),
    MethodSpec(
        name="partial-fine-tuning",
        summary="the last k blocks and the projections of both towers",
        needs="frames",
        text="event",
        trainable=True,
        build=_partial_fine_tuning,
        encodes_text=True,
        options=PartialFineTuningOptions,
        order_blind=True,
    ),
    MethodSpec(
        name="lora",
        summary="low-rank updates of the attention projections of both towers",
        needs="frames",
        text="event",
        trainable=True,
        build=_lora,
        encodes_text=True,
        options=LoraOptions,
        order_blind=True,
    ),
    MethodSpec(
        name="multi-layer-adapter",
        summary="a bottleneck adapter after the MLP of every block of both towers",
        needs="frames",
        text="event",
        trainable=True,
        build=_multi_layer_adapter,
        encodes_text=True,
        options=MultiLayerAdapterOptions,
        order_blind=True,
    ),
    MethodSpec(
        name="prompt-kept",
        summary="context vectors in front of the event description",
        needs="features",
        text="event",
        trainable=True,
        build=_prompt_kept,
        encodes_text=True,
        options=PromptOptions,
        order_blind=True,
    ),
    MethodSpec(
        name="prompt-changed",
        summary="context vectors in place of the question's words, then the option",
        needs="features",
        text="raw",
        trainable=True,
        build=_prompt_changed,
        encodes_text=True,
        options=PromptOptions,
        order_blind=True,
    ),
    MethodSpec(
        name="clip-adapter",
        summary="residual bottleneck MLPs on the pooled image and text embeddings",
        needs="features",
        text="event",
        trainable=True,
        build=_clip_adapter,
        options=ClipAdapterOptions,
        order_blind=True,
    ),
    MethodSpec(
        name="tem-adapter",
        summary="the Temporal Aligner and the Semantic Aligner",
        needs="features",
        text="event",
        trainable=True,
        build=_tem_adapter,
    ),
    MethodSpec(
        name="temporal-transformer",
        summary="a control: a plain temporal Transformer over the frames, without the aligners' tasks",
        needs="features",
        text="event",
        trainable=True,
        build=_temporal_transformer,
        options=TemporalTransformerOptions,
    ),
    MethodSpec(
        name="mean-linear",
        summary="a baseline: logistic regression on the mean of the frames",
        needs="features",
        text="event",
        trainable=True,
        build=_mean_linear,
        order_blind=True,
    ),
    MethodSpec(
        name="motion",
        summary="a baseline: logistic regression on mean, deviation and mean change of the frames",
        needs="features",
        text="event",
        trainable=True,
        build=_motion,
    ),
)
