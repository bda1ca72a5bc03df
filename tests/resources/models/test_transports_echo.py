import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.models.transports.echo import QUOTED, RUN, without_echo

TEXT = "甲公司持仓明细如下：\n多头一千二百手，空头三百手，均为自营席位。"


@pytest.mark.parametrize(
    ("detail", "kept"),
    [
        ("status 400 1 validation error: input 甲公司持仓明细如下： 多头一千二百手 is too long", f"status 400 1 validation error: input {QUOTED} is too long"),
        (json.dumps("value: 多头一千二百手，空头三百手"), f'"value:{QUOTED}"'),
        ("status 400 response_format is not supported", "status 400 response_format is not supported"),
        ("多头一千", "多头一千"),
        ("", ""),
    ],
    ids=["as it stands", "escaped", "nothing quoted", "a word", "empty"],
)  # fmt: skip
def test_without_echo_takes_out_what_was_sent(detail: str, kept: str) -> None:
    assert without_echo(detail, ["别的一段", TEXT]) == kept


def test_without_echo_keeps_an_error_where_nothing_was_sent() -> None:
    assert without_echo("status 500 something is wrong", []) == "status 500 something is wrong"


@given(st.text("甲乙丙丁ab 1", min_size=0, max_size=60), st.text("甲乙丙丁ab 1", max_size=60))
def test_without_echo_leaves_no_run_of_the_question(said: str, sent: str) -> None:
    kept = without_echo(said, [sent])
    plain = " ".join(sent.split())
    for piece in kept.split(QUOTED):
        assert not any(piece[at : at + RUN] in plain for at in range(len(piece) - RUN + 1))
