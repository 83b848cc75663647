"""Loading a CLIP or SigLIP from a folder in the hub's format."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from temadapter.backbones.clip_folder import load_clip
from temadapter.backbones.completeness import CONFIG, check_folder, image_processor
from temadapter.backbones.dual_encoder import DualEncoder
from temadapter.backbones.fingerprint import folder_fingerprint
from temadapter.backbones.image_settings import read_image_settings
from temadapter.backbones.large_imports import import_large
from temadapter.backbones.precision import choose_dtype
from temadapter.backbones.quick_gelu import fold_quick_gelu
from temadapter.backbones.tokens import load_tokenizer
from temadapter.devices import choose_device
from temadapter.errors import BackboneError


def load_folder(
    folder: Path, *, name: str, note: str = "", device: str = "auto", dtype: str = "auto"
) -> DualEncoder:
    """Load the model of a folder in the hub's format (as `save_pretrained` of transformers writes it).

    Args:
        folder: Has config.json, preprocessor_config.json (or transformers 5's processor_config.json),
            model.safetensors and tokenizer.json.
        name: The name that the user gave, for messages and results.
        note: One sentence to show with answers; made from the name where it is empty.
        device: "auto", "cpu" or "cuda".
        dtype: "auto", "float32", "float16" or "bfloat16".

    Raises:
        BackboneError: If a file is missing, broken, or of a kind of model that is not supported.
        ConfigError: If the device or the dtype does not exist.
    """
    import torch

    family = check_folder(folder)
    where = choose_device(device)
    pictures, source = image_processor(folder)
    model, unused = load_clip(folder) if family == "clip" else _load_siglip(folder)
    parameters = sum(parameter.numel() for parameter in model.parameters())
    chosen = choose_dtype(dtype, device=where, family=family, parameters=parameters)
    if family == "clip" and where.type == "cpu" and chosen == torch.bfloat16:  # rounded anyway
        fold_quick_gelu(model)
    model = model.to(where, chosen)
    images = read_image_settings(
        pictures, family=family, image_size=int(model.config.vision_config.image_size), source=source
    )
    tokenizer = load_tokenizer(folder, family=family, text_config=model.config.text_config)
    embedding_dim = (
        model.config.projection_dim if family == "clip" else model.config.vision_config.hidden_size
    )
    return DualEncoder(
        model,
        images=images,
        tokenizer=tokenizer,
        name=name,
        note=note or f"The frozen image-text model is {name}.",
        fingerprint=folder_fingerprint(
            folder, images=images, tokenizer=tokenizer, config=model.config, unused=unused
        ),
        embedding_dim=int(embedding_dim),
    )


def _load_siglip(folder: Path) -> tuple[Any, list[str]]:
    """Return the model in float32 and the tensors it left unused; complain about those that are not there."""
    import torch

    # The module itself: going through `transformers.AutoModel` imports a second more.
    module = import_large("transformers.models.siglip.modeling_siglip")
    from transformers.utils import logging

    verbosity, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        model, report = module.SiglipModel.from_pretrained(
            folder, dtype=torch.float32, local_files_only=True, output_loading_info=True
        )
    except Exception as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise BackboneError(f"The model in {folder} cannot be loaded: {reason}") from error
    finally:
        logging.set_verbosity(verbosity)
        if bars:
            logging.enable_progress_bar()
    if report["missing_keys"]:
        raise BackboneError(
            f"The weights in {folder} lack {len(report['missing_keys'])} tensors that {CONFIG} asks for "
            f"({sorted(report['missing_keys'])[0]}, …). Copy the model again."
        )
    return model, sorted(report["unexpected_keys"])
