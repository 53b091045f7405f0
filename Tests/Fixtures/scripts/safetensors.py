"""Writes named arrays as a safetensors file: u64 header length, JSON header, raw numbers."""

import json
import struct

import numpy as np


def write(path, tensors):
    header, blobs, offset = {}, [], 0
    for name, value in tensors.items():
        value = np.asarray(value)
        kind = {"f": "F", "i": "I"}[value.dtype.kind] + str(8 * value.dtype.itemsize)
        blob = np.ascontiguousarray(value).astype(value.dtype.newbyteorder("<")).tobytes()
        header[name] = {
            "dtype": kind, "shape": list(value.shape), "data_offsets": [offset, offset + len(blob)]}
        blobs.append(blob)
        offset += len(blob)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(blobs))
    print(f"{path}: {len(tensors)} tensors, {8 + len(text) + offset} bytes")
