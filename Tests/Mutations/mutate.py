#!/usr/bin/env python3
"""Changes one line of the numerical code at a time, and looks whether the named test goes red.

    Tests/Mutations/mutate.py [--only 3,7] [--folder FOLDER] [--markdown FILE]

Works on a copy of the checkout in FOLDER (amp-mutations in the folder for temporary files), built
without optimisation, where a changed line costs seconds; the checkout itself is never touched.
results.json in FOLDER keeps what was found, so that a run that was stopped goes on where it was;
after changes of sources or tests remove it. First all named tests must be green without a change.
Exits with 1 if a mutant survives or its tests do not end, and with 2 if one cannot be made or built.
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]

# What is broken, the file, the old text, the new text, the tests that must notice.
MUTATIONS = [
    ("uniform random numbers: key of a round", "Sources/AmpCore/Random/Philox.swift",
     "k1 &+= 0xBB67_AE85", "k1 &+= 0xBB67_AE84", "PhiloxTests"),
    ("exp: the low part of ln 2", "Sources/CAmpKernels/levels/math.inc.h",
     "return (x - k * (real)LN2_HIGH) - k * (real)LN2_LOW;", "return x - k * (real)LN2_HIGH;",
     "VectorMathTests"),
    ("GELU: its derivative", "Sources/CAmpKernels/levels/evaluate.inc.h",
     "*d = cumulative + NAME(unless_zero)(density, z * density);",
     "*d = cumulative - NAME(unless_zero)(density, z * density);", "VectorMathTests"),
    ("GELU of predictions: its polynomial", "Sources/CAmpKernels/levels/math.inc.h",
     "vreal y = x * p + (real)0.5;", "vreal y = x * p + (real)0.50001;", "VectorMathTests"),
    ("sum over shards: the odd one left over", "Sources/CAmpKernels/levels/update.inc.h",
     "t[p] = 2 * p + 1 < m ? t[2 * p] + t[2 * p + 1] : t[2 * p];",
     "t[p] = 2 * p + 1 < m ? t[2 * p] + t[2 * p + 1] : t[2 * p + 1];", "AmpCoreTests.UpdateTests"),
    ("sum over shards: a branch before all its shards are there",
     "Sources/AmpNets/Training/BranchSums.swift", "guard done == shards",
     "guard done == 1", "BranchSumsTests"),
    ("blocks of a shard: adding up their gradients", "Sources/AmpNets/Training/BlockPass.swift",
     "accumulate: start > 0", "accumulate: false", "BlockPassTests"),
    ("product handed back through ReLU: the mask", "Sources/CAmpKernels/levels/product.inc.h",
     "case AMP_MASK: STORE_AS(NAME(pull_back)(AMP_RELU, x, LOAD(with + at), x, 0))",
     "case AMP_MASK: STORE_AS(x)", "PullBackTests"),
    ("shortened weights: the order of their bytes", "Sources/CAmpKernels/levels/shortened.inc.h",
     "Z, 0, 1, 2, Z, 3, 4, 5, Z, 6,", "Z, 0, 1, 2, Z, 3, 5, 4, Z, 6,", "ShortenedTests"),
    ("weights of a fit in double precision: rounding", "Sources/AmpUncertainty/Fit.swift",
     "context).values).rounded)", "context).values))", "PointEvaluatorTests"),
    ("packing of a transpose: exchange of rows and columns", "Sources/CAmpKernels/levels/vector.inc.h",
     "x[r + s][i] = i & s ? b[i] : a[i + s];", "x[r + s][i] = i & s ? b[i] : a[i];", "ProductTests"),
    ("Adam: weight of the new gradient", "Sources/CAmpKernels/levels/update.inc.h",
     "m[i] = m[i] + (g[i] - m[i]) * (1 - beta1);", "m[i] = m[i] + (g[i] - m[i]) * beta1;",
     "AmpCoreTests.UpdateTests"),
    ("Adam: bias correction of the mean", "Sources/AmpNets/Optimizers/Adam.swift",
     "rate: rate / (1 - power(beta1, step))", "rate: rate", "TrainerTests"),
    ("SOAP: bias correction of the direction", "Sources/AmpNets/Optimizers/SOAP.swift",
     "epsilon: 1e-8, scale: 1 / (1 - power(beta, step)))", "epsilon: 1e-8, scale: 1)",
     "SOAPTests"),
    ("TreeSum: adding what another rank has", "Sources/AmpNets/Training/TreeSum.swift",
     "S.axpby(count: count, 1, received.pointer, 1, x)",
     "S.axpby(count: count, 1, received.pointer, 0, x)", "RanksReproducibilityTests"),
    ("Gauss–Newton: sign of the momentum", "Sources/AmpNets/Finishing/GaussNewton.swift",
     "right.pointer[row] = residual - options.momentum * jacobian.along.pointer[row]",
     "right.pointer[row] = residual + options.momentum * jacobian.along.pointer[row]",
     "AmpNetsTests.FinishingTests"),
    ("splines: Cox–de Boor recursion", "Sources/CAmpKernels/levels/spline.inc.h",
     "carried = (u + (real)(k - 1 - j)) * part;", "carried = (u + (real)(k - j)) * part;",
     "KANTests"),
    ("geometric product: metric", "Sources/CAmpKernels/levels/multivector.inc.h",
     "__builtin_parity(a >> 3 & b) ^ __builtin_parity(a & b & 14);",
     "__builtin_parity(a >> 3 & b) ^ __builtin_parity(a & b & 12);", "AlgebraTests"),
    ("features: ln s of two momenta", "Sources/AmpNets/Features/LogInvariant.swift",
     "- p[1] * q[1] - p[2] * q[2] - p[3] * q[3]", "- p[1] * q[1] - p[2] * q[2] + p[3] * q[3]",
     "FeatureTests"),
    ("target: power of the energy in the eikonal factor",
     "Sources/AmpNets/Features/TargetTransform.swift",
     "return Double(n - 6) * energy", "return Double(n - 5) * energy", "TargetTransformTests"),
    ("Gaussian likelihood: slope of ln σ²",
     "Sources/AmpUncertainty/Likelihoods/HeteroscedasticGaussian.swift",
     "raw < low || raw > high ? 0 : weight * 0.5 * (1 - squaredPull)",
     "raw < low || raw > high ? 0 : weight * (1 - squaredPull)", "HeteroscedasticGaussianTests"),
    ("evidential likelihood: slope of ln ν",
     "Sources/AmpUncertainty/Likelihoods/EvidentialGaussian.swift",
     "* (2 * nu * size - loss.byLogScale / (1 + nu))",
     "* (nu * size - loss.byLogScale / (1 + nu))", "AmpUncertaintyTests.LikelihoodTests"),
    ("mixture: shift of the components",
     "Sources/AmpUncertainty/Likelihoods/GaussianMixture.swift",
     "let residual = means[k] + shifts[k] - y\n            terms[k] =",
     "let residual = means[k] - y\n            terms[k] =", "LikelihoodReferenceTests"),
    ("KL term: its constant", "Sources/AmpNets/Training/WeightPosterior.swift",
     "(sum - Double(view.count) * (1 + log(precision)))",
     "(sum - Double(view.count) * (1 - log(precision)))", "WeightPosteriorTests"),
    ("repulsion: bandwidth of the kernel", "Sources/AmpUncertainty/Ensembles/Repulsion.swift",
     "(2 * log(Double(members + 1)))", "(2 * log(Double(members)))", "RepulsionTests"),
    ("statistical uncertainty: unbiased variance",
     "Sources/AmpUncertainty/Methods/MomentAverage.swift",
     "squares / (count - 1) + stated", "squares / count + stated", "EnsembleSurrogateTests"),
    ("statistical pulls: N − 1", "Sources/AmpUncertainty/Calibration/StatisticalPulls.swift",
     "squares.map { ($0 / Double(members.count - 1)).squareRoot() }",
     "squares.map { ($0 / Double(members.count)).squareRoot() }", "StatisticalPullTests"),
    ("calibration curve: error of a fraction",
     "Sources/AmpUncertainty/Calibration/CalibrationCurve.swift",
     "($0 * (1 - $0) / points).squareRoot()", "($0 / points).squareRoot()", "CalibrationCurveTests"),
    ("head refit: Newton's curvature", "Sources/AmpUncertainty/Recalibration/HeadRefit.swift",
     "let slope = 0.5 * (1 - now.pulls[i]) / Double(count)",
     "let slope = 0.5 * (0.9 - now.pulls[i]) / Double(count)", "HeadRefitTests"),
    ("network for sigma: how much of it counts",
     "Sources/AmpUncertainty/Recalibration/Recalibration+Network.swift",
     "try (0...10).map { step in", "try (10...10).map { step in", "WidthNetworkTests"),
    ("smooth calibration: the line between two nodes",
     "Sources/AmpUncertainty/Recalibration/Recalibration.swift",
     "let share = (value - nodes[above - 1]) / (nodes[above] - nodes[above - 1])",
     "let share = 0.0", "SmoothTests"),
    ("tail: the law of the largest tenths of a percent",
     "Sources/AmpUncertainty/Recalibration/Recalibration+Tail.swift",
     "[333, 1000].filter", "[Int]().filter", "TailTests"),
    ("phase space: energies before the boost", "Sources/AmpData/PhaseSpace/Rambo.swift",
     "q[0] = -log(random.uniform() * random.uniform())", "q[0] = -log(random.uniform())",
     "MasslessPhaseSpaceTests"),
    ("gluon amplitude: helicities of four gluons",
     "Sources/AmpData/Amplitudes/GluonTreeAmplitude.swift",
     "return couplings / 256 * (gluons == 4 ? 1 : 2)", "return couplings / 256 * 2",
     "GluonTreeAmplitudeTests"),
    ("loop functions: dilogarithm of 1/r", "Sources/AmpData/Amplitudes/LoopFunctions.swift",
     "other.dilog = log.squared * Lanes(-0.5, -0.5) - dilog",
     "other.dilog = log.squared * Lanes(-0.5, -0.5) + dilog", "LoopFunctionTests"),
    ("unweighting: weights above one", "Sources/AmpData/Unweighting/UnweightingTally.swift",
     "weight * max(1, second)", "weight", "UnweightingTallyTests"),
    ("divergence: weights that are not finite", "Sources/AmpNets/Training/Trainer.swift",
     "guard step.isFinite else { return .weights }", "", "DivergenceTests"),
    ("divergence: loss before training", "Sources/AmpUncertainty/Checkpoint.swift",
     "untrainedLoss: header.untrainedLoss.map { Double(bitPattern: $0) })",
     "untrainedLoss: nil)", "DivergenceTests"),
    ("threads: waking too late", "Sources/AmpCore/Parallel/Baton.swift",
     "bed.wait()\n      // The thread", "bed.wait()\n      if true { return }\n      // The thread",
     "CrewTests"),
    # On one level alone, and noticed only where the processor has it.
    ("exp with AVX-512 alone: the low part of ln 2", "Sources/CAmpKernels/levels/math.inc.h",
     "return (x - k * (real)LN2_HIGH) - k * (real)LN2_LOW;",
     "return (x - k * (real)LN2_HIGH) - k * (real)(VECTOR_BYTES == 64 ? 0 : LN2_LOW);",
     "LevelAgreementTests"),
    ("GELU with AVX2 alone: the tail of the Gaussian", "Sources/CAmpKernels/levels/math.inc.h",
     "const vreal tail = e * p * ((z + (real)TAIL_K) * q);",
     "const vreal tail = e * p * ((z + (real)TAIL_K) * q) * (real)(VECTOR_BYTES == 32 ? 1.0001 : 1);",
     "PortabilityTests"),
]


class Copy:
    """The copy of the checkout in which lines are changed."""

    def __init__(self, folder):
        self.tree = folder / "tree"
        files = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT,
            check=True, capture_output=True).stdout
        names = {name for name in files.decode().split("\0") if name and (ROOT / name).is_file()}
        for old in self.tree.rglob("*"):
            name = old.relative_to(self.tree)
            if name.parts[0] not in (".build", "Package.resolved") and old.is_file():
                if str(name) not in names:
                    old.unlink()
        for name in names:
            target = self.tree / name
            # What did not change is left alone, so that its build of an earlier run stays.
            if target.exists() and target.read_bytes() == (ROOT / name).read_bytes():
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target)

    def build(self):
        """Builds all tests; returns what the compiler says if it fails."""
        # Kernels with optimisation: without, tests of networks take minutes.
        done = subprocess.run(
            ["swift", "build", "--build-tests", "--quiet", "-Xcc", "-O2"], cwd=self.tree,
            capture_output=True, text=True)
        return "" if done.returncode == 0 else done.stdout + done.stderr

    def fails(self, tests):
        """Whether `tests` go red, None without an end, and the first line in which they say so."""
        try:
            done = subprocess.run(
                ["swift", "test", "--skip-build", "-Xcc", "-O2", "--filter", tests], cwd=self.tree,
                capture_output=True, text=True, timeout=900)
        except subprocess.TimeoutExpired:
            return None, "no end after 15 minutes"
        text = done.stdout + done.stderr
        if done.returncode == 0:
            if "with 0 tests" in text and "Executed 0 tests" in text:
                sys.exit(f"mutate: there are no tests called {tests}")
            return False, ""
        for line in text.splitlines():
            if "recorded an issue" in line or ": error:" in line or "Fatal" in line:
                return True, line.strip()
        return True, text.strip().splitlines()[-1] if text.strip() else "no output"


def name_of(line):
    """The test that a line of the test runner names."""
    for mark, end in (("Test ", " recorded"), ("error: ", " :")):
        if mark in line and end in line:
            return line.split(mark, 1)[1].split(end, 1)[0].split("(", 1)[0].strip('" ')
    return line[:60]


def table(results):
    rows = ["| what is changed | file | from | to | went red | |", "|---|---|---|---|---|---|"]

    def code(text):
        return "`" + " ".join(text.split()).replace("|", "\\|") + "`"

    for what, file, old, new, tests in MUTATIONS:
        result = results.get(what)
        if result is None:
            continue
        state = result["state"]
        red = f"`{result['test']}`" if state == "killed" else state
        name = pathlib.Path(file).name
        rows.append(f"| {what} | {name} | {code(old)} | {code(new)} | {red} in {tests} | "
                    f"{result['seconds']:.0f} s |")
    return "\n".join(rows) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    default = pathlib.Path(tempfile.gettempdir()) / "amp-mutations"
    parser.add_argument("--folder", type=pathlib.Path, default=default)
    parser.add_argument("--only", help="numbers of mutations, from 1, with commas")
    parser.add_argument("--markdown", type=pathlib.Path, help="where to write the table")
    arguments = parser.parse_args()

    for what, file, old, new, _ in MUTATIONS:
        count = (ROOT / file).read_text().count(old)
        if count != 1:
            print(f"mutate: {what}: the old text stands {count} times in {file}", file=sys.stderr)
            return 2
    copy = Copy(arguments.folder)
    memory = arguments.folder / "results.json"
    results = json.loads(memory.read_text()) if memory.exists() else {}

    def keep():
        temporary = memory.with_suffix(".tmp")
        temporary.write_text(json.dumps(results, indent=1, ensure_ascii=False))
        temporary.replace(memory)

    print("mutate: building without a change", flush=True)
    problem = copy.build()
    if problem:
        print(problem, file=sys.stderr)
        return 2
    numbers = range(len(MUTATIONS))
    if arguments.only:
        numbers = [int(number) - 1 for number in arguments.only.split(",")]
    green = results.setdefault("green", [])
    for tests in sorted({MUTATIONS[k][4] for k in numbers} - set(green)):
        fails, line = copy.fails(tests)
        if fails is not False:
            print(f"mutate: {tests} is red without a change: {line}", file=sys.stderr)
            return 2
        print(f"mutate: {tests} is green without a change", flush=True)
        green.append(tests)
        keep()

    for k in numbers:
        what, file, old, new, tests = MUTATIONS[k]
        if what in results and not arguments.only:
            continue
        began = time.monotonic()
        path = copy.tree / file
        text = path.read_text()
        try:
            path.write_text(text.replace(old, new))
            problem = copy.build()
            fails, line = (False, "") if problem else copy.fails(tests)
        finally:
            path.write_text(text)
        state = (
            "not built" if problem else "no end" if fails is None
            else "killed" if fails else "SURVIVED")
        results[what] = {"state": state, "test": name_of(line), "line": line or problem[-300:],
                         "seconds": time.monotonic() - began}
        keep()
        print(f"mutate: {k + 1} of {len(MUTATIONS)}, {what}: {state} {name_of(line)}", flush=True)

    text = table(results)
    if arguments.markdown:
        arguments.markdown.write_text(text)
    print("\n" + text)
    states = [results[what]["state"] for what, *_ in MUTATIONS if what in results]
    print(f"{states.count('killed')} of {len(states)} mutants were noticed")
    if "not built" in states:
        return 2
    return 0 if states.count("killed") == len(states) else 1


if __name__ == "__main__":
    sys.exit(main())
