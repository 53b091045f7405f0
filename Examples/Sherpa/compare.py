#!/usr/bin/env python3
"""What unweighted events of a surrogate say of its cross section: compare.py LABELLED PREDICTED

LABELLED is written by amp-cli amplitude from the events, PREDICTED by amp-cli predict from LABELLED.
Events follow the surrogate's |M|^2. So the mean of exact/surrogate over them is the ratio of the cross
sections, much more precisely than the difference of two integrals; and the mean of sigma_tot/A is what
the surrogate states for its cross section if all errors go the same way, sqrt(sum (sigma_tot/A)^2)/N if
they are independent. Needs NumPy.
"""
import sys

import numpy as np


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    labelled, predicted = np.load(sys.argv[1]), np.load(sys.argv[2])
    exact, surrogate = labelled["amplitudes"], predicted["amplitude"]
    if len(exact) != len(surrogate):
        sys.exit(f"{len(exact)} points are labelled, {len(surrogate)} predicted")
    parts = [predicted[name] for name in ("systematic", "statistical") if name in predicted]
    if not parts:
        sys.exit("the surrogate knows no uncertainty")
    sigma = np.sqrt(sum(part**2 for part in parts)) / surrogate
    ratio = exact / surrogate
    count = len(ratio)
    difference = ratio - 1
    pull = -difference / sigma
    print(f"events                        {count}")
    print(f"exact/surrogate - 1           {difference.mean():.2e} +- {ratio.std() / count**0.5:.1e}")
    print(f"stated, errors together       {sigma.mean():.2e}")
    print(f"stated, errors independent    {np.sqrt((sigma**2).sum()) / count:.1e}")
    print(f"|exact/surrogate - 1|         median {np.median(abs(difference)):.1e}, "
          f"99 % {np.quantile(abs(difference), 0.99):.1e}, largest {abs(difference).max():.1e}")
    print(f"within 1, 2, 3 sigma          "
          + ", ".join(f"{100 * (abs(pull) < n).mean():.1f} %" for n in (1, 2, 3)))


if __name__ == "__main__":
    main()
