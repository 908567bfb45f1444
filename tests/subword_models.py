"""Small tokenizers of language models, made for tests, of each kind that is published."""

import json
from pathlib import Path
from typing import Any

TEXT = [
    "the tea is hot and the milk is cold",
    "Hot tea with cold milk, and rum",
    "teapots and teacups are for tea",
    "the cold rain and the hot sun",
    "a teacup of hot milk with rum in the rain",
] * 6


def wordpiece(path: Path) -> Path:
    """Write a ``vocab.txt`` of BERT, lower-cased."""
    letters = sorted(set("".join(TEXT).lower()) - {" "})
    words = ["the", "tea", "##cup", "##pot", "##s", "hot", "milk", "is", "cold", "and", "with", "rum", "rain", "sun"]
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[unused1]", *words, *letters]
    tokens += [f"##{letter}" for letter in letters if letter.isalpha() and f"##{letter}" not in tokens]
    path.write_text("\n".join(tokens) + "\n", encoding="utf-8")
    return path


def byte_level(path: Path, size: int = 300) -> Path:
    """Write the ``tokenizer.json`` of a byte-level BPE, as of GPT-2, with a token of blanks."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    made.train_from_iterator(TEXT, _trainer(trainers.BpeTrainer, size, ["<|endoftext|>"]))
    made.add_tokens(["\n\n"])
    made.save(str(path))
    return path


def unigram(path: Path, size: int = 60) -> Path:
    """Write the ``tokenizer.json`` of a Unigram model with byte fallback, as of SentencePiece."""
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    made = Tokenizer(models.Unigram())
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=size, special_tokens=["<pad>", "<unk>"], unk_token="<unk>", show_progress=False
    )
    made.train_from_iterator(TEXT, trainer)
    about = json.loads(made.to_str())
    about["model"]["byte_fallback"] = True
    about["model"]["vocab"] += [[f"<0x{byte:02X}>", -20.0] for byte in range(256)]
    write(path, about)
    return path


def write(path: Path, about: dict[str, Any]) -> Path:
    """Write a ``tokenizer.json``."""
    path.write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
    return path


def plain(path: Path, tokens: dict[str, int] | list[Any], **more: Any) -> Path:
    """Write a ``tokenizer.json`` that has only a vocabulary."""
    return write(path, {"model": {"type": "WordLevel", "vocab": tokens, "unk_token": "<unk>"}} | more)


def _trainer(kind: Any, size: int, special: list[str]) -> Any:
    from tokenizers import pre_tokenizers

    alphabet = pre_tokenizers.ByteLevel.alphabet()
    return kind(vocab_size=size, special_tokens=special, initial_alphabet=alphabet, show_progress=False)
