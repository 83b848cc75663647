"""The methods of the package, in the order of METHOD.md section 6, and the control that was added to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from temadapter.methods.options import ClipAdapterOptions, TemporalTransformerOptions
from temadapter.methods.spec import MethodSpec

if TYPE_CHECKING:
    from temadapter.methods.base import Method, MethodContext


def _zero_shot(context: MethodContext) -> Method:
    from temadapter.methods.zero_shot import ZeroShot

    return ZeroShot(logit_scale=context.logit_scale)


def _clip_template(context: MethodContext) -> Method:
    from temadapter.methods.clip_template import ClipTemplate

    return ClipTemplate(logit_scale=context.logit_scale)


def _clip_adapter(context: MethodContext) -> Method:
    from temadapter.methods.clip_adapter import ClipAdapter

    return ClipAdapter(context)


def _tem_adapter(context: MethodContext) -> Method:
    from temadapter.methods.tem_adapter import TemAdapterMethod

    return TemAdapterMethod.from_context(context)


def _temporal_transformer(context: MethodContext) -> Method:
    from temadapter.methods.temporal_transformer import TemporalTransformer

    return TemporalTransformer(context)


BUILT_IN = (
    MethodSpec(
        name="zero-shot",
        summary="nothing is trained: mean frame embedding against the raw options",
        needs="features",
        text="raw",
        trainable=False,
        build=_zero_shot,
    ),
    MethodSpec(
        name="clip-template",
        summary="nothing is trained: mean frame embedding against the event descriptions",
        needs="features",
        text="event",
        trainable=False,
        build=_clip_template,
    ),
    MethodSpec(
        name="clip-adapter",
        summary="residual bottleneck MLPs on the pooled image and text embeddings",
        needs="features",
        text="event",
        trainable=True,
        build=_clip_adapter,
        options=ClipAdapterOptions,
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
)
