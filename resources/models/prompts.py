"""Prompts: the seven parts as typed objects in versioned files, and how one becomes the messages of a call.

A prompt file is `<task>/<version>.toml`; one of that name in the home's `prompts/` folder stands in for the packaged one.
`[parts]` holds the seven parts, `[[examples]]` the shots (none: zero-shot), `[variants.FAMILY]` what differs for models
whose name holds FAMILY. Rendering is deterministic, so that its hash names what was sent.

What a document says is data: known content stands in a fence whose mark is a hash of that content, each item on one line,
without angle brackets, so that no document can close its fence or pretend to be another item. What an answer must look
like (schemas, checks) is in `tasks.py`.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from resources.errors import SettingsError

__all__ = ["Parts", "Prompt", "Rendered", "Shot", "as_data", "load_prompt"]

#: Names of the parts as they head their paragraphs, in the order of the framework.
HEADINGS = {
    "role": "角色定义",
    "goal": "目标",
    "limits": "生成限制",
    "known": "已知内容",
    "instruction": "指令",
    "output": "输出规则",
    "examples": "输出样例",
}
_NAME = re.compile(r"[A-Za-z0-9_\-]+/[A-Za-z0-9_\-.]+")
#: Bracket look-alikes that no tokenizer takes for the beginning of a tag or of a control token.
_ANGLES = str.maketrans({"<": "‹", ">": "›", "＜": "‹", "＞": "›"})
#: Marks with which chat templates set turns apart.
_TURNS = re.compile(r"\[(/?)(INST|SYS|gMASK)\]", re.IGNORECASE)
_BLANKS = re.compile(r"[\s\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060\ufeff]+")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Parts(_Strict):
    """The seven parts but the examples; `known` and `instruction` may use the task's inputs (Jinja)."""

    role: str = Field(description="角色定义: who answers")
    goal: str = Field(description="目标: what is to come out")
    limits: str = Field(description="生成限制: what must not be done")
    known: str = Field(description="已知内容: how the items are shown, a line each")
    instruction: str = Field(description="指令: what to do with them")
    output: str = Field(description="输出规则: the form of the answer")


class Shot(_Strict):
    """One example: known content in short, and its answer."""

    input: str = ""
    output: str


class Variant(_Strict):
    """What differs for one family of models."""

    role: str | None = None
    goal: str | None = None
    limits: str | None = None
    known: str | None = None
    instruction: str | None = None
    output: str | None = None
    examples: tuple[Shot, ...] | None = None


class _File(_Strict):
    parts: Parts
    examples: tuple[Shot, ...] = ()
    variants: dict[str, Variant] = Field(default_factory=dict)
    note: str = Field("", description="what changed against the version before")


@dataclass(frozen=True)
class Rendered:
    """The messages of a call; `prompt` names prompt, template hash and the hash of what was rendered."""

    messages: tuple[Mapping[str, Any], ...]
    prompt: str
    digest: str


@dataclass(frozen=True)
class Prompt:
    """One version of a task's prompt, as a certain family of models gets it."""

    name: str
    parts: Parts
    examples: tuple[Shot, ...] = ()
    variants: Mapping[str, Variant] | None = None
    family: str | None = None

    @property
    def digest(self) -> str:
        """Hash of all that the prompt says by itself."""
        said = [self.name, self.parts.model_dump(), [shot.model_dump() for shot in self.examples]]
        return _hash(json.dumps(said, ensure_ascii=False, sort_keys=True))

    def for_model(self, model: str) -> Prompt:
        """Return the variant for a model, by the server's own name of it; the longest family that the name holds wins."""
        fitting = [family for family in self.variants or {} if family.lower() in model.lower()]
        if not fitting:
            return self
        family = max(fitting, key=lambda name: (len(name), name))
        variant = (self.variants or {})[family]
        changed = variant.model_dump(exclude={"examples"}, exclude_none=True)
        examples = self.examples if variant.examples is None else variant.examples
        return Prompt(self.name, self.parts.model_copy(update=changed), examples, None, family)

    def render(self, inputs: Mapping[str, Any]) -> Rendered:
        """Return the messages for one call.

        The fixed parts go into the system message (equal from call to call, so that a server can keep it), the known
        content into the user message.

        Raises:
            SettingsError: the template uses a name that the task does not give, or is no valid template.
        """
        known = self._fill("known", inputs)
        mark = _hash(known)[:8]
        system = [
            self._part("role", inputs),
            self._part("goal", inputs),
            self._part("limits", inputs),
            self._part("instruction", inputs),
            self._part("output", inputs),
            self._shots(),
        ]
        user = f"【{HEADINGS['known']}】\n<资料 {mark}>\n{known}\n</资料 {mark}>"
        messages = (
            {"role": "system", "content": "\n".join(line for line in system if line)},
            {"role": "user", "content": user},
        )
        digest = _hash(json.dumps(messages, ensure_ascii=False, sort_keys=True))
        return Rendered(messages, f"{self.name}#{self.digest}", digest)

    def _part(self, part: str, inputs: Mapping[str, Any]) -> str:
        filled = self._fill(part, inputs)
        return f"【{HEADINGS[part]}】{filled}" if filled else ""

    def _shots(self) -> str:
        if not self.examples:
            return ""
        lines = (f"{shot.input} → {shot.output}" if shot.input else shot.output for shot in self.examples)
        return f"【{HEADINGS['examples']}】" + "\n".join(lines)

    def _fill(self, part: str, inputs: Mapping[str, Any]) -> str:
        import jinja2

        try:
            return str(_template(getattr(self.parts, part)).render(as_data(inputs))).strip()
        except jinja2.TemplateError as error:
            where = f"prompt {self.name}, part {part}"
            raise SettingsError(f"{where}: {error}; mend the file or name another version in [tasks].") from error


def as_data(value: Any) -> Any:
    """Return an input as it may stand in a prompt: strings on one line, without angle brackets and turn marks.

    The length in characters stays but for runs of blanks; numbers and words stay as they are.
    """
    if isinstance(value, str):
        return _TURNS.sub(r"［\1\2］", _BLANKS.sub(" ", value).strip().translate(_ANGLES))
    if isinstance(value, Mapping):
        return {key: as_data(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [as_data(inner) for inner in value]
    return value


def load_prompt(name: str, *, home: Path | None = None) -> Prompt:
    """Load a prompt by `<task>/<version>`, from the home's `prompts/` folder or the packaged ones.

    Raises:
        SettingsError: there is no such prompt (the known versions are named), or its file is not what a prompt must be.
    """
    if not _NAME.fullmatch(name):
        raise SettingsError(f"The prompt {name!r} is named <task>/<version>, like summarise_slices/v1.")
    own = home / "prompts" / f"{name}.toml" if home is not None else None
    packaged = files("resources.models").joinpath("prompts", *f"{name}.toml".split("/"))
    if own is not None and own.is_file():
        where, text = str(own), own.read_bytes()
    elif packaged.is_file():
        where, text = f"prompt {name}", packaged.read_bytes()
    else:
        known = ", ".join(_versions(name.split("/")[0], home)) or "none"
        raise SettingsError(f"There is no prompt {name} (known of this task: {known}); mend [tasks] or add the file.")
    try:
        made = _File.model_validate(tomllib.loads(text.decode("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{where} is no valid TOML ({error}); mend it.") from error
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(str(part) for part in first["loc"])
        raise SettingsError(f"{where}: {path}: {first['msg'].lower()}; mend it.") from None
    return Prompt(name, made.parts, made.examples, made.variants)


def _versions(task: str, home: Path | None) -> list[str]:
    folders: list[Any] = [files("resources.models").joinpath("prompts", task)]
    if home is not None:
        folders.append(home / "prompts" / task)
    names = {f.name for folder in folders if folder.is_dir() for f in folder.iterdir() if f.name.endswith(".toml")}
    return sorted(f"{task}/{name.removesuffix('.toml')}" for name in names)


@lru_cache(maxsize=256)
def _template(source: str) -> Any:
    return _environment().from_string(source)


@cache
def _environment() -> Any:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
