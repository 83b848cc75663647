"""One video's file in a store: tensors in the safetensors format, the same bytes whoever writes them.

The library's own writer puts the metadata in random order; this one sorts them, so that two processes that
encode one video make files that are equal byte for byte.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from temadapter.errors import DataError
from temadapter.text_formats import json_value

if TYPE_CHECKING:
    from torch import Tensor

DIGEST = "digest"
MOST_HEADER = 100 * 2**20  # as the library has it
_NAMES = {"float64": "F64", "float32": "F32", "float16": "F16", "uint8": "U8"}


def content_digest(row: Mapping[str, Any], tensors: Mapping[str, bytes | bytearray]) -> str:
    """Return SHA-256 over a video's record and its tensors: what a changed bit, a zero or a NaN would change."""
    digest = hashlib.sha256(_canonical({name: value for name, value in row.items() if name != DIGEST}))
    for name in sorted(tensors):
        digest.update(f"\n{name}:{len(tensors[name])}\n".encode())
        digest.update(tensors[name])
    return digest.hexdigest()


def write_video_file(path: Path, row: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> dict[str, Any]:
    """Write `tensors` and their record to `path`.

    Args:
        path: A temporary name; the caller renames it.
        row: What the manifest says of the video.
        tensors: By name, contiguous and on the CPU.

    Returns:
        The record with the digest under which it was written.
    """
    content = {name: tensor.numpy().tobytes() for name, tensor in tensors.items()}
    record = dict(row) | {DIGEST: content_digest(row, content)}
    header: dict[str, Any] = {
        "__metadata__": {name: json.dumps(value) for name, value in sorted(record.items())}
    }
    # The format wants every tensor aligned to its numbers: the widest come first.
    order = sorted(tensors, key=lambda name: (-tensors[name].element_size(), name))
    offset = 0
    for name in order:
        end = offset + len(content[name])
        dtype = _NAMES[str(tensors[name].dtype).removeprefix("torch.")]
        header[name] = {"dtype": dtype, "shape": list(tensors[name].shape), "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as handle:
        handle.write(len(text).to_bytes(8, "little") + text)
        for name in order:
            handle.write(content[name])
    return record


def read_record(path: Path) -> dict[str, Any]:
    """Return the record in a video's file without reading its tensors.

    Raises:
        OSError: It cannot be read.
        ValueError: It is not whole, or was not written by a store.
    """
    with path.open("rb") as handle:
        size = handle.seek(0, 2)
        handle.seek(0)
        length = int.from_bytes(handle.read(8), "little")
        if not 2 <= length <= min(size - 8, MOST_HEADER):
            raise ValueError("it is cut short or not a safetensors file")
        record, end = _parsed(handle.read(length))
    if 8 + length + end != size:
        raise ValueError(f"it has {size} bytes where {8 + length + end} are needed")
    return record


def read_video_file(path: Path) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Return the record and the tensors of a video's file, after checking them against their digest.

    Raises:
        FileNotFoundError: There is no such file.
        DataError: It cannot be read, is cut short, was changed after it was written, or was not written by a store.
    """
    import torch
    from safetensors import SafetensorError, deserialize

    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror or error}).") from error
    try:
        record, _ = _parsed(content[8 : 8 + int.from_bytes(content[:8], "little")])
        found = dict(deserialize(content))  # type: ignore[no-untyped-call]
        tensors = {name: _tensor(torch, found[name]) for name in ("features", "times")}
    except (SafetensorError, ValueError, KeyError, TypeError, OverflowError) as error:
        raise DataError(f"{path} is broken ({error}); delete it and run `temadapter extract`.") from error
    own = {name: found[name]["data"] for name in tensors}
    if record.get(DIGEST) not in (None, content_digest(record, own)):
        raise DataError(
            f"{path} is broken (its content does not match the digest that it was written with); delete it and run "
            "`temadapter extract`."
        )
    if DIGEST not in record and not bool(
        tensors["features"].any()
    ):  # of an earlier version, which had no digests
        raise DataError(f"{path} holds nothing but zeros; delete it and run `temadapter extract`.")
    return record, tensors


def _parsed(text: bytes) -> tuple[dict[str, Any], int]:
    """Return the record in a header, and how many bytes of tensors follow it."""
    header = json_value(text)
    try:
        record = {name: json_value(value) for name, value in header.pop("__metadata__").items()}
        end = max((int(entry["data_offsets"][1]) for entry in header.values()), default=0)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise ValueError("it holds no record of its video") from error
    if "id" not in record:
        raise ValueError("it holds no record of its video")
    return record, end


def _tensor(torch: Any, entry: Mapping[str, Any]) -> Tensor:
    dtype = {short: getattr(torch, name) for name, short in _NAMES.items()}[entry["dtype"]]
    data = entry["data"]
    flat = torch.frombuffer(data, dtype=dtype) if len(data) else torch.empty(0, dtype=dtype)
    tensor: Tensor = flat.reshape(entry["shape"])
    return tensor


def _canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
