"""The images that `fashion-epoch` and `fashion-fit` train with: given ones, or made-up ones of the same size."""

import gzip
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
            (Path(folder) / name).write_bytes(_unpacked(Path(given) / f"{name}.gz") if given else _made_up(name))
        yield folder


def _unpacked(path: Path) -> bytes:
    try:
        return gzip.decompress(path.read_bytes())
    except OSError as error:
        raise Failure(f"--data: {path.parent} has neither {path.stem} nor {path.name}") from error


def _made_up(name: str) -> bytes:
    if name == LABELS:
        return _header(COUNT) + bytes(k * 7 % 10 for k in range(COUNT))
    return _header(COUNT, SIDE, SIDE) + random.Random(1).randbytes(COUNT * SIDE * SIDE)


def _header(*sizes: int) -> bytes:
    """Two zero bytes, the type (8: bytes), the number of dimensions, each as four bytes, high first."""
    return bytes([0, 0, 8, len(sizes)]) + b"".join(size.to_bytes(4, "big") for size in sizes)
