"""A model's vectors beside the embedded ones: built, checked, switched to in one publication, and back without asking anew."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import numpy as np
import pytest

from assets.embeddings.defs import build_assets
from resources.defs import HomeResource
from resources.vectors import VectorStore
from tests.fakes.model_faults import FAULTS
from tests.fakes.model_server import ModelServer
from tests.homes import Call

QUESTION = "原油期货保证金比例"


@dataclass
class Home:
    """A copy of the sample home with a configuration of its own."""

    folder: Path
    config: Path

    def configure(self, url: str | None, **model: Any) -> None:
        if url is None:
            self.config.write_text("")
            return
        entry = {"name": "e", "base_url": url, "model": "bge", "kind": "embedding", **model}
        lines = [f"{key} = {value!r}".replace("'", '"') for key, value in entry.items()]
        self.config.write_text("[[models]]\n" + "\n".join(lines) + '\n[tasks.embed]\nmodels = ["e"]\nretries = 0\n')

    def run(self) -> bool:
        home = HomeResource(path=str(self.folder), config=str(self.config))
        return dg.materialize(build_assets(), resources={"home": home}, raise_on_error=False).success

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(self.folder / "leafroot.sqlite")
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def spaces(self) -> dict[str, str]:
        rows = self.ask("SELECT COALESCE(model, engine), state FROM vector_spaces WHERE retired_in IS NULL")
        return {str(name): str(state) for name, state in rows}

    def states(self) -> dict[str, int]:
        found = self.ask("SELECT state, COUNT(*) FROM embedded_spans WHERE retired_in IS NULL GROUP BY state")
        return {str(state): int(count) for state, count in found}

    def serving(self) -> set[str]:
        return {
            str(row[0]) for row in self.ask("SELECT DISTINCT basis_id FROM embedded_spans WHERE retired_in IS NULL")
        }

    def gate(self, check: str) -> set[tuple[int, str]]:
        return set(self.ask(f"SELECT passed, detail FROM gates WHERE \"check\" = '{check}'"))


@pytest.fixture
def home(sample_home: Path, tmp_path: Path) -> Home:
    folder = tmp_path / "home"
    shutil.copytree(sample_home, folder)
    return Home(folder, tmp_path / "leafroot.toml")


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer(key=None) as running:
        yield running


def embeds(server: ModelServer) -> int:
    server.settle()
    return sum(call.embeds for call in server.calls)


def test_a_model_takes_over_in_one_publication_and_the_old_vectors_come_back(
    home: Home, server: ModelServer, call: Call
) -> None:
    before = home.serving()
    home.configure(server.base_url)
    assert home.run()
    assert home.spaces() == {"embedded": "kept", "bge": "serving"}
    spans = sum(home.states().values())
    assert home.states() == {"made": spans}
    (switched,) = home.ask("SELECT COUNT(DISTINCT added_in) FROM embedded_spans WHERE retired_in IS NULL")
    assert switched == (1,)
    asked = embeds(server)
    assert home.run()
    assert embeds(server) == asked
    found = call("search", QUESTION, "--json", "--home", home.folder, "--config", home.config)
    assert (found.code, found.err) == (0, "")
    assert embeds(server) == asked + 1

    server.dimension = 12
    home.configure(server.base_url, model="m3", dimension=12)
    assert home.run()
    assert home.spaces() == {"bge": "kept", "m3": "serving"}
    asked = embeds(server)
    server.dimension = 8
    home.configure(server.base_url)
    assert home.run()
    assert home.spaces() == {"m3": "kept", "bge": "serving"}
    assert embeds(server) == asked

    home.configure(None)
    found = call("search", QUESTION, "--json", "--home", home.folder, "--config", home.config)
    assert found.code == 0
    assert found.json["hits"]
    assert "are never mixed: call leafroot run" in found.err
    assert home.run()
    assert home.serving() == before
    assert home.spaces() == {"embedded": "serving", "bge": "kept"}


def test_a_basis_that_is_learnt_anew_takes_over_in_one_publication(home: Home, call: Call) -> None:
    home.configure(None)
    (before,) = home.serving()
    head = home.folder / "bases" / before / "basis.json"
    head.write_text(json.dumps({**json.loads(head.read_text()), "n_texts": 1}))
    assert call("lexicon", "add", "冰上丝路", "--kind", "term", "--by", "王", "--home", home.folder).code == 0
    assert home.run()
    (after,) = home.serving()
    # The lexicon's decision is learnt with the basis: another training input is another space.
    assert after != before
    kept = home.ask("SELECT basis_id, state FROM vector_spaces WHERE retired_in IS NULL ORDER BY state")
    assert kept == [(before, "kept"), (after, "serving")]
    assert home.ask("SELECT COUNT(DISTINCT added_in) FROM embedded_spans WHERE retired_in IS NULL") == [(1,)]
    assert {path.name for path in (home.folder / "bases").iterdir()} == {before, after}
    assert call("search", QUESTION, "--json", "--home", home.folder).json["hits"]
    published = home.ask("SELECT MAX(publication) FROM publications")
    assert home.run()
    assert home.ask("SELECT MAX(publication) FROM publications") == published


def test_search_goes_by_full_text_where_the_model_is_down(home: Home, server: ModelServer, call: Call) -> None:
    home.configure(server.base_url)
    assert home.run()
    home.configure("http://127.0.0.1:9/v1", dimension=8)
    found = call("search", QUESTION, "--json", "--home", home.folder, "--config", home.config)
    assert found.code == 0
    assert found.json["hits"]
    assert found.err.startswith("Searched by full text alone: Model e gave no vector for 1 of 1 texts")


def test_a_model_that_is_down_leaves_the_old_space_serving(home: Home) -> None:
    before = home.serving()
    home.configure("http://127.0.0.1:9/v1", dimension=8)
    assert home.run()
    assert home.serving() == before
    failed = [detail for passed, detail in home.gate("vectors_complete") if not passed]
    assert len(failed) == 2
    assert all("are not given to readers yet" in detail and "call leafroot run again" in detail for detail in failed)


@pytest.mark.parametrize("fault", ["emb_fewer", "emb_more", "emb_dimensions", "emb_zero", "emb_nan", "emb_same_vector"])
def test_a_server_that_misbehaves_gives_readers_nothing(home: Home, server: ModelServer, fault: str) -> None:
    before = home.serving()
    server.fault = FAULTS[fault]
    home.configure(server.base_url, dimension=8)
    assert home.run()
    assert home.serving() == before
    failed = [detail for passed, detail in home.gate("vectors_complete") if not passed]
    assert len(failed) == 2
    assert all("are not given to readers yet" in detail for detail in failed)


def test_text_that_a_hosted_model_may_not_see_is_found_by_its_words(
    home: Home, server: ModelServer, call: Call
) -> None:
    home.configure(server.base_url, placement="maas", dimension=8)
    assert home.run()
    states = home.states()
    assert states["hidden"] > 0
    assert set(states) <= {"made", "hidden"}
    sent = {text for one in server.calls for text in one.body["input"]}
    lanes = dict(home.ask("SELECT slice_id, lane FROM slices WHERE retired_in IS NULL"))
    assert "research" in lanes.values()
    texts = dict(home.ask("SELECT slice_id, text FROM slices WHERE retired_in IS NULL AND lane = 'research'"))
    assert not any(text in said for text in texts.values() for said in sent)
    hits = call("search", QUESTION, "--json", "--home", home.folder, "--config", home.config).json["hits"]
    assert hits


def test_vectors_are_of_length_one_and_alike_for_like_texts(home: Home, server: ModelServer) -> None:
    home.configure(server.base_url)
    assert home.run()
    (basis_id,) = home.serving()
    ids = [row[0] for row in home.ask("SELECT slice_id FROM slices WHERE retired_in IS NULL ORDER BY 1")]
    vectors = VectorStore(home.folder / "vectors").vectors("slice", basis_id, ids)
    assert vectors.shape == (len(ids), 8)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-4)
    sent = [text for one in server.calls for text in one.body["input"]]
    assert len(sent) == len(set(sent))
