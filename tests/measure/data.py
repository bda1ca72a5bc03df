"""Where the development data are: beside the checkout, never in it."""

from pathlib import Path

__all__ = ["DATA", "SAMPLE"]

_FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data"
#: The data folder, None where it is missing; figures on it are skipped then.
DATA: Path | None = _FOLDER if _FOLDER.is_dir() else None
SAMPLE = Path(__file__).resolve().parents[2] / "assets" / "corpora" / "sample"
