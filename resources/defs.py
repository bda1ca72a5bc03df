"""The home as a Dagster resource: where it is, its settings, its store."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg

from assets.catalogue import TABLES
from resources.settings import Settings, load_settings

if TYPE_CHECKING:
    from resources.store import Store

DEFAULT_HOME = ".leafroot"


class HomeResource(dg.ConfigurableResource["HomeResource"]):
    """A home. Empty fields are taken from LEAFROOT_HOME and LEAFROOT_CONFIG when a step starts, not at load."""

    path: str = ""
    config: str = ""

    def folder(self) -> Path:
        """Return the home's folder."""
        return Path(self.path or os.environ.get("LEAFROOT_HOME") or DEFAULT_HOME)

    def settings(self) -> Settings:
        """Return the checked configuration."""
        named = self.config or os.environ.get("LEAFROOT_CONFIG")
        return load_settings(Path(named) if named else None, home=self.folder())

    def store(self) -> "Store":
        """Open the store; SQLAlchemy costs half a second that loading the definitions must not pay."""
        from resources.store import Store

        return Store(self.folder(), TABLES)

    def basis_id(self) -> str | None:
        """Return the id of the vector basis in force, None before the first."""
        store = self.store()
        try:
            return store.home_value("basis_id")
        finally:
            store.close()
