"""The configuration: defaults, overrides, and one sentence for each mistake."""

from decimal import Decimal
from pathlib import Path

import pytest

from resources.errors import SettingsError
from resources.settings import load_settings

MODEL = '[[models]]\nname = "qwen-private"\nbase_url = "http://127.0.0.1:1/v1"\nmodel = "m"\n'


def load(tmp_path: Path, text: str, **environ: str):
    path = tmp_path / "leafroot.toml"
    path.write_text(text, encoding="utf-8")
    return load_settings(path, home=tmp_path, environ=environ)


def test_no_file_is_a_good_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load_settings(None, home=tmp_path / "home", environ={})
    assert settings.models == ()
    assert settings.reports.extreme_move.threshold_pct == Decimal("3.0")


def test_the_home_comes_before_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "leafroot.toml").write_text('[privacy]\nnews = "secret"\n')
    (home / "leafroot.toml").write_text('[privacy]\nnews = "public"\n')
    assert load_settings(None, home=home, environ={}).privacy == {"news": "public"}
    assert load_settings(None, home=tmp_path / "other", environ={}).privacy == {"news": "secret"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[modles]]\nname = "x"\n', "modles is unknown; did you mean models"),
        (MODEL + "contxt = 3\n", "contxt is unknown; did you mean context"),
        ('[reports.extreme_move]\nthreshold = "3"\n', "did you mean threshold_pct"),
        ('[reports.extreme_move]\nthreshold_pct = "x"\n', "threshold_pct"),
        ('[profiles.news]\nlane = "news"\n', "built in"),
        ('[profiles."a@b"]\nlane = "news"\n', "letters, digits"),
        (MODEL + MODEL, "two \\[\\[models\\]\\] are named qwen-private"),
        (MODEL + '[tasks.default]\nmodels = ["qwen-privat"]\n', "did you mean qwen-private"),
        ("zzzqqq = 1\n", "known here: models"),
        ("= 3\n", "no valid TOML"),
    ],
    ids=[
        "table",
        "model-key",
        "report-key",
        "value",
        "profile-name",
        "profile-letters",
        "double",
        "task-model",
        "far",
        "toml",
    ],
)
def test_a_mistake_is_one_sentence_with_the_remedy(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said) as caught:
        load(tmp_path, text)
    assert "leafroot.toml" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_named_file_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="is not there"):
        load_settings(tmp_path / "none.toml", home=tmp_path, environ={})


def test_environment_overrides_any_value(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        MODEL,
        LEAFROOT_REPORTS__EXTREME_MOVE__THRESHOLD_PCT="2.5",
        LEAFROOT_MODELS__QWEN_PRIVATE__BASE_URL="http://127.0.0.1:2/v1",
        LEAFROOT_HOME="ignored",
    )
    assert settings.reports.extreme_move.threshold_pct == Decimal("2.5")
    assert settings.models[0].base_url == "http://127.0.0.1:2/v1"


@pytest.mark.parametrize(
    ("variable", "said"),
    [
        ("LEAFROOT_MODELS__NONE__CONTEXT", "no \\[\\[models\\]\\] entry is named NONE"),
        ("LEAFROOT_MODELS__X", "is named LEAFROOT_MODELS__<name>"),
    ],
)
def test_an_override_of_an_unknown_model_is_refused(tmp_path: Path, variable: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        load(tmp_path, MODEL, **{variable: "1"})


def test_the_example_file_is_valid(tmp_path: Path) -> None:
    example = Path(__file__).parents[2] / "leafroot.example.toml"
    assert load_settings(example, home=tmp_path, environ={}).models[0].name == "qwen-private"
