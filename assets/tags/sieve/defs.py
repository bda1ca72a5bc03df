"""What trees of one profile grow from: slices, vectors and the decision on each document, by rules, model and judge."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import dagster as dg
import numpy as np
import polars as pl

from assets.records.schema import SLICES
from assets.tags.profiles import Profile
from assets.tags.schema import RELEVANCE_MODELS, TAG_RELEVANCE
from assets.text.spans import digest_id
from quality.defs import Settled, Step
from resources.errors import PermanentServiceError
from resources.frames import empty_frame

if TYPE_CHECKING:
    from assets.embeddings.basis import Basis
    from assets.embeddings.relevance.decide import Aim, Decision
    from assets.embeddings.relevance.model import Model

#: Documents that are named in the UI, of those that were left out.
SHOWN = 20


class Intake:
    """What trees of one profile grow from; the relevance of its lane is decided once for all days."""

    def __init__(self, step: Step, profile: Profile) -> None:
        self.step, self.given = step, profile

    @cached_property
    def model(self) -> "Model | None":
        """The trained model of the profile; None where nobody labelled.

        Raises:
            PermanentServiceError: what was published of it and its file differ.
        """
        from assets.embeddings.relevance.model import Model, model_path

        name = self.given.name
        rows = self.step.reader.rows(RELEVANCE_MODELS.name, where={"profile": name})
        if not rows:
            return None
        model = Model.load(model_path(self.step.home.folder(), name))
        if model is None or model.fingerprint != rows[0]["fingerprint"]:
            raise PermanentServiceError(
                f"The relevance model of {name} is not the one that was published; call leafroot relevance train {name}."
            )
        if model.basis_id != self.basis.basis_id:
            from assets.embeddings.relevance.train import refit

            return refit(model, self.basis)
        return model

    @cached_property
    def profile(self) -> Profile:
        """The profile with the threshold of its model."""
        return self.given if self.model is None else replace(self.given, relevance_min=self.model.threshold)

    @cached_property
    def basis(self) -> "Basis":
        """The basis learnt from the corpora, whoever embeds for readers."""
        from assets.embeddings.basis import Basis

        store = self.step.store
        statistics = store.home_value("text_basis") or store.home_value("basis_id")
        return Basis.load(self.step.home.folder() / "bases" / str(statistics))

    @cached_property
    def documents(self) -> pl.DataFrame:
        """Title, duplicate_of, class and relevance of the lane's documents."""
        step, lane = self.step, self.given.lane
        found = step.reader.frame("documents", where={"lane": lane}, columns=["doc_id", "title", "duplicate_of"]).join(
            step.clearances(lane), on="doc_id", how="left"
        )
        scores = [self.decisions[doc_id].score if self.decisions else 1.0 for doc_id in found["doc_id"]]
        return found.with_columns(relevance=pl.Series(scores, dtype=pl.Float64))

    @cached_property
    def decisions(self) -> "dict[str, Decision]":
        """The decision on each document of the lane, before a judge is asked; none where every one is relevant."""
        from assets.embeddings.relevance.decide import decide

        rows = self.step.reader.frame("documents", where={"lane": self.given.lane}, columns=["doc_id", "title"])
        if rows.is_empty() or (not self.given.subject and self.model is None):
            return {}
        texts = [self.step.reader.text(doc_id) for doc_id in rows["doc_id"]]
        titles = [title or "" for title in rows["title"]]
        return dict(zip(rows["doc_id"], decide(texts, titles, self._aim, self.basis, self.model), strict=True))

    def of_day(self, day: str | None) -> tuple[pl.DataFrame, np.ndarray]:
        """Return the profile's slices of a day with what is known of their documents, and their vectors.

        The slices have the columns of their table and title, duplicate_of, clearance, relevance, and decision (JSON, null
        where every document is relevant).
        """
        from resources.vectors import VectorStore

        where: dict[str, Any] = {"lane": self.given.lane}
        if day is not None:
            where["published_date"] = day
        slices = self.step.reader.frame(SLICES.name, where=where)
        if slices.is_empty():
            unknown = {"title": pl.lit(""), "duplicate_of": pl.lit(None, pl.String), "relevance": pl.lit(1.0)}
            return slices.with_columns(clearance=pl.lit("internal"), **unknown), np.zeros((0, 256), np.float32)
        rows = slices.join(self.documents, on="doc_id", how="left")
        decided = self._judged(rows)
        if decided:
            known = pl.DataFrame(
                [(doc_id, one.score, _said(one)) for doc_id, one in sorted(decided.items())],
                schema={"doc_id": pl.String, "relevance": pl.Float64, "decision": pl.String},
                orient="row",
            )
            rows = rows.drop("relevance").join(known, on="doc_id", how="left")
        rows = rows.sort("slice_id")
        vectors = VectorStore(self.step.home.folder() / "vectors")
        basis_id = str(self.step.store.home_value("basis_id"))
        return rows, vectors.vectors("slice", basis_id, rows["slice_id"].to_list())

    def _judged(self, rows: pl.DataFrame) -> "dict[str, Decision]":
        """The decisions on a day's documents, a judge's among them where there is one."""
        from assets.embeddings.relevance.decide import in_band, judged
        from assets.embeddings.relevance.features import shown
        from assets.embeddings.relevance.judge import ask_judge

        seen = {row["doc_id"]: row for row in rows.select("doc_id", "title", "clearance").iter_rows(named=True)}
        decided = {doc_id: self.decisions[doc_id] for doc_id in sorted(seen) if doc_id in self.decisions}
        unsure = [doc_id for doc_id, one in decided.items() if in_band(one)]
        if not unsure or self.step.models is None:
            return decided
        texts = {doc_id: shown(seen[doc_id]["title"] or "", self.step.reader.text(doc_id)) for doc_id in unsure}
        clearances = {doc_id: seen[doc_id]["clearance"] for doc_id in unsure}
        subject = self.given.subject or self.given.name
        verdicts, engine = ask_judge(self.step.models, subject, decided, texts, clearances, asset=self.step.asset)
        return judged(decided, verdicts, engine)

    @property
    def _aim(self) -> "Aim":
        from assets.embeddings.relevance.decide import Aim

        given = self.given
        return Aim(given.subject, given.keywords, given.title_drop, given.title_keep, given.relevance_min)


def decision_rows(tree_id: str, profile: str, day: str | None, slices: pl.DataFrame) -> pl.DataFrame:
    """Return the TAG_RELEVANCE rows of a tree, from the slices that `Intake.of_day` gave."""
    blank = empty_frame(TAG_RELEVANCE)
    if "decision" not in slices.columns:
        return blank
    decided = slices.select("doc_id", "decision").drop_nulls().unique("doc_id").sort("doc_id")
    rows = [
        {
            "decision_id": digest_id(tree_id, doc_id),
            "tree_id": tree_id,
            "profile": profile,
            "day": day,
            "doc_id": doc_id,
            **_read(decision),
        }
        for doc_id, decision in decided.iter_rows()
    ]
    return pl.DataFrame(rows, schema=blank.schema)


def left_out(parts: Sequence[Settled]) -> dict[str, Any]:
    """Return for the UI how many documents each rule kept and left out, and some of those left out with their reasons."""
    counts: dict[str, int] = {}
    examples: list[str] = []
    for part in parts:
        for change in part.changes:
            if change.table is not TAG_RELEVANCE:
                continue
            for row in change.upserts.iter_rows(named=True):
                key = f"{row['rule']} {'kept' if row['relevant'] else 'left out'}"
                counts[key] = counts.get(key, 0) + 1
                if not row["relevant"]:
                    examples.append(
                        f"| {row['doc_id']} | {row['rule']} | {row['score']:.4f} | {row['threshold']:.4f} | "
                        + " ".join(f"{name} {part:+.2f}" for name, part in json.loads(row["reasons"])).replace("|", "/")
                        + " |"
                    )
    if not counts:
        return {}
    told: dict[str, Any] = {"relevance": dg.MetadataValue.json(dict(sorted(counts.items())))}
    if examples:
        head = ["| document | rule | score | threshold | what decided it |", "|---|---|---|---|---|"]
        told["left_out"] = dg.MetadataValue.md("\n".join([*head, *examples[:SHOWN]]))
    return told


def _said(decision: "Decision") -> str:
    return json.dumps(
        [decision.relevant, decision.score, decision.threshold, decision.rule, decision.engine, decision.reasons],
        ensure_ascii=False,
    )


def _read(text: str) -> Mapping[str, Any]:
    relevant, score, threshold, rule, engine, reasons = cast("list[Any]", json.loads(text))
    return {
        "relevant": relevant,
        "score": float(score),
        "threshold": float(threshold),
        "rule": rule,
        "engine": engine,
        "reasons": json.dumps(reasons, ensure_ascii=False),
    }
