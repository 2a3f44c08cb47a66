"""Whether this project's process grows: its memory after some thousand requests and after ten times as many."""

from bench.feed.contenders import Contender
from bench.feed.report import figures
from bench.feed.rounds import Pace, Row, check, load

FEW, MANY = 10_000, 100_000
#: Of so many requests, one asks for the screen; the others ask for the feed.
MIXED = 10


def seconds_a_request(feed: Row, screen: Row) -> float:
    """What one request of the mixture takes, by what was measured."""
    rates = [figures(row.contender.label, row.samples, 0).rate for row in (feed, screen)]
    return ((MIXED - 1) / rates[0] + 1 / rates[1]) / MIXED


def grow(feed: Contender, screen: Contender, pace: Pace) -> dict[str, float]:
    """MiB by number of requests, both questions mixed, from one fresh server without its response cache."""
    found = {}
    with feed.server(pace.server_core, pace.nice) as server:
        exchanges = [check(feed, server, {}).exchange] * (MIXED - 1)
        exchanges.append(check(screen, server, {}).exchange)
        for total, more in ((FEW, FEW), (MANY, MANY - FEW)):
            load(pace.job(server, exchanges, requests=more), pace.load_core)
            found[f"{total:,}"] = server.rss_mib()
    return found
