"""The images that `fashion-epoch` and `fashion-fit` train with: given ones, or made-up ones of the same size."""

import gzip
import random
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from driver.processes import Failure

# How many images each pair of files has.
COUNTS = {"train": 60_000, "t10k": 10_000}
IMAGES, LABELS = "images-idx3-ubyte", "labels-idx1-ubyte"
FILES = [f"{part}-{kind}" for part in COUNTS for kind in (IMAGES, LABELS)]
SIDE = 28


@contextmanager
def folder_of_images(given: str | None) -> Iterator[str]:
    """A folder with the four files, unpacked."""
    if given and all((Path(given) / name).exists() for name in FILES):
        yield str(Path(given).resolve())
        return
    with tempfile.TemporaryDirectory(prefix="descent-compare-") as folder:
        for name in FILES:
            with open(Path(folder) / name, "wb") as file:
                _unpack(Path(given) / f"{name}.gz", file) if given else _make_up(name, file)
        yield folder


# Piece by piece: a process that is spawned counts its parent's peak memory as its own, so the driver stays small.


def _unpack(path: Path, file: BinaryIO) -> None:
    try:
        with gzip.open(path) as packed:
            shutil.copyfileobj(packed, file)
    except OSError as error:
        raise Failure(f"--data: {path.parent} has neither {path.stem} nor {path.name}") from error


def _make_up(name: str, file: BinaryIO) -> None:
    part, kind = name.split("-", 1)
    count = COUNTS[part]
    if kind == LABELS:
        file.write(_header(count) + bytes(k * 7 % 10 for k in range(count)))
        return
    source = random.Random(part)
    file.write(_header(count, SIDE, SIDE))
    for _ in range(count):
        file.write(source.randbytes(SIDE * SIDE))


def _header(*sizes: int) -> bytes:
    """Two zero bytes, the type (8: bytes), the number of dimensions, each as four bytes, high first."""
    return bytes([0, 0, 8, len(sizes)]) + b"".join(size.to_bytes(4, "big") for size in sizes)
