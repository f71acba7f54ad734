"""The rounds of one workload: ours and theirs in turn, so that a slow minute of the machine falls on all alike."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median

from driver.environment import others_share
from driver.processes import Failure, Measurement, Programs, Skipped
from peers.catalogue import PEERS, Workload
from peers.work import Work, work

# After the first round a variant this much slower than the library's best isn't run again.
HOPELESS = 1.25


@dataclass
class Contestant:
    library: str
    variant: str
    medians: list[float] = field(default_factory=list)
    peak_bytes: int = 0
    failure: str | None = None

    @property
    def median(self) -> float:
        return median(self.medians)

    @property
    def spread(self) -> float:
        """Half of what lies between the fastest and the slowest round, as a part of the median."""
        return (max(self.medians) - min(self.medians)) / 2 / self.median

    def add(self, measurement: Measurement) -> None:
        self.medians.append(median(measurement.samples))
        self.peak_bytes = max(self.peak_bytes, measurement.peak_bytes)


@dataclass
class Result:
    workload: Workload
    contestants: list[Contestant]
    peaks: dict[str, float] | None
    others_share: float | None  # of the processors, before the first round

    def best(self, library: str) -> Contestant | None:
        measured = [c for c in self.contestants if c.library == library and c.medians]
        return min(measured, key=lambda c: c.median, default=None)

    @property
    def ours(self) -> Contestant | None:
        return self.best("descent")

    def ratio(self, library: str | None = None) -> float | None:
        """The median of this peer, or of the fastest, over ours."""
        peers = [self.best(peer) for peer in ([library] if library else PEERS)]
        medians = [peer.median for peer in peers if peer]
        return min(medians) / self.ours.median if medians and self.ours else None

    def least_peer_memory(self) -> int | None:
        return min((c.peak_bytes for c in self.contestants if c.library in PEERS and c.medians), default=None)

    def memory_fraction(self) -> float | None:
        least = self.least_peer_memory()
        return self.ours.peak_bytes / least if least and self.ours else None

    @property
    def work(self) -> Work | None:
        return work(self.workload)

    def floor(self) -> float | None:
        known = self.work and self.peaks and all(self.peaks.values())
        return self.work.floor(self.peaks["gigaflops"], self.peaks["gigabytes_per_second"]) if known else None


@dataclass
class Rounds:
    programs: Programs
    libraries: list[str]
    count: int
    seconds: float
    data: str
    all_variants: bool
    report: Callable[[str, bool], None]  # one line, and whether it is an error

    def run(self, workload: Workload) -> Result:
        others = others_share()
        peaks = self._peaks(workload)
        contestants = self._contestants(workload)
        for number in range(self.count):
            running = [c for c in contestants if self._is_worth_running(c, contestants)]
            shift = number % max(len(running), 1)
            for contestant in running[shift:] + running[:shift]:
                _status(f"{workload.name}: round {number + 1}, {contestant.library} {contestant.variant}")
                self._measure(workload, contestant)
        _status("")
        return Result(workload, contestants, peaks, others)

    def _measure(self, workload: Workload, contestant: Contestant) -> None:
        library, variant = contestant.library, contestant.variant
        try:
            contestant.add(self.programs.measure(library, workload.name, variant, self.seconds, self.data))
        except (Failure, Skipped) as failure:
            contestant.failure = str(failure)
            is_error = isinstance(failure, Failure)
            self.report(f"{workload.name}: {library} {variant} {'' if is_error else 'skipped: '}{failure}", is_error)

    def _is_worth_running(self, contestant: Contestant, all_of_them: list[Contestant]) -> bool:
        if contestant.failure:
            return False
        same = [c.median for c in all_of_them if c.library == contestant.library and c.medians]
        return self.all_variants or not contestant.medians or contestant.median <= HOPELESS * min(same)

    def _contestants(self, workload: Workload) -> list[Contestant]:
        found = []
        for library in self.libraries:
            try:
                is_ours = library == "descent"
                variants = self.programs.descent_variants(workload.name) if is_ours else workload.variants[library]
                found += [Contestant(library, variant) for variant in variants]
            except Failure as failure:
                self.report(f"{workload.name}: {library} {failure}", True)
        return found

    def _peaks(self, workload: Workload) -> dict[str, float] | None:
        """Measured anew for each workload: neighbours on the machine come and go."""
        if work(workload) is None or not self.programs.workloads.exists():
            return None
        _status(f"{workload.name}: floor")
        try:
            return self.programs.peaks()
        except (Failure, ValueError) as failure:
            self.report(f"{workload.name}: the floor: {failure}", True)
            return None


def _status(text: str) -> None:
    """Says what is going on where someone watches; silent in a pipe."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)
