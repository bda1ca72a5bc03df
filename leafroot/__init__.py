"""The front door: command line and Python API.

>>> import leafroot
>>> lr = leafroot.open(".leafroot")           # doctest: +SKIP
>>> lr.clause("交易规则", "第一章第二条").text   # doctest: +SKIP
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leafroot.api import Leafroot

__all__ = ["__version__", "open"]

__version__ = "0.1.0"


def open(home: str | Path, *, config: str | Path | None = None) -> Leafroot:  # noqa: A001 - the promised name
    """Open a home for reading.

    Args:
        home: The folder that `leafroot run` filled.
        config: Configuration file; default: `leafroot.toml` in the home, then in the working directory.

    Raises:
        UsageError: the home holds nothing yet.
        SettingsError: the configuration is wrong.
    """
    from leafroot.api import Leafroot

    return Leafroot(Path(home), config=Path(config) if config else None)
