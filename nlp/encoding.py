"""What linear models make of a batch: its known n-grams, what each of them adds, and the scores."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nlp import kernels
from nlp.features import FIELDS, Known, Linear, count_known, known, named_characters, occurrences, weigh
from nlp.segment import Segmented
from nlp.vocabulary import Vocabulary

NO_LINEAR = Linear(
    vocabulary=Vocabulary(np.zeros(0, np.uint64)),
    idf=np.zeros(0, np.float32),
    weights=np.zeros((0, 1), np.float32),
    bias=np.zeros(1, np.float32),
)
"""Knows nothing and scores everything 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """A batch of titles and bodies as linear models read it.

    The columns of `known` are those of the model, or where compiled loops serve those of `joint`. `shares` is what each of
    its n-grams adds to the TF-IDF figure of its column in its row; `features` counts the different columns of each row.
    `scores` has shape (rows, classes); `others` are the scores of the second model, shape (rows,). `loops` are the compiled
    loops that read it, and must go on with it; None for their twins.
    """

    joint: Joint
    loops: kernels.Loops | None
    tokens: Segmented
    known: Known
    shares: NDArray[np.float32]
    features: NDArray[np.int64]
    scores: NDArray[np.float32]
    others: NDArray[np.float32]


HASH, IDF, OTHER_IDF, OTHER_WEIGHT, MEAN, WEIGHTS = 0, 2, 3, 4, 5, 6
"""Where things stand in a record: the hash takes the first two places, the weights of the themes all from the last."""
LINE = 16
"""A record fills whole lines of a processor's cache, of so many numbers."""
BITS_EACH = 8
"""Least number of bits of the bitmap for each column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """A joint vocabulary laid out for the compiled reader.

    `bits` is a bitmap of the highest bits of all hashes. `slots` is an open-addressing table like that of
    `nlp.vocabulary`: the low half of a hash above its column plus 1, or 0. `records` hold for each column all that is known
    of it; its idf is 0 where a model does not know it. `characters` gives the column of each single character below
    U+10000 in any field, and in the title, -1 for none: shape (2, 65536). `logarithms` holds 1 + ln n at n.
    """

    bits: NDArray[np.uint8]
    slots: NDArray[np.uint64]
    records: NDArray[np.float32]
    characters: NDArray[np.int32]
    logarithms: NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Joint:
    """Two linear models, the second with one class, of which the n-grams of a batch are looked up at once."""

    linear: Linear
    other: Linear

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """What either knows; what most texts have comes first, so that it lies side by side, near to the processor."""
        return self._joined[0]

    @property
    def columns(self) -> NDArray[np.int32]:
        """Columns of both models, or -1, for each of `vocabulary`: shape (n, 2)."""
        return self._joined[1]

    @cached_property
    def _joined(self) -> tuple[Vocabulary, NDArray[np.int32]]:
        models = (self.linear, self.other)
        hashes = np.sort(np.concatenate([model.vocabulary.hashes for model in models]))
        # np.union1d goes through a hash table first and takes many times as long, at every start
        hashes = hashes[np.concatenate([hashes[:1] == hashes[:1], hashes[1:] != hashes[:-1]])]
        columns = np.stack([model.vocabulary.find(hashes) for model in models], axis=1)
        rarity = np.full(len(hashes), np.inf, np.float32)
        for model, own in zip(models, columns.T, strict=True):
            known = np.flatnonzero(own >= 0)
            rarity[known] = np.minimum(rarity[known], model.idf[own[known]])
        order = np.argsort(rarity, kind="stable")
        return Vocabulary(hashes[order]), columns[order]

    @cached_property
    def tables(self) -> Tables:
        """What the compiled reader looks up."""
        return _tables(self)

    def prepare(self) -> None:
        """Make the tables now."""
        _ = self.tables

    def encode(self, tokens: Segmented) -> Encoded:
        """Find, count, weigh and score the n-grams of a batch."""
        if loops := kernels.loaded():
            *arrays, shares, features, scores, others = loops.encode(tokens, self, len(FIELDS))
            found = Known(**dict(zip(("rows", "starts", "ends", "columns"), arrays, strict=True)))
            return Encoded(
                joint=self, loops=loops, tokens=tokens, known=found, shares=shares, features=features, scores=scores,
                others=others,
            )  # fmt: skip
        n_rows = (len(tokens.bounds) - 1) // len(FIELDS)
        every = occurrences(tokens)
        own, others = (known(every, model.vocabulary) for model in (self.linear, self.other))
        counts, entries = count_known(own, n_rows, len(self.linear.vocabulary))
        rows = weigh(counts, self.linear.idf)
        other_counts, _ = count_known(others, n_rows, len(self.other.vocabulary))
        return Encoded(
            joint=self,
            loops=None,
            tokens=tokens,
            known=own,
            shares=(rows.data / counts.data)[entries],
            features=np.diff(rows.indptr),
            scores=self.linear.scores(rows),
            others=self.other.scores(weigh(other_counts, self.other.idf))[:, 0],
        )


def _tables(joint: Joint) -> Tables:
    hashes, linear = joint.vocabulary.hashes, joint.linear
    table = Vocabulary(hashes, slots_each=2)
    slots = table.slots
    taken = np.flatnonzero(slots >= 0)
    packed = np.zeros(len(slots), np.uint64)
    held = slots[taken].astype(np.uint64)
    packed[taken] = (hashes[slots[taken]] << np.uint64(32)) | (held + np.uint64(1))
    width = -(-(WEIGHTS + len(linear.bias)) // LINE) * LINE
    records = np.zeros((max(len(hashes), 1), width), np.float32)
    if len(hashes):
        records.view(np.uint64)[:, HASH] = hashes
    for place, model, column in ((IDF, linear, joint.columns[:, 0]), (OTHER_IDF, joint.other, joint.columns[:, 1])):
        known = np.flatnonzero(column >= 0)
        records[known, place] = model.idf[column[known]]
    own, others = (np.flatnonzero(column >= 0) for column in joint.columns.T)
    records[others, OTHER_WEIGHT] = joint.other.weights[joint.columns[others, 1], 0]
    records[own, MEAN] = linear.mean[joint.columns[own, 0]]
    records[own, WEIGHTS : WEIGHTS + len(linear.bias)] = linear.weights[joint.columns[own, 0]]
    size = max(6, (BITS_EACH * len(hashes)).bit_length())
    marks = np.zeros(1 << size, bool)
    marks[(hashes >> np.uint64(64 - size)).astype(np.int64)] = True
    return Tables(
        bits=np.packbits(marks, bitorder="little"),
        slots=packed,
        records=records,
        characters=np.stack([table.lookup(each) for each in named_characters()]),
        logarithms=(1.0 + np.log(np.maximum(np.arange(1 << 12, dtype=np.float32), 1.0))).astype(np.float32),
    )


def join(linear: Linear, other: Linear | None = None) -> Joint:
    """Join a model with another, or with none."""
    return Joint(linear=linear, other=other or NO_LINEAR)
