"""What the peers share: repetitions against the clock, and answers to requests on standard input."""

import json
import sys
import time

WARM_UP = 64


def run(step, steps, seconds):
    """At most so many steps in about so many seconds, at least one: the steps and seconds used."""
    start = time.perf_counter()
    for count in range(1, steps + 1):
        step()
        elapsed = time.perf_counter() - start
        if elapsed >= seconds:
            break
    return count, elapsed


def timed(step, seconds):
    """Milliseconds per step and the steps taken, after a warm-up."""
    run(step, WARM_UP, seconds)
    count, elapsed = run(step, sys.maxsize, seconds)
    return {"ms": elapsed / count * 1e3, "count": count}


def serve(answer):
    """Answers each line of JSON with one; what libraries print must not get between the answers."""
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        try:
            result = answer(json.loads(line))
        except Exception as error:  # told to the driver, which goes on without this mode
            result = {"error": f"{type(error).__name__}: {str(error)[:300]}"}
        print(json.dumps(result), file=answers, flush=True)
