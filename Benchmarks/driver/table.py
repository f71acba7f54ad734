"""A row for each workload: ours, theirs, the ratio and what was asked for, the floor, memory."""

from driver.rounds import Contestant, Result
from peers.catalogue import PEERS

NOTHING = "–"
WIDTHS = {"workload": 21, "descent": 27, "peer": 30, "ratio": 8, "target": 15, "floor": 9, "reached": 8, "memory": 18}


def header(libraries: list[str]) -> str:
    names = ["workload", "descent", *_peers(libraries), "ratio", "target", "floor", "reached", "memory"]
    return _line(names, libraries)


def row(result: Result, libraries: list[str]) -> str:
    ours, floor = result.ours, result.floor()
    cells = [
        result.workload.name,
        _ours(ours),
        *(_peer(result.best(library)) for library in _peers(libraries)),
        NOTHING if result.ratio() is None else f"{result.ratio():.2f}×",
        _target(result),
        NOTHING if floor is None else duration(floor),
        NOTHING if floor is None or ours is None else f"{floor / ours.median:.0%}",
        _memory(result),
    ]
    return _line(cells, libraries)


def duration(seconds: float) -> str:
    if seconds < 1e-3:
        return f"{_digits(seconds * 1e6)} µs"
    return f"{_digits(seconds * 1e3)} ms" if seconds < 1 else f"{_digits(seconds)} s"


def _digits(value: float) -> str:
    """Three digits that count."""
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:.0f}"


def _peers(libraries: list[str]) -> list[str]:
    return [library for library in PEERS if library in libraries]


def _ours(ours: Contestant | None) -> str:
    return f"{duration(ours.median)} ±{ours.spread:.0%} {ours.variant}" if ours else NOTHING


def _peer(peer: Contestant | None) -> str:
    return f"{duration(peer.median)} {peer.variant}" if peer else NOTHING


def _target(result: Result) -> str:
    target = result.workload.target
    if target.ratio is None:
        return ""
    ratio = result.ratio(target.library)
    return f"{target.ratio:g}× {target.library or ''}".strip() + ("" if ratio is None else _mark(ratio >= target.ratio))


def _memory(result: Result) -> str:
    ours, least = result.ours, result.least_peer_memory()
    cell = f"{_megabytes(ours.peak_bytes if ours else None)} / {_megabytes(least)} MB"
    target, fraction = result.workload.target.memory, result.memory_fraction()
    return cell if target is None or fraction is None else cell + _mark(fraction <= target)


def _megabytes(size: int | None) -> str:
    return NOTHING if size is None else f"{size / 1e6:.0f}"


def _mark(is_reached: bool) -> str:
    return " ✓" if is_reached else " ✗"


def _line(cells: list[str], libraries: list[str]) -> str:
    peers = ["peer"] * len(_peers(libraries))
    columns = ["workload", "descent", *peers, "ratio", "target", "floor", "reached", "memory"]
    return " ".join(cell.ljust(WIDTHS[column]) for cell, column in zip(cells, columns, strict=True)).rstrip()
