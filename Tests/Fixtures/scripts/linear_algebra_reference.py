"""Reference numbers for AmpCore/LinearAlgebra from SciPy: writes ../linear_algebra.safetensors."""

import pathlib

import numpy as np
import scipy.linalg as sl

import safetensors

rng = np.random.default_rng(20250101)
out = {}

# A symmetric positive definite matrix with condition 1e4.
q, _ = sl.qr(rng.normal(size=(9, 9)))
spd = q @ np.diag(np.logspace(-2, 2, 9)) @ q.T
spd = (spd + spd.T) / 2
b = rng.normal(size=(9, 3))
out["spd"], out["spd/b"] = spd, b
out["spd/cholesky"] = sl.cholesky(spd, lower=True)
out["spd/solution"] = sl.cho_solve(sl.cho_factor(spd, lower=True), b)
out["spd/log_determinant"] = np.array(np.linalg.slogdet(spd)[1])

symmetric = rng.normal(size=(8, 8))
symmetric = symmetric + symmetric.T
values, vectors = sl.eigh(symmetric)
out["symmetric"], out["symmetric/values"] = symmetric, values
out["symmetric/vectors"] = vectors * np.sign(vectors[0])  # first component positive

tall = rng.normal(size=(11, 4))
q, r = sl.qr(tall, mode="economic")
sign = np.sign(np.diag(r))  # R with a positive diagonal is unique
out["tall"], out["tall/q"], out["tall/r"] = tall, q * sign, r * sign[:, None]

y = rng.normal(size=11)
x, _, rank, singular = sl.lstsq(tall, y)
out["least_squares/b"], out["least_squares/solution"] = y, x
out["least_squares/singular_values"] = singular
deficient = np.concatenate([tall, tall[:, :1] - 2 * tall[:, 2:3]], axis=1)
x, _, rank, _ = sl.lstsq(deficient, y)
assert rank == 4
out["deficient"], out["deficient/solution"] = deficient, x
wide = rng.normal(size=(3, 6))
out["wide"], out["wide/solution"] = wide, sl.lstsq(wide, y[:3])[0]
out["ridge/solution"] = np.linalg.solve(tall.T @ tall + 0.3 * np.eye(4), tall.T @ y)

safetensors.write(pathlib.Path(__file__).parent.parent / "linear_algebra.safetensors", out)
