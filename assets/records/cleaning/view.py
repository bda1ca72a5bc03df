"""The mended view of a stored text, for matching and for prompts, with the map back to the text."""

from assets.records.cleaning.defects import findings
from assets.text.offsets import Edit, OffsetMap

__all__ = ["clean_view"]

#: Mending one thing may show another (an entity that spells a tag); what is not done by then is left as it is.
MAX_ROUNDS = 12


def clean_view(text: str) -> tuple[str, OffsetMap]:
    """Mend the form of a text.

    Returns:
        The view and the map between it and the stored text; `map.restore(view)` is the text to the character. The view of a
        view is the view itself. A text on which mending comes to no end is its own view.
    """
    view = text
    rounds: list[list[Edit]] = []
    for _ in range(MAX_ROUNDS):
        edits = _edits(view)
        if not edits:
            return view, OffsetMap(rounds)
        rounds.append(edits)
        view = OffsetMap([edits]).apply(view)
    return text, OffsetMap()


def _edits(text: str) -> list[Edit]:
    """What is mended in one round: of two findings that touch, the one whose rule is asked first."""
    taken = bytearray(len(text) + 1)
    edits: list[Edit] = []
    for _, _, start, end, new in findings(text):
        if new is not None and new != text[start:end] and taken.find(1, start, max(end, start + 1)) < 0:
            taken[start : max(end, start + 1)] = b"\x01" * max(end - start, 1)
            edits.append(Edit(start, text[start:end], new))
    return sorted(edits)
