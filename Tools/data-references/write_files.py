"""Writes files with NumPy, safetensors, PyTorch, Pillow and Python's own csv and gzip, for Descent to read.

usage: python write_files.py FOLDER && DESCENT_READ_SAMPLES=FOLDER swift test -c release --filter ForeignFilesTests

Needs: pip install numpy pillow safetensors; PyTorch's file is left out without torch.
"""

import csv
import gzip
import os
import sys

import numpy as np
from PIL import Image
from safetensors.numpy import save_file

from check_written import TYPES, expected

# How Swift calls the types.
NAMES = {
    "f4": "float32", "f8": "float64", "i4": "int32", "i8": "int64", "?": "bool", "f2": "float16", "i1": "int8",
    "i2": "int16", "u1": "uint8", "u2": "uint16", "u4": "uint32", "u8": "uint64",
}


def write_arrays(path):
    for kind in TYPES:
        name = {"?": "b1"}.get(kind, kind)
        for rank, shape in enumerate([(), (7,), (3, 5), (2, 3, 4)]):
            np.save(path(f"{name}-{rank}.npy"), expected(kind, shape))
    np.save(path("columns.npy"), np.asfortranarray(expected(">f8", (6, 7))))
    arrays = {"a": expected("i8", (40, 50)), "größe": expected("f4", (7,))}
    np.savez(path("savez.npz"), **arrays)
    np.savez_compressed(path("savez_compressed.npz"), **arrays)


def write_safetensors(path):
    arrays = {NAMES[kind]: expected(kind, (3, 5)) for kind in TYPES}
    save_file(arrays, path("numpy.safetensors"), metadata={"format": "np"})
    try:
        import torch
        from safetensors.torch import save_file as save_torch
    except ImportError:
        return
    tensors = {name: torch.from_numpy(array) for name, array in arrays.items()}
    tensors["bfloat16"] = tensors["float32"].to(torch.bfloat16)
    save_torch(tensors, path("torch.safetensors"), metadata={"format": "pt"})


def write_images(path):
    for channels in range(1, 5):
        pixels = expected("u1", (20, 30, channels))
        Image.fromarray(pixels[:, :, 0] if channels == 1 else pixels).save(path(f"image-{channels}.png"))
    Image.fromarray((np.arange(600) % 100 * 600).astype("u2").reshape(20, 30)).save(path("image-16.png"))


def write_table(path):
    with gzip.open(path("table.csv.gz"), "wt", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["number", "word"])
        rows.writerows([index / 8, f'a "word", {index}'] for index in range(100))


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    for write in (write_arrays, write_safetensors, write_images, write_table):
        write(lambda name: os.path.join(folder, name))


if __name__ == "__main__":
    main()
