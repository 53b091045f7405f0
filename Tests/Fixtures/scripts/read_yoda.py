"""Reads the YODA file of HistogramTests with babyyoda and checks its numbers."""

import sys

from babyyoda.grogu.read import read

objects = read(sys.argv[1])
histogram, estimate = objects["/AMP/a"], objects["/AMP/b"]
assert list(histogram.xEdges()) == [0, 1, 3], histogram.xEdges()
assert [b.sumW() for b in histogram.bins()] == [1, 2], histogram.bins()
assert [b.sumW2() for b in histogram.bins()] == [1, 4]
assert [b.sumW() for b in histogram.bins(includeOverflows=True)] == [0, 1, 2, 4]
assert list(estimate.xEdges()) == [0, 1, 3]
assert estimate.error_labels() == ["mc", "statistical"], estimate.error_labels()
bins = estimate.bins()
assert [b.val() for b in bins] == [0.25, 1e-7]
assert bins[0].errors_up() == [0.5, 0.125] and bins[0].errors_dn() == [-0.5, -0.125]
assert bins[1].errors_up() == [2e-9, 1]
