"""Small randomly initialised models in the hub's format: a CLIP and a SigLIP."""

from __future__ import annotations

import json
from pathlib import Path

import torch

TEXT = "a red blue green car bus truck stops turns left right at the crossing in snow two vehicles meet"
WORDS = TEXT.split()
SIZE, DIM, CONTEXT = 32, 24, 16
TOWER = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4}


def word_tokenizer(*, start: str | None, end: str):
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    special = ["<pad>", *([start] if start else []), end, "<unk>"]
    vocabulary = {word: index for index, word in enumerate([*special, ".", *WORDS])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    ends = [(token, vocabulary[token]) for token in (start, end) if token]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{start or ''} $A {end}".strip(), special_tokens=ends
    )
    return tokenizer, vocabulary


def write_files(folder: Path, tokenizer, *, tokenizer_class: str, preprocessor: dict) -> None:
    tokenizer.save(str(folder / "tokenizer.json"))
    settings = {"pad_token": "<pad>", "tokenizer_class": tokenizer_class}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    (folder / "preprocessor_config.json").write_text(json.dumps(preprocessor))


def write_clip(folder: Path, *, seed: int = 0, shortest_edge: int = SIZE) -> Path:
    from transformers import CLIPConfig, CLIPModel

    tokenizer, vocabulary = word_tokenizer(start="<start>", end="<end>")
    text = {
        **TOWER,
        "vocab_size": len(vocabulary),
        "max_position_embeddings": CONTEXT,
        "bos_token_id": vocabulary["<start>"],
        "eos_token_id": vocabulary["<end>"],
        "pad_token_id": 0,
    }
    torch.manual_seed(seed)
    config = CLIPConfig(
        text_config=text, vision_config={**TOWER, "image_size": SIZE, "patch_size": 8}, projection_dim=DIM
    )
    CLIPModel(config).save_pretrained(folder)
    preprocessor = {
        "size": {"shortest_edge": shortest_edge},
        "crop_size": {"height": SIZE, "width": SIZE},
        "do_center_crop": True,
        "image_mean": [0.4, 0.5, 0.6],
        "image_std": [0.2, 0.25, 0.3],
    }
    write_files(folder, tokenizer, tokenizer_class="CLIPTokenizer", preprocessor=preprocessor)
    return folder


def write_siglip(folder: Path) -> Path:
    from transformers import SiglipConfig, SiglipModel

    tokenizer, vocabulary = word_tokenizer(start=None, end="</s>")
    text = {
        **TOWER,
        "vocab_size": len(vocabulary),
        "max_position_embeddings": CONTEXT,
        "projection_size": 32,
        "pad_token_id": 0,
    }
    torch.manual_seed(1)
    config = SiglipConfig(text_config=text, vision_config={**TOWER, "image_size": SIZE, "patch_size": 8})
    SiglipModel(config).save_pretrained(folder)
    preprocessor = {
        "size": {"height": SIZE, "width": SIZE},
        "resample": 3,
        "image_mean": [0.5] * 3,
        "image_std": [0.5] * 3,
    }
    write_files(folder, tokenizer, tokenizer_class="SiglipTokenizer", preprocessor=preprocessor)
    return folder
