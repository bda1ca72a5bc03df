import sqlite3
from pathlib import Path

import sqlalchemy as sa

from leafroot.event_log import quick_commits


def synchronous(file: Path) -> int:
    engine = sa.create_engine(f"sqlite:///{file}", poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        return int(connection.exec_driver_sql("PRAGMA synchronous").scalar() or 0)


def test_quick_commits_holds_under_the_folder_alone(tmp_path: Path) -> None:
    inside, outside = tmp_path / "dagster" / "a.db", tmp_path / "b.db"
    inside.parent.mkdir()
    with quick_commits(inside.parent):
        assert synchronous(inside) == 1
        assert synchronous(outside) == 2
    assert synchronous(inside) == 2


def test_quick_commits_loses_nothing_and_lets_go(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    with quick_commits(tmp_path):
        for number in range(3):
            engine = sa.create_engine(f"sqlite:///{file}", poolclass=sa.pool.NullPool)
            with engine.begin() as connection:
                connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS t (n INTEGER)")
                connection.exec_driver_sql(f"INSERT INTO t VALUES ({number})")
    reader = sqlite3.connect(file)
    assert reader.execute("SELECT COUNT(*) FROM t").fetchone() == (3,)
    reader.close()
    memory = sa.create_engine("sqlite://")
    with quick_commits(tmp_path), memory.connect() as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1
