"""From a draft to a status."""

import copy

import pytest

from quality.verify.publication import settle_status
from tests.quality.verify.home import Json, home, report, true_sentences

TRUE = true_sentences()


def draft(*sentences: Json, status: str = "draft") -> Json:
    return report(*sentences, status=status)


def wrong(name: str) -> Json:
    made = copy.deepcopy(TRUE[name])
    made["text"] = made["text"].replace("4月", "5月")
    return made


def test_settle_status_checks_what_is_true() -> None:
    settled = settle_status(draft(TRUE["move"], TRUE["view"]), home())
    assert settled["status"] == "checked"
    assert settled["checks"][0]["passed"]
    assert settled["sections"][0]["note"] is None


def test_settle_status_leaves_out_what_is_wrong_and_says_so() -> None:
    settled = settle_status(draft(TRUE["move"], wrong("view"), TRUE["notice"]), home())
    assert settled["status"] == "checked"
    assert [s["text"] for s in settled["sections"][0]["sentences"]] == [TRUE["move"]["text"], TRUE["notice"]["text"]]
    assert "1" in settled["sections"][0]["note"]


@pytest.mark.parametrize(
    ("made", "status"),
    [
        (draft(wrong("view")), "withheld"), (draft(), "withheld"), (draft(status="incomplete"), "incomplete"),
        (draft(TRUE["move"], status="incomplete"), "incomplete"),
    ],
    ids=["nothing left", "nothing said", "nothing to say", "something missing"],
)  # fmt: skip
def test_settle_status_of_what_is_not_complete(made: Json, status: str) -> None:
    assert settle_status(made, home())["status"] == status
