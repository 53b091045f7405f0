"""Makes Tests/Fixtures/reference.safetensors with the package safetensors (0.5 or later).

    python3 Tests/Fixtures/scripts/make_safetensors_fixture.py
"""
import pathlib

import numpy as np
from safetensors.numpy import save_file

fixtures = pathlib.Path(__file__).resolve().parents[1]
save_file(
    {
        "weight": (np.arange(6, dtype=np.float32) / 4).reshape(2, 3),
        "bias": np.array([-0.5, 1e-300], dtype=np.float64),
        "step": np.array(12345678901, dtype=np.int64),
        "counts": np.array([-1, 2], dtype=np.int32),
        "flags": np.array([0, 1, 255], dtype=np.uint8),
        "nothing": np.zeros((0, 3), dtype=np.float32),
    },
    fixtures / "reference.safetensors",
    metadata={"process": "g g → γ γ g", "quoted": 'a "b" \\ c\n'},
)
