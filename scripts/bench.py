"""Measurements that anyone can repeat: `python scripts/bench.py NAME [FOLDER]`.

accusations   recall and false alarms of both detectors of accusations
accuracy      themes: ours beside common baselines, learning curves, ablations, calibration and coverage
ablations     what each ingredient of the classifier is worth
import        hostile files beside other requests; 50,000 rows in, beside classifying them
judgement     reasons, disguises, flipped labels, shares of themes, similar cases
matters       several matters in one text: secondary themes named, false alarms; matters-fit: the weights of nlp.turns
pages         server time of every page with 100,000 submissions (FOLDER: where the database is kept)
review        what somebody who reviews waits for, with 100,000 submissions stored
speed         how fast, beside what is usual and beside the limits; writes docs/performance.md. Parts may be named
              after FOLDER: batch slope processes single start files training shapes http million
check         whether a key path costs more than is recorded; `record` writes down what they cost now

FOLDER holds collected texts (labelled.csv and others, see scripts/benches/texts.py); without it `accuracy`,
`ablations` and `judgement` measure the project's own corpus alone.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.benches import ablations, accuracy, accusations, guard, importing, judgement, matters, pages, review, speed

BENCHES = {
    "accusations": accusations.run,
    "accuracy": accuracy.run,
    "ablations": ablations.run,
    "import": importing.run,
    "judgement": judgement.run,
    "matters": matters.run,
    "matters-fit": matters.fit,
    "pages": pages.run,
    "review": review.run,
    "speed": speed.run,
    "check": guard.check,
    "record": guard.record,
}


def main() -> int:
    """Run the program."""
    name, *given = sys.argv[1:] or [""]
    if name not in BENCHES or (len(given) > 1 and name != "speed"):
        print(__doc__, file=sys.stderr)
        return 2
    BENCHES[name](Path(given[0]) if given else None, *given[1:])
    return 0


if __name__ == "__main__":
    sys.exit(main())
