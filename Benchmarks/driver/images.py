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

IMAGES, LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
COUNT, SIDE = 60_000, 28


@contextmanager
def folder_of_images(given: str | None) -> Iterator[str]:
    """A folder with the two files, unpacked."""
    if given and all((Path(given) / name).exists() for name in (IMAGES, LABELS)):
        yield str(Path(given).resolve())
        return
    with tempfile.TemporaryDirectory(prefix="descent-compare-") as folder:
        for name in (IMAGES, LABELS):
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
    if name == LABELS:
        file.write(_header(COUNT) + bytes(k * 7 % 10 for k in range(COUNT)))
        return
    source = random.Random(1)
    file.write(_header(COUNT, SIDE, SIDE))
    for _ in range(COUNT):
        file.write(source.randbytes(SIDE * SIDE))


def _header(*sizes: int) -> bytes:
    """Two zero bytes, the type (8: bytes), the number of dimensions, each as four bytes, high first."""
    return bytes([0, 0, 8, len(sizes)]) + b"".join(size.to_bytes(4, "big") for size in sizes)
