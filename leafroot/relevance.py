"""Relevance of documents to a profile: labels taken in, what to label next, training, figures, and decisions shown.

How a model is trained and decides is in `assets/embeddings/relevance/`; the trees take it up with the next run.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assets.embeddings.relevance.labels import Label, append_labels, label_of, labels_path, read_labels
from leafroot import answers
from resources.errors import UsageError

if TYPE_CHECKING:
    from assets.embeddings.basis import Basis
    from assets.embeddings.relevance.decide import Decision
    from assets.tags.profiles import Profile
    from leafroot.api import Leafroot

__all__ = ["decisions_of", "import_rows", "profile_of", "propose_texts", "report_of", "take_labels", "train_profile"]

VERDICTS: Mapping[Any, bool] = {True: True, False: False, "yes": True, "no": False, "true": True, "false": False}
#: Characters of a document that a proposal shows.
SHOWN = 400
RUN = "Call leafroot run: trees of this profile are grown anew."


def profile_of(home: Leafroot, name: str) -> Profile:
    """Return a profile by name.

    Raises:
        UsageError: there is none; the nearest is named.
    """
    from assets.tags.profiles import load_profiles

    own = {key: value.model_dump(exclude_defaults=True) for key, value in home.settings.profiles.items()}
    profiles = load_profiles(own)
    if name not in profiles:
        near = get_close_matches(name, profiles, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(profiles))}."
        raise UsageError(f"There is no profile {name}; {hint}")
    return profiles[name]


def import_rows(path: Path) -> list[tuple[int, Any]]:
    """Read a file of labels, a JSON object a line, with the numbers of the lines.

    Raises:
        UsageError: the file cannot be read as UTF-8.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read ({error}); name a UTF-8 file of JSON lines.") from None
    return [(number, _parsed(line)) for number, line in enumerate(text.split("\n"), 1) if line.strip()]


def take_labels(
    home: Leafroot, profile: str, rows: Iterable[tuple[int, Any]], *, by: str | None, source: str
) -> answers.RelevanceLabelled:
    """Take in labels; a row that is none is named with the reason and stops no other.

    Args:
        home: The home.
        profile: Profile that they are for.
        rows: Their numbers, and objects of `doc_id` or `text` (and `title`), `label` (true, false, yes or no), and where
            wanted `by` and `when`.
        by: Who gave those that do not say so.
        source: Name of the file, for messages.
    """
    wanted = profile_of(home, profile)
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    taken: list[Label] = []
    rejected: list[dict[str, Any]] = []
    for number, row in rows:
        try:
            taken.append(_label(home, wanted, row, by, now))
        except UsageError as error:
            rejected.append({"row": number, "message": f"{source}, line {number}: {error}"})
    path = labels_path(home.home, wanted.name)
    fresh = append_labels(path, taken)
    known = read_labels(path)
    said = f"{fresh} labels taken in, {len(taken) - fresh} were there already, {len(rejected)} refused."
    if known.contradicted:
        said += f" On {known.contradicted} texts people differ: all labels are kept, the newest one counts."
    return answers.RelevanceLabelled(
        profile=wanted.name,
        taken=fresh,
        rejected=rejected,
        labels=len(known.in_force),
        positive=known.positive,
        contradicted=known.contradicted,
        message=f"{said} leafroot relevance train {wanted.name} makes a model of them.",
    )


def propose_texts(home: Leafroot, name: str, *, n: int = 20) -> answers.RelevanceProposals:
    """Choose documents whose labels help most.

    Raises:
        UsageError: nothing was embedded yet, or n is less than one.
    """
    from assets.embeddings.relevance.features import shown
    from assets.embeddings.relevance.model import Model, model_path
    from assets.embeddings.relevance.propose import propose
    from assets.text.spans import sha256_text

    if n < 1:
        raise UsageError(f"-n {n}: ask for at least one proposal.")
    profile, basis = profile_of(home, name), _basis(home)
    rows = _documents(home, profile)
    texts = [home.reader.text(row["doc_id"]) for row in rows]
    titles = [row["title"] or "" for row in rows]
    model = Model.load(model_path(home.home, profile.name))
    decided = _decide(profile, texts, titles, basis, model)
    threshold = decided[0].threshold if decided else profile.relevance_min
    vectors = basis.embed([shown(title, text) for title, text in zip(titles, texts, strict=True)])
    known = {label.sha256 for label in read_labels(labels_path(home.home, profile.name)).in_force}
    keys = [sha256_text(text) for text in texts]
    scores = [one.score for one in decided]
    chosen = propose(scores, vectors, keys, threshold=threshold, labelled=known, n=n)
    return answers.RelevanceProposals(
        profile=profile.name,
        engine="keywords" if model is None else "linear",
        threshold=threshold,
        proposals=[
            answers.RelevanceProposal(
                doc_id=rows[i]["doc_id"], title=titles[i], text=texts[i][:SHOWN], score=decided[i].score
            )
            for i in chosen
        ],
    )


def train_profile(home: Leafroot, name: str, *, by: str, recall: float) -> answers.RelevanceReport:
    """Train the model of a profile on its labels and publish that there is one.

    Raises:
        UsageError: there are too few labels, or of one kind only.
    """
    from assets.catalogue import TABLES
    from assets.embeddings.relevance.features import shown
    from assets.embeddings.relevance.model import model_path
    from assets.embeddings.relevance.train import POOL, train
    from assets.tags.schema import RELEVANCE_MODELS
    from resources.frames import frame_of
    from resources.lock import hold_home
    from resources.store import Change, Store

    profile, basis = profile_of(home, name), _basis(home)
    known = read_labels(labels_path(home.home, profile.name))
    examples = [(label.title, label.text, label.relevant) for label in known.in_force]
    rows = sorted(_documents(home, profile), key=lambda row: str(row["doc_id"]))[:POOL]
    pool = [shown(row["title"] or "", home.reader.text(row["doc_id"])) for row in rows]
    model = train(profile.name, profile.subject or profile.name, examples, pool, basis, recall=recall)
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    row = (
        profile.name,
        model.fingerprint,
        model.basis_id,
        model.report["labels"],
        model.report["positive"],
        model.report["auc"],
        model.threshold,
        by,
        now,
    )
    with hold_home(home.home, "leafroot relevance train"):
        model.save(model_path(home.home, profile.name))
        store = Store(home.home, TABLES)
        try:
            seen = store.publication()
            change = Change(RELEVANCE_MODELS, frame_of(RELEVANCE_MODELS, [row]))
            store.publish("leafroot/relevance", [change], code_version="1", seen=seen)
        finally:
            store.close()
    return report_of(home, name)


def report_of(home: Leafroot, name: str) -> answers.RelevanceReport:
    """Return the figures of the model of a profile.

    Raises:
        UsageError: none was trained.
    """
    from assets.embeddings.relevance.model import Model, model_path

    profile = profile_of(home, name)
    model = Model.load(model_path(home.home, profile.name))
    known = read_labels(labels_path(home.home, profile.name))
    if model is None:
        raise UsageError(
            f"{name} has no relevance model, {len(known.in_force)} labels: names and nearness decide; "
            f"leafroot relevance train {name} trains one from 20 labels on."
        )
    used = set(model.examples)
    fresh = sum((label.title, label.text, label.relevant) not in used for label in known.in_force)
    message = f"{fresh} labels are newer than the model: train again to use them." if fresh else RUN
    return answers.RelevanceReport(
        profile=model.profile,
        subject=model.subject,
        fingerprint=model.fingerprint,
        basis_id=model.basis_id,
        new_labels=fresh,
        contradicted=known.contradicted,
        threshold=model.threshold,
        message=message,
        **model.report,
    )


def decisions_of(
    home: Leafroot, *, profile: str | None = None, date: str | None = None, doc_id: str | None = None
) -> answers.RelevanceDecisions:
    """Return the decisions that the trees hold, by profile and day or of one document; those left out come first.

    Raises:
        UsageError: there is none.
    """
    where: dict[str, Any] = {}
    if doc_id is not None:
        home.reader.text(doc_id)
        where["doc_id"] = doc_id
    if profile is not None:
        where["profile"] = profile_of(home, profile).name
    if date is not None:
        where["day"] = date
    rows = home.reader.rows("tag_relevance", where=where)
    if not rows:
        about = " ".join(str(value) for value in where.values())
        raise UsageError(
            f"No decision on {about}: its tree was not grown, or its profile has no subject and takes every document; "
            "leafroot run grows trees."
        )
    titles = {
        row["doc_id"]: row["title"] or ""
        for row in home.reader.rows(
            "documents", where={"doc_id": sorted({row["doc_id"] for row in rows})}, columns=["doc_id", "title"]
        )
    }
    rows.sort(key=lambda row: (row["relevant"], row["tree_id"], row["score"], row["doc_id"]))
    made = [
        answers.RelevanceDecision(
            **{
                key: row[key] for key in ("tree_id", "profile", "day", "doc_id", "score", "threshold", "rule", "engine")
            },
            title=titles.get(row["doc_id"], ""),
            relevant=bool(row["relevant"]),
            reasons=row["reasons"] if isinstance(row["reasons"], list) else json.loads(row["reasons"]),
        )
        for row in rows
    ]
    kept = sum(one.relevant for one in made)
    return answers.RelevanceDecisions(decisions=made, kept=kept, left_out=len(made) - kept)


def _parsed(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None


def _label(home: Leafroot, profile: Profile, row: Any, by: str | None, now: str) -> Label:
    """One label from a row; a document by its id is looked up."""
    if not isinstance(row, Mapping):
        raise UsageError('write one JSON object a line, {"doc_id": "…", "label": true}.')
    verdict = row.get("label")
    if not isinstance(verdict, (bool, str)) or (told := VERDICTS.get(verdict)) is None:
        raise UsageError(f"label {verdict!r}: write true or false.")
    who = str(row.get("by") or by or "").strip()
    if not who:
        raise UsageError("nobody is named; give --by NAME, or a by in the line.")
    doc_id, text, title = row.get("doc_id"), row.get("text"), row.get("title") or ""
    if doc_id is not None:
        found = home.reader.rows("documents", where={"doc_id": str(doc_id)}, columns=["title", "lane"])
        if not found:
            raise UsageError(f"no document has the id {doc_id}; leafroot docs lists the ids, or give the text itself.")
        if found[0]["lane"] != profile.lane:
            raise UsageError(f"document {doc_id} is of {found[0]['lane']}, the profile reads {profile.lane}.")
        text, title = home.reader.text(str(doc_id)), found[0]["title"] or ""
    if not isinstance(text, str) or not text.strip() or not isinstance(title, str):
        raise UsageError("there is neither a doc_id nor a text; give one of them.")
    when = row.get("when")
    return label_of(
        title,
        text,
        relevant=told,
        by=who,
        when=when if isinstance(when, str) and when else now,
        doc_id=None if doc_id is None else str(doc_id),
    )


def _basis(home: Leafroot) -> Basis:
    from assets.embeddings.basis import Basis

    for key in ("text_basis", "basis_id"):
        found = home.reader.value("SELECT value FROM home WHERE key = ?", (key,))
        if found:
            return Basis.load(home.home / "bases" / str(found))
    raise UsageError("Nothing was embedded yet; call leafroot run first.")


def _documents(home: Leafroot, profile: Profile) -> list[dict[str, Any]]:
    """The profile's documents, of repeats the first."""
    rows = home.reader.rows("documents", where={"lane": profile.lane}, columns=["doc_id", "title", "duplicate_of"])
    return [row for row in rows if row["duplicate_of"] is None]


def _decide(profile: Profile, texts: Sequence[str], titles: Sequence[str], basis: Basis, model: Any) -> list[Decision]:
    from assets.embeddings.relevance.decide import Aim, decide

    aim = Aim(profile.subject, profile.keywords, profile.title_drop, profile.title_keep, profile.relevance_min)
    return decide(texts, titles, aim, basis, model)
