"""Evaluates ONNX surrogates with ONNX Runtime and compares them with Amp's own predictions.

    python3 onnx_predict.py POINTS.npz TOLERANCE MODEL.onnx PREDICTION.npz [MODEL.onnx …]

Every model is checked by onnx.checker first. Deviations are relative to the amplitude or, if it is
larger, to the number itself. Says the largest one per model; exit code 1 if one exceeds TOLERANCE.
"""

import sys

import numpy as np
import onnx
import onnxruntime

points, tolerance, files = sys.argv[1], float(sys.argv[2]), sys.argv[3:]
momenta = np.load(points)["momenta"].astype(np.float64)
failed = False
for path, prediction in zip(files[::2], files[1::2]):
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    session = onnxruntime.InferenceSession(path, options)
    names = [output.name for output in session.get_outputs()]
    ours = np.load(prediction)
    worst = 0.0
    if sorted(names) != sorted(ours.files):
        print(f"{path}: outputs {names}, predicted {ours.files}")
        failed = True
        continue
    for name, theirs in zip(names, session.run(None, {"momenta": momenta})):
        assert theirs.shape == ours[name].shape, (name, theirs.shape)
        deviation = np.abs(theirs - ours[name]) / np.maximum(ours["amplitude"], ours[name])
        worst = max(worst, deviation.max())
        if not np.all(np.isfinite(theirs)):
            worst = np.inf
    print(f"{path}: largest deviation {worst:.2e} over {len(momenta)} points")
    failed |= not worst <= tolerance
sys.exit(failed)
