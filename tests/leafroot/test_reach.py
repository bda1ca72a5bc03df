import json

import pytest

from leafroot.reach import reach
from tests.fakes.plain_server import served


def listed(*names: str) -> bytes:
    return json.dumps({"object": "list", "data": [{"id": name} for name in names]}).encode()


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, listed("qwen", "other")),
        (200, listed("a-file.gguf")),
        (200, listed()),
        (200, b"<html>"),
        (200, b'{"data": 5}'),
        (404, b"no such page"),
    ],
    ids=["listed", "single", "none", "html", "odd", "no list"],
)
def test_reach_passes_a_server_that_may_serve_the_model(status: int, body: bytes) -> None:
    with served(status, body) as (address, keys):
        shown, trouble = reach(address, "qwen", "secret-key")
    assert (shown, trouble) == (address, None)
    assert keys == ["/v1/models Bearer secret-key"]


def test_reach_names_what_is_served_instead() -> None:
    with served(200, listed(*"abcdefg")) as (address, _):
        assert reach(address, "qwen", None)[1] == f"{address} does not serve qwen, but a, b, c, d, e and 2 more"


@pytest.mark.parametrize(("key", "said"), [("secret-key", "refuses the key"), (None, "wants a key")])
def test_reach_tells_a_refused_key_from_a_missing_one(key: str | None, said: str) -> None:
    with served(401, b"{}") as (address, _):
        trouble = reach(address, "qwen", key)[1] or ""
    assert said in trouble
    assert "secret-key" not in trouble


def test_reach_follows_no_redirect() -> None:
    with served(200, b"") as (other, keys), served(302, b"", {"Location": f"{other}/models"}) as (address, _):
        assert reach(address, "qwen", "secret-key")[1] is None
    assert keys == []


@pytest.mark.parametrize("address", ["ftp://host/v1", "http://", "http://127.0.0.1:9/v1", "http://127.0.0.1:99999/v1"])
def test_reach_says_why_there_is_no_connection(address: str) -> None:
    shown, trouble = reach(address, "qwen", None)
    assert trouble
    assert shown == ""
