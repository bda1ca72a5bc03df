"""A language model of 100,000 random numbers in llama.cpp's file format, written by hand: it can be asked, not understood.

Two layers of 64 dimensions over bytes and some Han characters. One dimension is held constant, so that the output layer can favour
characters that can be shown; all else is chance with a fixed seed, and the same bytes each time.

Source: the GGUF format, version 3, and the names that llama.cpp gives to the tensors of its architecture "llama".
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

DIMENSION, LAYERS, HEADS, INNER = 64, 2, 4, 128
CONTEXT = 4096
ALIGNMENT = 32
UNKNOWN, BEGIN, END = 0, 1, 2
HAN = "铜铝锌原油黄金上涨下跌价格市场期货合约交易所"
FAVOURED = "abcdefghijklmnopqrstuvwxyz 0123456789" + HAN
MEAN = 1
#: Kinds of tokens in the file: normal, unknown, control, byte.
NORMAL, UNKNOWN_KIND, CONTROL, BYTE = 1, 2, 3, 6
#: Types of values in the file.
U32, I32, F32, BOOL, STRING, ARRAY = 4, 5, 6, 7, 8, 9
TEMPLATE = "{% for message in messages %}{{ message.role }}: {{ message.content }}\n{% endfor %}assistant: "

Values = dict[str, tuple[int, Any]]
Tensors = dict[str, NDArray[np.float32]]


def write_model(path: Path, *, pooled: bool = False) -> None:
    """Write the model to a file; `pooled` gives one vector a text instead of one a token."""
    tokens, kinds = _vocabulary()
    values, tensors = _values(tokens, kinds), _tensors(tokens)
    if pooled:
        values["llama.pooling_type"] = (U32, MEAN)
    head = [struct.pack("<4sIQQ", b"GGUF", 3, len(tensors), len(values))]
    for name, (kind, value) in values.items():
        head += [_text(name), struct.pack("<I", kind), _value(kind, value)]
    data: list[bytes] = []
    offset = 0
    for name, tensor in tensors.items():
        shape = tensor.shape[::-1]
        head += [_text(name), struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, 0, offset)]
        body = _padded(tensor.tobytes())
        data.append(body)
        offset += len(body)
    path.write_bytes(_padded(b"".join(head)) + b"".join(data))


def _vocabulary() -> tuple[list[str], list[int]]:
    tokens = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256)), *HAN]
    kinds = [UNKNOWN_KIND, CONTROL, CONTROL, *[BYTE] * 256, *[NORMAL] * len(HAN)]
    return tokens, kinds


def _values(tokens: list[str], kinds: list[int]) -> Values:
    return {
        "general.architecture": (STRING, "llama"),
        "general.name": (STRING, "chance"),
        "llama.context_length": (U32, CONTEXT),
        "llama.embedding_length": (U32, DIMENSION),
        "llama.block_count": (U32, LAYERS),
        "llama.feed_forward_length": (U32, INNER),
        "llama.attention.head_count": (U32, HEADS),
        "llama.attention.head_count_kv": (U32, HEADS),
        "llama.attention.layer_norm_rms_epsilon": (F32, 1e-5),
        "llama.rope.dimension_count": (U32, DIMENSION // HEADS),
        "llama.vocab_size": (U32, len(tokens)),
        "tokenizer.ggml.model": (STRING, "llama"),
        "tokenizer.ggml.tokens": (ARRAY, (STRING, tokens)),
        "tokenizer.ggml.scores": (ARRAY, (F32, [0.0] * len(tokens))),
        "tokenizer.ggml.token_type": (ARRAY, (I32, kinds)),
        "tokenizer.ggml.unknown_token_id": (U32, UNKNOWN),
        "tokenizer.ggml.bos_token_id": (U32, BEGIN),
        "tokenizer.ggml.eos_token_id": (U32, END),
        "tokenizer.ggml.add_space_prefix": (BOOL, False),
        "tokenizer.chat_template": (STRING, TEMPLATE),
    }


def _tensors(tokens: list[str]) -> Tensors:
    chance = np.random.default_rng(20240506)

    def some(*shape: int, spread: float = 0.08) -> NDArray[np.float32]:
        return chance.normal(0.0, spread, shape).astype(np.float32)

    embedding, output = some(len(tokens), DIMENSION, spread=0.6), some(len(tokens), DIMENSION, spread=0.35)
    embedding[:, 0] = 8.0
    # After the last norm the first dimension is about 7 for every token: a bias.
    output[:, 0] = [_bias(token) for token in tokens]
    ones = np.ones(DIMENSION, dtype=np.float32)
    tensors = {"token_embd.weight": embedding, "output_norm.weight": ones, "output.weight": output}
    for layer in range(LAYERS):
        square = {f"attn_{name}": some(DIMENSION, DIMENSION) for name in ("q", "k", "v", "output")}
        inner = {
            "ffn_gate": some(INNER, DIMENSION),
            "ffn_up": some(INNER, DIMENSION),
            "ffn_down": some(DIMENSION, INNER),
        }
        norms = {"attn_norm": ones, "ffn_norm": ones}
        tensors |= {f"blk.{layer}.{name}.weight": value for name, value in (square | inner | norms).items()}
    return tensors


def _bias(token: str) -> float:
    shown = chr(int(token[3:5], 16)) if token.startswith("<0x") else token
    if shown in ("}", '"'):
        return 0.6
    return 0.6 if len(shown) == 1 and shown in FAVOURED else -1.5


def _text(text: str) -> bytes:
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def _value(kind: int, value: Any) -> bytes:
    if kind == STRING:
        return _text(value)
    if kind == ARRAY:
        inner, items = value
        return struct.pack("<IQ", inner, len(items)) + b"".join(_value(inner, item) for item in items)
    return struct.pack({U32: "<I", I32: "<i", F32: "<f", BOOL: "<?"}[kind], value)


def _padded(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % ALIGNMENT)
