"""Runs one process and reads what it measured. Nothing here waits for ever."""

import json
import os
import signal
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from peers.measure import LEAST_SAMPLES, UNAVAILABLE, thread_environment

FOLDER = Path(__file__).resolve().parent.parent
SCRATCH = FOLDER / ".scratch"
LONGEST_LINE = 200


class Failure(Exception):
    """A process that didn't do its work, in one line."""


class Skipped(Exception):
    """A variant that can't run on this machine, in one line; not an error."""


@dataclass(frozen=True)
class Measurement:
    samples: list[float]
    peak_bytes: int


@dataclass(frozen=True)
class Programs:
    """How to run ours and theirs."""

    workloads: Path
    python: Path
    threads: int
    timeout: float

    def command(self, library: str, workload: str, variant: str, seconds: float, data: str) -> list[str]:
        arguments = ["--workload", workload, "--variant", variant, "--seconds", str(seconds), "--data", data]
        if library == "descent":
            return [str(self.workloads), *arguments]
        return [*self._peer(f"{library}_peer"), *arguments, "--threads", str(self.threads)]

    def start_command(self, library: str) -> list[str]:
        return [str(self.workloads), "--start"] if library == "descent" else self._peer(f"{library}_start")

    def _peer(self, module: str) -> list[str]:
        return [str(self.python), "-m", f"peers.{module}"]

    def descent_variants(self, workload: str) -> list[str]:
        if workload == "start":
            return ["start"]
        return self.output([str(self.workloads), "--list-variants", workload]).split()

    def peaks(self) -> dict[str, float]:
        """Gigaflops, and gigabytes per second, of all threads together, right now."""
        return json.loads(self.output([str(self.workloads), "--floor"]))

    def measure(self, library: str, workload: str, variant: str, seconds: float, data: str) -> Measurement:
        if workload == "start":
            return self._whole_processes(self.start_command(library), seconds)
        output = self.output(self.command(library, workload, variant, seconds, data))
        try:
            result = json.loads(output.splitlines()[-1])
            return Measurement(result["samples"], result["peak_bytes"])
        except (IndexError, KeyError, TypeError, json.JSONDecodeError) as error:
            raise Failure(f"printed no measurement but: {_last_line(output)}") from error

    def output(self, command: list[str]) -> str:
        """What the process prints, if it ends well and in time."""
        try:
            process = _spawn(command, self._environment(), subprocess.PIPE, subprocess.PIPE)
        except OSError as error:
            raise Failure(f"can't be run: {error.strerror}: {command[0]}") from error
        try:
            output, errors = process.communicate(timeout=self.timeout)
        except subprocess.TimeoutExpired as error:
            raise Failure(f"took longer than {self.timeout:.0f} s") from error
        finally:
            _end(process)
        _check(process.returncode, errors)
        return output

    def _whole_processes(self, command: list[str], seconds: float) -> Measurement:
        """From spawning to exit, again and again; the first run only fills the file cache."""
        self._whole_process(command)
        runs: list[tuple[float, int]] = []
        end = time.perf_counter() + seconds
        while len(runs) < LEAST_SAMPLES or time.perf_counter() < end:
            runs.append(self._whole_process(command))
        return Measurement([run[0] for run in runs], max(run[1] for run in runs))

    def _whole_process(self, command: list[str]) -> tuple[float, int]:
        # Waiting with a timeout polls; a timer that kills lets the wait itself be exact.
        with tempfile.TemporaryFile("w+") as errors:
            start = time.perf_counter()
            try:
                process = _spawn(command, self._environment(), subprocess.DEVNULL, errors)
            except OSError as error:
                raise Failure(f"can't be run: {error.strerror}: {command[0]}") from error
            timer = threading.Timer(self.timeout, _kill, [process.pid])
            timer.start()
            try:
                _, status, usage = os.wait4(process.pid, 0)
                elapsed = time.perf_counter() - start
                process.returncode = os.waitstatus_to_exitcode(status)
            finally:
                timer.cancel()
                _end(process)
            errors.seek(0)
            _check(process.returncode, errors.read())
        return elapsed, usage.ru_maxrss * 1024

    def _environment(self) -> dict[str, str]:
        # Compiled kernels are kept from round to round, but not where other programs of the user look for theirs.
        own = {"DESCENT_THREADS": str(self.threads), "TORCHINDUCTOR_CACHE_DIR": str(SCRATCH / "inductor")}
        return os.environ | thread_environment(self.threads) | own


def _spawn(command: list[str], environment: dict[str, str], output: object, errors: object) -> subprocess.Popen:
    # In a session of its own, so that what it starts (compilers) ends with it.
    return subprocess.Popen(
        command, cwd=FOLDER, env=environment, text=True, start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=output, stderr=errors,
    )  # fmt: skip


def _check(status: int, errors: str) -> None:
    if status == UNAVAILABLE:
        raise Skipped(_last_line(errors))
    if status != 0:
        how = f"signal {signal.Signals(-status).name}" if status < 0 else f"status {status}"
        raise Failure(f"ended with {how}: {_last_line(errors)}")


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:LONGEST_LINE] if lines else "no message"


def _kill(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        pass


def _end(process: subprocess.Popen) -> None:
    """Kills what is left of the process and its children, also after an interruption."""
    _kill(process.pid)
    if process.returncode is None:
        process.wait()
