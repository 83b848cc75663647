"""The plan that compares methods: each as it is, and what shows why the first is first."""

from __future__ import annotations

from collections.abc import Sequence

from temadapter.comparison.plan import Plan, Trial

RATES = tuple(f"training.learning_rate={rate}" for rate in ("1.0e-5", "1.0e-4", "1.0e-3", "1.0e-2"))
"""Small added parts want a higher rate than whole towers: on Crossroads 1e-3 is not the end for them."""
REFERENCE = "tem-adapter"


def methods_plan(names: Sequence[str], *, start: str = "paper") -> Plan:
    """Return the plan that compares methods (METHOD.md section 6): same data, frames, epochs and validation videos.

    Each that trains takes the best of four learning rates on its validation questions. With all of them come
    variations of Tem-Adapter and of the temporal Transformer, and the controls; they take the rate of what they vary.

    Args:
        names: Of methods; all of them, and the variations, for none.
        start: What all start from, as in a plan's file.

    Raises:
        ConfigError: There is no such method.
    """
    from temadapter.methods.registry import get_method, method_names

    specs = [get_method(name) for name in names or method_names()]
    reference = REFERENCE if REFERENCE in {spec.name for spec in specs} else None
    trials = tuple(
        Trial(spec.name, spec.name, (f"method={spec.name}",), None if spec.name == reference else reference)
        for spec in specs
    )
    plan = Plan("methods", "Transfer methods", "", start, trials, RATES)
    blind = [spec.name for spec in specs if spec.order_blind]
    about = (
        "Every method on the same questions, frames and validation videos, with the same number of epochs; each that "
        "trains takes the best of four learning rates on its validation questions (first seed)."
    )
    if blind:
        about += f" The mean over time cannot see the order of frames, so these cannot: {', '.join(blind)}."
    if not names:
        about += " Variations take the learning rate of what they vary; controls hold in training and test."
        trials += _variations(plan)
    return Plan(plan.name, plan.title, about, start, trials, RATES)


def _variations(plan: Plan) -> tuple[Trial, ...]:
    """Return Tem-Adapter with less, the temporal Transformer with another pooling, and the controls."""
    guided = plan.config(plan.trial(REFERENCE)).model.pooling == "guided"
    own = [
        ("tem-adapter-mean", "tem-adapter, plain mean (as published)", "model.pooling=mean"),
        ("tem-adapter-guided", "tem-adapter, guided pooling", "model.pooling=guided"),
    ]
    less = [
        (own[0] if guided else own[1]),
        ("tem-adapter-shuffled", "tem-adapter, control: shuffled frames", "features.control=shuffled_frames"),
        ("tem-adapter-one-frame", "tem-adapter, control: one frame", "features.control=one_frame"),
        ("tem-adapter-text", "tem-adapter, control: text only", "features.control=text_only"),
    ]
    pooling_only = ("model.use_temporal=false", "model.use_semantic=false", "model.pooling=guided")
    return (
        Trial("guided-pooling", "guided pooling, neither aligner", pooling_only, REFERENCE, REFERENCE),
        Trial(
            "temporal-transformer-cls",
            "temporal-transformer, class token",
            ("method=temporal-transformer", "method_options.pooling=cls"),
            REFERENCE,
            "temporal-transformer",
        ),
        *(Trial(name, label, (change,), REFERENCE, REFERENCE) for name, label, change in less),
    )
