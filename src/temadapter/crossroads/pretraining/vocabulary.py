"""The words and the tokenizer of `mini`.

Byte-level BPE in CLIP's format. Every word of the captions and every everyday word below is one token; anything
else falls apart into pieces and still has an embedding, so no text is ever refused.
"""

from __future__ import annotations

from pathlib import Path

CONTEXT_LENGTH = 40
START, END = "<|startoftext|>", "<|endoftext|>"

CAPTION_WORDS = """
a an and accident are at black blue bus car close collided collision colour crossing day east east-west
far fog foggy four from green has have hit in is it light motorcycle night north north-south of on one
other out over pedestrian person picture rain rainy red road snow snowy somebody something south sun
sunny taken that the there three to touches truck two vehicle vehicles walking was weather west white
yellow zebra each for with colour
"""

# What people say about traffic beyond what a still picture shows. The tower meets these words only in the
# word-recall task (see pretrain.py), so they have distinct embeddings, as in any real CLIP, and no grounding.
EVERYDAY_WORDS = """
about accelerated across after again ahead all already also always another any anybody anything approach
approached approaching arrive arrived arriving as avoid avoided away back be because been before began
begins behind being between blocked both brake braked braking but by came can cannot carefully cause
caused causes clear clip come comes coming could crash crashed crosses crossed cut cyclist damage
delayed did direction distance do does doing done drive driven driver drives driving drove during either
empty end ended ends enough enter entered entering enters even event ever every exit fast faster few
final first follow followed following follows forward free front gave get give given gives go goes going
gone happen happened happens happening having he head held here how if ignored inside instead into its
itself jumped just keep keeping kept last later leave leaves leaving led left less let line long longer
made make makes many middle might more most move moved moves moving much must near nearly need neither
never next no nobody none nor not nothing now off only onto oncoming open or order ordinary others
overtake overtaken overtakes overtaking overtook own park parked part pass passed passes passing past
path people place plan prevent prevented probably reach reached reaches reason remain remained
responsible rest right row rule ran run running runs same say saw scene second see seen set she should
show shown shows side signal since slow slowed slower slowly so some soon speed stand standing stands
start started starts stay stayed stays still stop stopped stopping stops straight street struck such
sudden suddenly swerved take takes taking than their them then these they thing third this those through
time together too too-close took toward towards traffic turn turned turning turns under until up us used
very video wait waited waiting waits want wanted way we well went were what when where whether which
while who whole why will within without would wrong yellow yes yet yield yielded you
"""


def vocabulary() -> tuple[str, ...]:
    """Return every word that is one token, sorted."""
    return tuple(sorted(set(CAPTION_WORDS.split()) | set(EVERYDAY_WORDS.split())))


def build_tokenizer(folder: Path) -> None:
    """Write the tokenizer of `mini` into `folder` (tokenizer.json, tokenizer_config.json). Deterministic."""
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE(unk_token=END))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=4000,
        special_tokens=[START, END],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator([" ".join(vocabulary())] * 2, trainer)
    start, end = tokenizer.token_to_id(START), tokenizer.token_to_id(END)
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{START} $A {END}", special_tokens=[(START, start), (END, end)]
    )
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token=START,
        eos_token=END,
        pad_token=END,
        unk_token=END,
        model_max_length=CONTEXT_LENGTH,
    )
    fast.save_pretrained(folder)
