"""Merges opinions with the facts of the report: a model picks facts by number, what does not go with the opinion is not taken."""

from collections.abc import Sequence

from assets.reports.chain.steps import Steps
from assets.reports.phrases import Sentence
from assets.reports.viewpoints import Fused
from assets.reports.views.support import MOST_FACTS, goes_with, pick_facts

__all__ = ["merge_opinions"]

MERGE = "merge_opinions"
#: Opinions and facts that one call shows at most, and characters of each.
OPINIONS, FACTS, SHOWN = 24, 12, 48


def merge_opinions(steps: Steps | None, fused: Sequence[Fused], facts: Sequence[Sentence]) -> list[list[Sentence]]:
    """Return for each viewpoint the facts that go with it; without a model those that share its matters."""
    plain = [pick_facts(one.matters, one.product, one.words, facts) for one in fused]
    asked = [n for n, one in enumerate(fused) if any(goes_with(one.matters, one.product, fact) for fact in facts)]
    if steps is None or not asked:
        return plain
    wanted = [fact for fact in facts if any(goes_with(fused[n].matters, fused[n].product, fact) for n in asked)][:FACTS]
    shown = asked[:OPINIONS]
    inputs = {
        "facts": [{"id": i, "text": fact.text[:SHOWN]} for i, fact in enumerate(wanted, 1)],
        "opinions": [{"id": i, "text": fused[n].words[:SHOWN]} for i, n in enumerate(shown, 1)],
    }
    cited = [Sentence("", "", {}, list(fused[n].point["citations"])) for n in shown]
    result = steps.ask(MERGE, [(inputs, [*wanted, *cited])])[0]
    rows = result.output["opinions"] if result is not None and result.output is not None else ()
    for row in rows:
        n = shown[row["id"] - 1]
        one = fused[n]
        picked = [wanted[i - 1] for i in row["facts"] if goes_with(one.matters, one.product, wanted[i - 1])]
        plain[n] = picked[:MOST_FACTS]
    return plain
