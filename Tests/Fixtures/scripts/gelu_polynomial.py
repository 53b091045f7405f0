#!/usr/bin/env python3
"""The polynomial by which GELU is computed in single precision where no derivative is needed.

    gelu_polynomial.py [DEGREE [END]]

Prints P(t), t = 2x²/END² − 1, in powers of t, for which the largest |½ + x P(t) − Φ(x)| up to END is
as small as it can be (Lawson's reweighted least squares in Chebyshev polynomials), and that error. Used in
Sources/CAmpKernels/levels/level.inc.h with the defaults, 14 and 5.3. Needs NumPy and mpmath.
"""

import sys

import mpmath
import numpy as np
from numpy.polynomial import chebyshev

degree = int(sys.argv[1]) if len(sys.argv) > 1 else 14
end = float(sys.argv[2]) if len(sys.argv) > 2 else 5.3
mpmath.mp.dps = 40

nodes = np.cos(np.pi * (np.arange(600) + 0.5) / 600)
x = np.sqrt((nodes + 1) / 2) * end
target = np.array([float(mpmath.erf(mpmath.mpf(float(a)) / mpmath.sqrt(2)) / 2) for a in x])
basis = chebyshev.chebvander(nodes, degree) * x[:, None]
weights = np.ones(len(nodes))
for _ in range(400):
    root = np.sqrt(weights)
    solution = np.linalg.lstsq(basis * root[:, None], target * root, rcond=None)[0]
    error = np.abs(basis @ solution - target)
    weights *= error
    weights = weights / weights.sum() + 1e-14

print(", ".join(f"{c:.9g}f" for c in chebyshev.cheb2poly(solution)))
print(f"largest error {error.max():.1e}")
