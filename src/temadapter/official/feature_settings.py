"""How the authors made their features: what a run of theirs is to be given."""

from __future__ import annotations

AUTHORS_BACKBONE = "hf:openai/clip-vit-base-patch32"
AUTHORS_SAMPLER = "clips(8,16)"
AUTHORS_PREPROCESSING = "squash"
AUTHORS_CLIPS, AUTHORS_FRAMES = 8, 16
CLIP_LOGIT_SCALE = 100.0
"""Of OpenAI's CLIP; Tem-Adapter itself does not use it."""
