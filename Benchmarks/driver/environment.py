"""What has to be there before anything is measured, and what the results depend on: machine and versions."""

import json
import os
import platform
import shutil
import subprocess
import sys
import time
from pathlib import Path

from driver.processes import FOLDER, Failure

ENVIRONMENT = FOLDER / ".venv"
REQUIREMENTS = FOLDER / "requirements.txt"
BUILD_SECONDS, INSTALL_SECONDS = 3600, 3600
BUSY_SECONDS = 0.3


def peers_python(given: str | None) -> Path:
    """The given interpreter, or that of `Benchmarks/.venv`, installed into when `requirements.txt` has changed."""
    if given:
        if not Path(given).exists():
            raise Failure(f"--python: there is no {given}")
        return Path(given).absolute()
    python, installed = ENVIRONMENT / "bin" / "python", ENVIRONMENT / "installed-requirements.txt"
    wanted = REQUIREMENTS.read_text()
    if python.exists() and installed.exists() and installed.read_text() == wanted:
        return python
    print(f"compare: installing the peers into {ENVIRONMENT}; this takes some minutes", file=sys.stderr, flush=True)
    _run([sys.executable, "-m", "venv", str(ENVIRONMENT)], "making the virtual environment", INSTALL_SECONDS)
    install = [str(python), "-m", "pip", "install", "--quiet", "--requirement", str(REQUIREMENTS)]
    _run(install, "installing the peers", INSTALL_SECONDS)
    installed.write_text(wanted)
    return python


def build_workloads() -> None:
    command = ["swift", "build", "-c", "release", "--package-path", str(FOLDER), "--product", "Workloads"]
    _run(command, "building Workloads", BUILD_SECONDS)


def _run(command: list[str], what: str, timeout: float) -> None:
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=timeout)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Failure(f"{what} failed: {error}") from error
    if result.returncode != 0:
        lines = (result.stderr + result.stdout).strip().splitlines()
        errors = [line for line in lines if "error" in line.lower()] or lines[-1:] or ["no message"]
        raise Failure(f"{what} failed: {errors[0].strip()}")


def pin(threads: int) -> None:
    """Keeps this process and all that it starts on as many processors as there are threads."""
    if hasattr(os, "sched_setaffinity"):
        processors = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, processors[:threads])


def processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


# Machine and versions


def machine() -> dict[str, object]:
    model, flags = _processor()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    features = {"avx2": "avx2" in flags, "avx512": "avx512f" in flags}
    return {"cpu": model, "cores": processors(), "features": features, "memory_bytes": memory}


def _processor() -> tuple[str, set[str]]:
    file = Path("/proc/cpuinfo")
    rows = [line.partition(":") for line in file.read_text().splitlines()] if file.exists() else []
    fields = {name.strip(): value.strip() for name, _, value in reversed(rows)}
    return fields.get("model name", platform.processor() or platform.machine()), set(fields.get("flags", "").split())


def others_share() -> float | None:
    """How much of the machine's processors others use right now, from 0 to 1; to be asked while nothing of ours runs.

    Libraries whose threads wait for each other by spinning suffer most from company, so it changes ratios too."""
    before = _processor_ticks()
    if before is None:
        return None
    time.sleep(BUSY_SECONDS)
    busy, total = (after - earlier for after, earlier in zip(_processor_ticks(), before))
    return busy / total if total else 0


def _processor_ticks() -> tuple[int, int] | None:
    """Busy and total, of all processors since the machine started."""
    file = Path("/proc/stat")
    if not file.exists():
        return None
    ticks = [int(field) for field in file.read_text().split("\n", 1)[0].split()[1:9]]
    return sum(ticks) - ticks[3] - ticks[4], sum(ticks)


def versions(python: Path | None) -> dict[str, str | None]:
    commit = _first_line(["git", "-C", str(FOLDER), "describe", "--always", "--dirty", "--abbrev=12"])
    found: dict[str, str | None] = {"descent": commit, "swift": _first_line(["swift", "--version"])}
    if python:
        found |= _peer_versions(python)
    return found


def _peer_versions(python: Path) -> dict[str, str | None]:
    program = (
        "import importlib.metadata as m, json\n"
        "installed = {d.metadata['Name'].replace('_', '-').lower(): d.version for d in m.distributions()}\n"
        "names = {'torch': 'torch', 'jax': 'jax', 'optax': 'optax', 'tensorflow': 'tensorflow-cpu', 'numpy': 'numpy'}\n"
        "print(json.dumps({key: installed.get(name) for key, name in names.items()}))"
    )
    line = _first_line([str(python), "-c", program])
    return json.loads(line) if line else {}


def _first_line(command: list[str]) -> str | None:
    if shutil.which(command[0]) is None:
        return None
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    lines = result.stdout.strip().splitlines()
    return lines[0] if result.returncode == 0 and lines else None
