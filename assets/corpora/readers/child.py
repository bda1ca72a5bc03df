"""The small process that parses what may be hostile: one file a request, under limits of memory.

Requests and answers are JSON lines on standard input and output; who starts and ends it is `assets/corpora/sandbox.py`.
It imports neither polars nor a parser before the first file that needs it.
"""

from __future__ import annotations

import dataclasses
import json
import os
import resource
import sys
import warnings
from pathlib import Path
from typing import Any

from assets.corpora.readers.raw import Extract
from resources.errors import DocumentError

__all__ = ["FORMATS", "answer", "serve"]

FORMATS = ("html", "pdf", "docx", "xlsx")
#: Address space of the process, in bytes.
MEMORY = 1 << 30


def extract(kind: str, data: bytes, source: str) -> Extract:
    """Read one file of a format that needs a parser.

    Raises:
        DocumentError: it goes to quarantine.
    """
    if kind == "html":
        from assets.corpora.readers.html import read_html

        return read_html(data, source)
    if kind == "pdf":
        from assets.corpora.readers.pdf import read_pdf

        return read_pdf(data, source)
    if kind == "docx":
        from assets.corpora.readers.word import read_word

        return read_word(data, source)
    from assets.corpora.readers.sheet import read_sheet

    return read_sheet(data, source)


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Answer one request {format, absolute, path} with the extract's fields, or with reason, problem and remedy."""
    source = request["path"]
    try:
        data = Path(request["absolute"]).read_bytes()
        return {"extract": dataclasses.asdict(extract(request["format"], data, source))}
    except DocumentError as error:
        return {"reason": error.reason, "problem": error.problem, "remedy": error.remedy}
    except (MemoryError, RecursionError):
        problem, remedy = "reading it needs more memory than it may take", "split it or save it in a simpler form"
        return {"reason": "too_large", "problem": problem, "remedy": remedy}
    except OSError as error:
        problem, remedy = f"the file cannot be read ({error.strerror})", "check its permissions"
        return {"reason": "unreadable", "problem": problem, "remedy": remedy}


def serve() -> None:
    """Answer requests until standard input ends."""
    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    # Whatever a parser prints must not get between the answers.
    channel = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)
    for line in sys.stdin:
        channel.write(json.dumps(answer(json.loads(line))) + "\n")
        channel.flush()


if __name__ == "__main__":
    serve()
