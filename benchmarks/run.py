"""`make bench`: measure every claim, print the table, and keep it beside its plot."""

import argparse
import tempfile
from functools import partial
from pathlib import Path
from uuid import UUID

import psycopg
from eventsourcing.application import Application

from api.postgres import OWNER, READER, SERVICE, SUPERUSER, EmbeddedServer, Logins, prepare
from benchmarks import archive, audit, ours, raw, sealing, stock, stock_runner
from benchmarks.machine import in_turn, stated
from benchmarks.readings import Followed, followed, long_log, one_view, rebuilt
from benchmarks.served import figures_asked
from benchmarks.table import Row, markdown, plot, waits
from ledger.migrations import migrate
from projections.annuities import ANNUITIES
from projections.indicators import INDICATORS
from projections.receipts import RECEIPTS
from projections.views import VIEWS

FOLDER = Path(__file__).parent
ROLES = (OWNER, SERVICE, READER)
RUNNERS = ("ProjectionRunner into PostgreSQL", "ProjectionRunner into memory")


def main() -> None:
    """Run all measurements, or a part; `--rounds`, `--facts` and `--long` make a quick look."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--facts", type=int, default=20_000)
    parser.add_argument("--long", type=int, default=1_000_000)
    parser.add_argument("--only", choices=("commands", "readings", "sealing", "audit", "archive"))
    parser.add_argument("--archive", type=int, default=10_000_000)
    options = parser.parse_args()
    # Over TCP, for both: the stock insert_events hangs on large batches over a unix socket.
    listening = {"listen_addresses": "127.0.0.1"}
    rows: list[Row] = []
    parts: list[str] = []
    with (
        tempfile.TemporaryDirectory(prefix="zhiheng-bench-") as folder,
        EmbeddedServer(Path(folder), listening) as server,
    ):
        let_in(server)
        if options.only in (None, "commands"):
            rows += measure_commands(server, options, parts)
        if options.only in (None, "readings"):
            rows += measure_readings(server, Path(folder), options, parts)
        if options.only in (None, "sealing"):
            parts += measure_sealing(server, Path(folder), options)
        if options.only in (None, "archive"):
            rows += measure_archive(server, Path(folder), options, parts)
        if options.only in (None, "audit"):
            row, waited = audit.measure(options.long, min(options.rounds, 3))
            rows.append(row)
            parts.append(waits([waited]))
        machine = stated(server.url(SUPERUSER, SUPERUSER))
    text = markdown(rows, machine, parts)
    print(text)
    if options.only is None:
        (FOLDER / "results.md").write_text(text)
        plot(rows, FOLDER / "results.svg")


def measure_commands(
    server: EmbeddedServer, options: argparse.Namespace, parts: list[str]
) -> list[Row]:
    """Commands and bulk import; what has to be said about them goes to `parts`."""
    prepare(server, "ours")
    prepare(server, "peer")
    mine, other = over_tcp("ours"), over_tcp("peer")
    migrate(mine.owner)
    ours.open_log(mine.service)
    app = stock.application(other.owner)
    rows = measure(mine, other, app, options.rounds, options.facts)
    parts.append(
        conditions((ours.bytes_per_fact(mine.service), stock.bytes_per_event(app)), options)
    )
    app.close()
    return rows


def measure_readings(
    server: EmbeddedServer, folder: Path, options: argparse.Namespace, parts: list[str]
) -> list[Row]:
    """Rebuilds against the peer's runner, and waits over a long log; these go to `parts`."""
    for name in ("long", "runner"):
        prepare(server, name)
    home = folder / "home"
    home.mkdir()
    log, other = long_log(over_tcp("long"), home, options.long), over_tcp("runner").owner
    app = stock.application(other)
    many, few = 5 * options.facts, options.facts
    stock.insert_batches(app, 0, many, 1_000)
    app.close()
    everything, into_postgres, into_memory = "every view and figure from PostgreSQL", *RUNNERS
    url, rounds = log.logins.service, options.rounds
    rows = [
        Row(
            everything,
            into_postgres,
            in_turn(lambda: rebuilt(url), lambda: stock_runner.into_postgres(other, few), rounds),
            200,
        ),
        Row(
            everything,
            into_memory,
            in_turn(lambda: rebuilt(url), lambda: stock_runner.into_memory(other, many), rounds),
            4,
        ),
        Row(
            "one view from PostgreSQL",
            into_memory,
            in_turn(lambda: one_view(url), lambda: stock_runner.into_memory(other, many), rounds),
            4,
        ),
    ]
    times = options.facts // 20
    asked, kept_up = figures_asked(log, times), followed(log, times)
    parts += [told(options, ours.bytes_per_fact(url), kept_up), waits([asked, *kept_up.views])]
    return rows


def measure_sealing(server: EmbeddedServer, folder: Path, options: argparse.Namespace) -> list[str]:
    """What sealing costs appends, how far it lags, and how long a proof takes."""
    prepare(server, "sealed")
    logins = over_tcp("sealed")
    migrate(logins.owner)
    made = sealing.measure(logins, folder / "sealed", options.rounds, options.facts // 5)
    return [made.told(), waits(made.waited())]


def measure_archive(
    server: EmbeddedServer, folder: Path, options: argparse.Namespace, parts: list[str]
) -> list[Row]:
    """Views of a long archive against the peer's runner and the bare scan; memory to `parts`."""
    prepare(server, "archive_runner")
    other = over_tcp("archive_runner").owner
    app = stock.application(other)
    stock.insert_batches(app, 0, options.facts, 1_000)
    app.close()
    short, long = folder / "short", folder / "long"
    archive.build(short, options.archive // 10)
    archive.build(long, options.archive)
    tape, rounds = archive.opened(long), options.rounds
    rows = []
    for view in (ANNUITIES, RECEIPTS):
        ours = partial(archive.view_read, view, tape)
        runner = in_turn(ours, partial(stock_runner.into_memory, other, options.facts), rounds)
        bare = in_turn(ours, partial(archive.scanned_bare, view, tape), rounds)
        rows.append(Row(f"view {view.name} from the archive", RUNNERS[1], runner, 100))
        rows.append(Row(f"view {view.name} from the archive", "bare polars scan", bare, 0.5))
    taken = {name: archive.peak_bytes(long, name) for name in archive.MEASURED}
    shown = ", ".join(f"{name} {each / 2**20:,.0f} MiB" for name, each in taken.items())
    asked = [archive.figures_asked(archive.opened(each), 200) for each in (short, long)]
    parts += [
        f"Archive: {tape.size:,} facts as Parquet, written past the database: one made-up city of "
        f"{archive.CITY:,} facts and copies of it with all ids renamed, one behind the other, so "
        "an institution's facts lie in few segments however long the log is; at most in memory, "
        f"each read in a process of its own (goal 2,048 MiB): {shown}.",
        waits(asked),
    ]
    return rows


def told(options: argparse.Namespace, size: int, kept_up: Followed) -> str:
    """What the readings were measured on, and how memory stood."""
    return (
        f"Readings: a made-up log of {options.long:,} facts of {size} bytes on average, of twenty "
        "types, ten institutions, corrections among them, copied in past the append function; all "
        f"{len(VIEWS)} views and {len(INDICATORS)} figures of three years, whereas the peer's "
        "runner fills one view of sums by type. A reading that waits for a new fact holds "
        f"{kept_up.bytes_loaded / 1e6:,.0f} MB once everything is loaded and "
        f"{kept_up.bytes_after / 1e6:,.0f} MB after {kept_up.facts:,} more facts with readings "
        "in between."
    )


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
