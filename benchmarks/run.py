"""`make bench`: measure every claim, print the table, and keep it beside its plot."""

import argparse
import tempfile
from pathlib import Path
from uuid import UUID

import psycopg
from eventsourcing.application import Application

from api.postgres import OWNER, READER, SERVICE, SUPERUSER, EmbeddedServer, Logins, prepare
from benchmarks import ours, raw, stock
from benchmarks.machine import in_turn, stated
from benchmarks.table import Row, markdown, plot
from ledger.migrations import migrate

FOLDER = Path(__file__).parent
ROLES = (OWNER, SERVICE, READER)


def main() -> None:
    """Run all measurements; `--rounds` and `--facts` make a quick look possible."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--facts", type=int, default=20_000)
    options = parser.parse_args()
    # Over TCP, for both: the stock insert_events hangs on large batches over a unix socket.
    listening = {"listen_addresses": "127.0.0.1"}
    with (
        tempfile.TemporaryDirectory(prefix="zhiheng-bench-") as folder,
        EmbeddedServer(Path(folder), listening) as server,
    ):
        prepare(server, "ours")
        prepare(server, "peer")
        let_in(server)
        mine, other = over_tcp("ours"), over_tcp("peer")
        migrate(mine.owner)
        ours.open_log(mine.service)
        app = stock.application(other.owner)
        rows = measure(mine, other, app, options.rounds, options.facts)
        sizes = (ours.bytes_per_fact(mine.service), stock.bytes_per_event(app))
        text = markdown(rows, stated(mine.service), conditions(sizes, options))
        app.close()
    print(text)
    (FOLDER / "results.md").write_text(text)
    plot(rows, FOLDER / "results.svg")


def let_in(server: EmbeddedServer) -> None:
    """Let this machine in over TCP, which an embedded server otherwise refuses."""
    rules = server.data / "pg_hba.conf"
    rules.write_text("host all all 127.0.0.1/32 trust\n" + rules.read_text())
    with psycopg.connect(server.url(SUPERUSER, SUPERUSER), autocommit=True) as connection:
        connection.execute("SELECT pg_reload_conf()")


def over_tcp(database: str) -> Logins:
    """Connection URLs to the embedded server on its TCP port."""
    return Logins(*(f"postgresql://{role}@127.0.0.1:5432/{database}" for role in ROLES))


def conditions(sizes: tuple[int, int], options: argparse.Namespace) -> str:
    """Sizes, numbers and seeds of the run."""
    return (
        f"{options.rounds} rounds of {options.facts:,} facts (a tenth of that where the peer makes "
        f"fewer than 10,000 a second); our entries are {sizes[0]} bytes on average, the whole "
        f"envelope included, the peer's states {sizes[1]}; the workload is the same in every run "
        "(ids by uuid5, no chance)."
    )


def measure(
    mine: Logins, other: Logins, app: Application[UUID], rounds: int, facts: int
) -> list[Row]:
    """All rows of the table."""
    numbers = iter(range(1_000_000))
    few = facts // 10
    return [
        Row(
            "commands, 64 asyncio callers",
            "stock save, 8 threads",
            in_turn(
                lambda: ours.handle(mine.service, f"many {next(numbers)}", 64, facts),
                lambda: stock.save_with_threads(app, 8, few),
                rounds,
            ),
            15,
            10,
        ),
        Row(
            "commands, one caller",
            "stock save, 1 thread",
            in_turn(
                lambda: ours.handle(mine.service, f"one {next(numbers)}", 1, few),
                lambda: stock.save_with_threads(app, 1, few),
                rounds,
            ),
            1.6,
        ),
        Row(
            "commands, one caller",
            "raw INSERT",
            in_turn(
                lambda: ours.handle(mine.service, f"alone {next(numbers)}", 1, few),
                lambda: raw.insert_one_by_one(other.owner, few),
                rounds,
            ),
            0.45,
        ),
        Row(
            "history in bulk, batches of 1,000",
            "stock insert_events",
            in_turn(
                lambda: ours.append_batches(mine.service, f"bulk {next(numbers)}", facts, 1_000),
                lambda: stock.insert_batches(app, next(numbers), facts, 1_000),
                rounds,
            ),
            1.6,
        ),
        Row(
            "history in bulk, batches of 1,000",
            "raw COPY",
            in_turn(
                lambda: ours.append_batches(mine.service, f"copy {next(numbers)}", facts, 1_000),
                lambda: raw.copy_batches(other.owner, facts, 1_000),
                rounds,
            ),
            0.5,
        ),
    ]


if __name__ == "__main__":
    main()
