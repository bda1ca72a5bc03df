"""Quick search for the texts that another may repeat: fingerprints of shingles and of numbers, and an index of them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from zlib import crc32

from assets.records.wording import MARKS, SLOT, Prepared
from assets.text.spans import digest_id

__all__ = ["Index", "fingerprint", "sharing"]

#: Smallest hashes kept of a text's characters, of its pairs of numbers, and length of the character runs that are hashed.
SKETCH, ANCHORS, SHINGLE = 24, 8, 4
#: Characters that are hashed at most; longer texts are found by their beginning.
SKETCHED = 500_000
#: Documents remembered for one hash (the earliest), hashes that two texts must share, candidates that are compared.
POSTINGS, SHARED, CANDIDATES = 24, 3, 12
_WIDTH = 8


def fingerprint(prepared: Prepared) -> str:
    """Return what finds a text again.

    Hash of all that is compared; then, in hexadecimal, its smallest shingle hashes and the smallest hashes of its pairs of
    neighbouring numbers, which tell texts of one template apart.
    """
    whole = digest_id(prepared.wording, *prepared.numbers)
    return f"{whole}:{''.join(f'{h:08x}' for h in (*_sketch(prepared), *_anchors(prepared.numbers)))}"


def _sketch(prepared: Prepared) -> list[int]:
    import numpy as np

    parts = iter(prepared.numbers)
    head = prepared.wording[:SKETCHED]
    text = MARKS.sub("", "".join(next(parts, "") if char == SLOT else char for char in head))
    if len(text) < SHINGLE:
        text = text.ljust(SHINGLE, SLOT)
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint64)
    count = len(codes) - SHINGLE + 1
    mixed = np.zeros(count, dtype=np.uint64)
    for place in range(SHINGLE):
        mixed = (mixed ^ codes[place : place + count]) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    hashes = np.unique((mixed * np.uint64(0xBF58476D1CE4E5B9)) >> np.uint64(32))
    return [int(h) for h in hashes[:SKETCH]]


def _anchors(numbers: Sequence[str]) -> list[int]:
    pairs = {f"{one} {two}" for one, two in pairwise(numbers[: SKETCHED // SHINGLE])}
    return sorted(crc32(pair.encode()) for pair in pairs)[:ANCHORS]


def _hashes(mark: str) -> list[str]:
    """Return the hashes of a fingerprint, each once."""
    sketch = mark.partition(":")[2]
    return list(dict.fromkeys(sketch[at : at + _WIDTH] for at in range(0, len(sketch), _WIDTH)))


def sharing(marks: Sequence[str], wanted: Iterable[str]) -> list[int]:
    """Return the places of the fingerprints that share a hash with any of the wanted ones, quicker than an index is built."""
    import numpy as np

    asked = np.array(sorted({int(one, 16) for mark in wanted for one in _hashes(mark)}), dtype=np.uint32)
    sketches = [mark.partition(":")[2] for mark in marks]
    held = np.frombuffer(bytes.fromhex("".join(sketches)), dtype=">u4").astype(np.uint32)
    owner = np.repeat(np.arange(len(sketches)), [len(sketch) // _WIDTH for sketch in sketches])
    return [int(place) for place in np.unique(owner[np.isin(held, asked)])]


class Index:
    """Finds texts that share enough of a fingerprint; what is added first is found first."""

    def __init__(self) -> None:
        self._whole: dict[str, str] = {}
        self._postings: dict[str, list[str]] = {}
        self._held: dict[str, int] = {}
        self._sizes: dict[str, int] = {}

    def add(self, doc_id: str, mark: str) -> None:
        """Remember a document by its fingerprint; one whose compared text is held already adds nothing."""
        if self._whole.setdefault(mark.partition(":")[0], doc_id) != doc_id:
            return
        hashes = _hashes(mark)
        self._sizes[doc_id] = len(hashes)
        for one in hashes:
            holders = self._postings.setdefault(one, [])
            self._held[one] = self._held.get(one, 0) + 1
            if len(holders) < POSTINGS:
                holders.append(doc_id)

    def same(self, mark: str) -> str | None:
        """Return the first document whose compared text is equal."""
        return self._whole.get(mark.partition(":")[0])

    def candidates(self, mark: str) -> list[str]:
        """Return documents that may be near-duplicates, at most `CANDIDATES`: those first that share the rarest hashes."""
        hashes = _hashes(mark)
        counts: Counter[str] = Counter()
        for one in hashes:
            counts.update(self._postings.get(one, ()))
        needed = min(SHARED, len(hashes))
        alike = [doc for doc, shared in counts.items() if shared >= needed or shared >= self._sizes[doc]]
        if len(alike) <= CANDIDATES:
            return alike
        weights = dict.fromkeys(alike, 0.0)
        for one in hashes:
            weight = 1 / self._held.get(one, 1)
            for holder in self._postings.get(one, ()):
                if holder in weights:
                    weights[holder] += weight
        ranked = sorted((-round(weights[doc], 9), place, doc) for place, doc in enumerate(alike))
        return [doc for _, _, doc in ranked[:CANDIDATES]]
