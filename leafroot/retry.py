"""`quarantine retry`: read the files of quarantined items again."""

from leafroot.console import Context, say
from resources.errors import UsageError

__all__ = ["retry_quarantine"]


def retry_quarantine(context: Context) -> None:
    """Forget the stamps of files with quarantined rows and run the stages on them.

    Raises:
        UsageError: the home has no corpora folder.
    """
    from pathlib import Path

    from assets.catalogue import TABLES
    from leafroot.launch import Order, run_pipeline
    from resources.settings import load_settings
    from resources.store import Store

    store = Store(context.home, TABLES)
    root = store.home_value("root")
    forgotten = store.forget_quarantined_files()
    store.close()
    if root is None:
        raise UsageError(f"The home {context.home} has no corpora folder yet; call leafroot run --corpora DIR first.")
    say(f"reading {forgotten} quarantined files again")
    settings = load_settings(context.config, home=context.home)
    run_pipeline(context.home, context.config, settings, Order(Path(root), wait=True), say)
