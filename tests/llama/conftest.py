"""One server for all tests of the folder."""

from collections.abc import Iterator

import pytest

from tests.llama.server import Llama, running_llama


@pytest.fixture(scope="session")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Llama]:
    with running_llama(tmp_path_factory.mktemp("llama")) as running:
        yield running
