"""Every error that Leafroot raises on purpose.

    PlatformError
      DocumentError          EmptyDocumentError, UnreadableDocumentError, EncodingError
      SchemaError            MissingColumnError, DuplicateKeyError
      ServiceError           TransientServiceError (worth a retry), PermanentServiceError, GatewayError
      CitationError
      SettingsError
      UsageError
      HomeError              HomeBusyError, HomeRootError, HomeVersionError
      GateError

What belongs here: the classes and the sentence each one says. What a caller does with them (exit code,
quarantine, Dagster failure) lives with the caller.
"""

from typing import Any

__all__ = [
    "CitationError",
    "DocumentError",
    "DuplicateKeyError",
    "EmptyDocumentError",
    "EncodingError",
    "GateError",
    "GatewayError",
    "HomeBusyError",
    "HomeError",
    "HomeRootError",
    "HomeVersionError",
    "MissingColumnError",
    "PermanentServiceError",
    "PlatformError",
    "SchemaError",
    "ServiceError",
    "SettingsError",
    "TransientServiceError",
    "UnreadableDocumentError",
    "UsageError",
]


class PlatformError(Exception):
    """Base of all our errors: one sentence or two, fit for a person to read."""

    #: Exit code of the command line where this error reaches it (contract: 2 input, 3 environment).
    exit_code = 2


class DocumentError(PlatformError):
    """One source file or feed line cannot become a document; it goes to quarantine."""

    #: Reason code of the quarantine row.
    reason = "unreadable"

    def __init__(self, source: str, problem: str, remedy: str, *, row: int | None = None) -> None:
        self.source, self.problem, self.remedy, self.row = source, problem, remedy, row
        where = source if row is None else f"{source}, line {row}"
        super().__init__(f"{where}: {problem}; {remedy}.")


class EmptyDocumentError(DocumentError):
    """The source holds no text."""

    reason = "empty"


class UnreadableDocumentError(DocumentError):
    """The source is damaged, encrypted or not of the kind that its name says."""


class EncodingError(DocumentError):
    """The bytes are no text in any encoding that we know."""

    reason = "encoding"


class SchemaError(PlatformError):
    """A frame does not have the form that its table promises."""


class MissingColumnError(SchemaError):
    """A needed column is absent."""

    def __init__(self, where: str, column: str, available: list[str]) -> None:
        self.where, self.column, self.available = where, column, available
        seen = ", ".join(available[:12]) or "none"
        super().__init__(f"{where}: column {column} is missing (found: {seen}); add it or rename one.")


class DuplicateKeyError(SchemaError):
    """Two rows of one table carry the same key."""

    def __init__(self, table: str, key: str, value: str) -> None:
        self.table, self.key, self.value = table, key, value
        super().__init__(f"table {table}: two rows have {key} = {value}; nothing was published.")


class ServiceError(PlatformError):
    """Something outside failed: a disk, a model endpoint, a vector store."""

    exit_code = 3


class TransientServiceError(ServiceError):
    """Worth trying again."""


class PermanentServiceError(ServiceError):
    """Trying again will not help."""


class GatewayError(ServiceError):
    """No model answered: each target is named with its cause, and when it is worth asking again.

    `outcome` is the word of `resources.models.spec.CallOutcome` for what ended the call; `targets` has a dict a model (name,
    cause, retry_after in seconds or None), `attempts` one for each time something was sent (model, outcome, status, detail).
    """

    def __init__(
        self,
        task: str,
        outcome: str,
        targets: list[dict[str, Any]],
        *,
        reason: str | None = None,
        attempts: list[dict[str, Any]] | None = None,
        retry_after: float | None = None,
        call_id: str = "",
    ) -> None:
        self.task, self.outcome, self.targets, self.reason = task, outcome, targets, reason
        self.attempts, self.retry_after, self.call_id = attempts or [], retry_after, call_id
        named = "; ".join(
            f"{t['name']}: {t['cause']}"
            + (f" (again in {t['retry_after']:.0f} s)" if t["retry_after"] is not None else "")
            for t in targets
        )
        parts = [part for part in (reason, named) if part]
        again = "" if retry_after is None else f"; ask again in {max(1.0, retry_after):.0f} s"
        super().__init__(f"task {task}: no model answered: {'; '.join(parts) or outcome}{again}.")


class CitationError(PlatformError):
    """A quoted span is not in the cited source."""

    def __init__(self, doc_id: str, start: int, end: int) -> None:
        self.doc_id, self.start, self.end = doc_id, start, end
        super().__init__(f"document {doc_id}: characters {start} to {end} do not hold the quoted text.")


class SettingsError(PlatformError):
    """A setting is missing, unknown or malformed."""


class UsageError(PlatformError):
    """The command was called with something that cannot be: a folder that is not there, an unknown id."""


class HomeError(PlatformError):
    """The home (where everything is written) cannot be used as asked."""

    exit_code = 3


class HomeBusyError(HomeError):
    """Another run holds the home."""

    def __init__(self, home: str, owner: str) -> None:
        self.home, self.owner = home, owner
        super().__init__(f"Another run holds the home {home} ({owner}); wait for it or call again with --wait.")


class HomeRootError(HomeError):
    """The home was built from another corpora folder."""

    exit_code = 2

    def __init__(self, home: str, known: str, given: str) -> None:
        self.home, self.known, self.given = home, known, given
        super().__init__(
            f"The home {home} was built from {known}, not from {given}; "
            "use another --home, or --replace to build it anew from the new folder."
        )


class HomeVersionError(HomeError):
    """The home was written by a version whose tables differ."""

    def __init__(self, home: str, found: str, wanted: str) -> None:
        self.home, self.found, self.wanted = home, found, wanted
        older = found.isdigit() and wanted.isdigit() and int(found) < int(wanted)
        remedy = (
            f"call leafroot run --home {home} once, with the corpora that it has: it brings the tables forward."
            if older
            else "use the newer program that made it, or another --home."
        )
        super().__init__(
            f"The home {home} has tables of version {found}, this program has tables of version {wanted}; {remedy}"
        )


class GateError(PlatformError):
    """A blocking check failed: nothing was published, the last good version keeps serving."""

    exit_code = 1

    def __init__(self, table: str, failed: list[str]) -> None:
        self.table, self.failed = table, failed
        super().__init__(
            f"table {table}: {', '.join(failed)} failed; nothing was published and the last good version keeps serving."
        )
