"""Reads files that Descent has written with NumPy, safetensors and Pillow, and compares them with what they must hold.

usage: DESCENT_WRITE_SAMPLES=FOLDER swift test -c release --filter WrittenFilesTests && python check_written.py FOLDER

Needs: pip install numpy pillow safetensors; with torch, PyTorch reads the safetensors too. `Tools/peer-readers/run`
does all of it in a virtual environment.
"""

import os
import sys

import numpy as np
from PIL import Image
from safetensors.numpy import load_file

TYPES = ["f4", "f8", "i4", "i8", "?", "f2", "i1", "i2", "u1", "u2", "u4", "u8"]


def expected(kind, shape):
    """The numbers 0, 1, 2, … modulo 100, in a type and shape."""
    return (np.arange(int(np.prod(shape))) % 100).astype(kind).reshape(shape)


def check(name, found, wanted):
    assert found.dtype == wanted.dtype and found.shape == wanted.shape, f"{name}: {found.dtype} {found.shape}"
    assert np.array_equal(found, wanted), f"{name}: other numbers"


def check_with_torch(path):
    """Reads the tensors with PyTorch, where it is installed; the number of those it read."""
    try:
        from safetensors.torch import load_file as load_torch
    except ImportError:
        return 0
    tensors = load_torch(path)
    for kind in TYPES:
        name = {"?": "b1"}.get(kind, kind)
        check(f"PyTorch {name}", tensors[name].numpy(), expected(kind, (3, 5)))
    return len(TYPES)


def main():
    folder = sys.argv[1]
    path = lambda name: os.path.join(folder, name)
    count = 0
    for kind in TYPES:
        name = {"?": "b1"}.get(kind, kind)
        for rank, shape in enumerate([(), (7,), (3, 5), (2, 3, 4)]):
            check(f"{name}-{rank}", np.load(path(f"{name}-{rank}.npy")), expected(kind, shape))
            count += 1
    for archive in ("stored.npz", "deflated.npz", "large.npz"):
        with np.load(path(archive)) as file:
            assert sorted(file.files) == sorted(["a", "größe", "zeros"]), file.files
            check(archive, file["a"], expected("i8", (40, 50)))
            check(archive, file["größe"], expected("f4", (7,)))
            check(archive, file["zeros"], np.zeros((200, 200), "f4"))
            count += 3
    tensors = load_file(path("model.safetensors"))
    for kind in TYPES:
        name = {"?": "b1"}.get(kind, kind)
        check(f"safetensors {name}", tensors[name], expected(kind, (3, 5)))
        count += 1
    count += check_with_torch(path("model.safetensors"))
    for channels, mode in [(1, "L"), (2, "LA"), (3, "RGB"), (4, "RGBA")]:
        with Image.open(path(f"image-{channels}.png")) as image:
            image.load()
            assert image.mode == mode, image.mode
            found = np.array(image).reshape(20, 30, channels)
            check(f"image {channels}", found, expected("u1", (20, 30, channels)))
            count += 1
    with Image.open(path("image-16.png")) as image:
        found = np.array(image).astype("u2")
        check("image of 16 bits", found, (np.arange(600) % 100 * 600).astype("u2").reshape(20, 30))
        count += 1
    print(f"{count} files and arrays are as they must be")


if __name__ == "__main__":
    main()
