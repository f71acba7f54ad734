"""Writes the files in Tests/DescentDataTests/References with NumPy, Pillow and safetensors, once.

usage: python write_references.py [FOLDER]

Needs: pip install numpy pillow safetensors, in a virtual environment outside of the repository.
The same versions write the same bytes, but for the time stamps in archives, which are set to 1980.
"""

import io
import json
import os
import struct
import sys
import zipfile
import zlib

import numpy as np
from PIL import Image

FOLDER = os.path.join(os.path.dirname(__file__), "../../Tests/DescentDataTests/References")


def npy(array, version=(1, 0)):
    """The bytes of a file, whatever the array."""
    stream = io.BytesIO()
    np.lib.format.write_array(stream, array, version=version, allow_pickle=True)
    return stream.getvalue()


def archive(members, method, force_zip64=False):
    """A ZIP archive whose members have fixed time stamps."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as file:
        for name, contents in members.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = method
            with file.open(info, "w", force_zip64=force_zip64) as member:
                member.write(contents)
    return stream.getvalue()


class Unseekable(io.BytesIO):
    """A stream that can't go back, so that the writer puts sizes behind the data."""

    def seekable(self):
        return False

    def seek(self, *_):
        raise OSError("not seekable")

    def tell(self):
        raise OSError("not seekable")


def with_descriptors(members):
    """An archive with data descriptors."""
    stream = Unseekable()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for name, contents in members.items():
            file.writestr(zipfile.ZipInfo(name), contents, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def with_large_fields(members):
    """An archive whose sizes and offsets stand in ZIP64 fields although they are small."""
    saved = zipfile.ZIP64_LIMIT, zipfile.ZIP_FILECOUNT_LIMIT
    zipfile.ZIP64_LIMIT, zipfile.ZIP_FILECOUNT_LIMIT = 10, 0
    try:
        return archive(members, zipfile.ZIP_STORED, force_zip64=True)
    finally:
        zipfile.ZIP64_LIMIT, zipfile.ZIP_FILECOUNT_LIMIT = saved


def write_arrays(folder):
    """Arrays of every type, order and version, and what is in them: arrays.zip and arrays.json."""
    files, values = {}, {}

    def add(name, array, version=(1, 0), **more):
        files[name + ".npy"] = npy(array, version)
        values[name] = {"shape": list(array.shape), "values": [float(x) for x in array.ravel().tolist()], **more}

    kinds = ["i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"]
    for kind in kinds:
        low, high = (-2.5, 1e4) if kind[0] == "f" else (np.iinfo(kind).min, np.iinfo(kind).max)
        data = [low, high, 0, 1, 2, 3] if kind not in ("i8", "u8") else [low, high // 2 + 1, 0, 1, 2, 3]
        for order in "<>":
            array = np.array(data, dtype=order + kind).reshape(2, 3)
            add(f"{kind}-{'little' if order == '<' else 'big'}", array, type=kind)
    add("f4-special", np.array([np.inf, -np.inf, 1e-45, -0.0], "<f4"), type="f4")
    add("bool", np.array([[True, False, True]]), type="b1")
    add("scalar", np.array(2.5), type="f8")
    add("none", np.zeros((0, 3), "f4"), type="f4")
    add("one-axis", np.arange(5, dtype="i4"), type="i4")
    for kind in ("<f4", ">i2", "?"):
        array = np.asfortranarray((np.arange(24).reshape(2, 3, 4) % 5).astype(kind))
        name = "fortran-" + {"<f4": "f4", ">i2": "i2-big", "?": "bool"}[kind]
        add(name, array, type={"<f4": "f4", ">i2": "i2", "?": "b1"}[kind])
    add("version-2", np.arange(6.0).reshape(3, 2), (2, 0), type="f8")
    add("version-3", np.arange(6.0).reshape(3, 2), (3, 0), type="f8")
    add("eight-axes", np.arange(4.0).reshape(1, 2, 1, 1, 2, 1, 1, 1), type="f8")
    refused = {
        "objects": np.array([{"a": 1}, None], dtype=object), "texts": np.array(["a", "bc"]),
        "bytes": np.array([b"a", b"bc"]), "complex": np.array([1j]), "dates": np.array(["2020-01-01"], "M8[D]"),
        "spans": np.array([1], "m8[s]"), "records": np.array([(1, 2.0)], [("a", "i4"), ("b", "f8")]),
        "raw": np.array([b"ab"], "V2"), "nine-axes": np.zeros((1,) * 9), "long-double": np.zeros(2, np.longdouble),
    }
    for name, array in refused.items():
        files[f"refused-{name}.npy"] = npy(array)
    with open(os.path.join(folder, "arrays.zip"), "wb") as file:
        file.write(archive(files, zipfile.ZIP_DEFLATED))
    with open(os.path.join(folder, "arrays.json"), "w") as file:
        # Infinity and NaN as Python spells them.
        json.dump(values, file, separators=(",", ":"))


def write_archives(folder):
    """The same three arrays in every kind of archive."""
    members = {
        "a.npy": npy(np.arange(600, dtype="<i4").reshape(20, 30) % 7),
        "b.npy": npy(np.linspace(0, 1, 5)),
        "größe.npy": npy(np.array(True)),
        "note.txt": b"not an array",
    }
    files = {
        "stored": archive(members, zipfile.ZIP_STORED),
        "deflated": archive(members, zipfile.ZIP_DEFLATED),
        "forced": archive(members, zipfile.ZIP_DEFLATED, force_zip64=True),
        "descriptors": with_descriptors(members),
        "zip64": with_large_fields(members),
        "commented": archive(members, zipfile.ZIP_STORED)[:-2] + b"\x05\x00hello",
        "bzip2": archive(members, zipfile.ZIP_BZIP2),
    }
    for name, contents in files.items():
        with open(os.path.join(folder, name + ".npz"), "wb") as file:
            file.write(contents)
    stream = io.BytesIO()
    np.savez_compressed(stream, a=np.arange(10), b=np.eye(3, dtype="f4"))
    with open(os.path.join(folder, "savez.npz"), "wb") as file:
        file.write(stream.getvalue())


def write_shards(folder):
    """A model in two safetensors files with an index, as the transformers library lays it out."""
    from safetensors.numpy import save_file

    folder = os.path.join(folder, "sharded")
    os.makedirs(folder, exist_ok=True)
    shards = {
        "model-00001-of-00002.safetensors": {"embed": np.arange(12, dtype="f4").reshape(3, 4)},
        "model-00002-of-00002.safetensors": {
            "head.weight": np.arange(6, dtype="f2").reshape(2, 3), "head.bias": np.array([-1, 7], "i8"),
        },
    }
    for name, tensors in shards.items():
        save_file(tensors, os.path.join(folder, name), metadata={"format": "np"})
    places = {name: shard for shard, tensors in shards.items() for name in tensors}
    total = sum(array.nbytes for tensors in shards.values() for array in tensors.values())
    with open(os.path.join(folder, "model.safetensors.index.json"), "w") as file:
        json.dump({"metadata": {"total_size": total}, "weight_map": places}, file, indent=2)


def chunk(name, contents):
    body = name + contents
    return struct.pack(">I", len(contents)) + body + struct.pack(">I", zlib.crc32(body))


def packed_rows(rows, bits):
    """Rows of numbers as bytes, with filter 0 before each."""
    result = b""
    for row in rows:
        text = "".join(format(int(value), f"0{bits}b") for value in np.ravel(row))
        text += "0" * (-len(text) % 8)
        result += b"\0" + bytes(int(text[place : place + 8], 2) for place in range(0, len(text), 8))
    return result


def handmade(pixels, bits, color, interlaced=False, extra=b""):
    """A PNG file written by hand: Pillow writes neither interlaced ones nor every bit depth."""
    height, width = pixels.shape[:2]
    passes = [(0, 0, 1, 1)]
    if interlaced:
        passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    parts = [pixels[y::dy, x::dx] for x, y, dx, dy in passes]
    data = b"".join(packed_rows(part, bits) for part in parts if part.size)
    header = struct.pack(">IIBBBBB", width, height, bits, color, 0, 0, int(interlaced))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", zlib.compress(data, 9))
        + chunk(b"IEND", b"")
    )


def write_images(folder):
    """PNG files of every colour type, bit depth and interlacing in images.zip; what Pillow reads in images.npz."""
    random = np.random.default_rng(7)
    files, saved = {}, {}
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
    depths = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
    for color, count in channels.items():
        for bits in depths[color]:
            for interlaced in (False, True):
                for transparent in (False, True) if color in (0, 2, 3) else (False,):
                    height, width = (9, 11) if not interlaced else (10, 13)
                    pixels = random.integers(0, 1 << bits, (height, width, count))
                    extra = b""
                    if color == 3:
                        extra += chunk(b"PLTE", random.integers(0, 256, 3 << bits, "u1").tobytes())
                    if transparent:
                        key = struct.pack(f">{count}H", *pixels[1, 2].tolist())
                        alphas = random.integers(0, 256, max(1, (1 << bits) // 2), "u1").tobytes()
                        extra += chunk(b"tRNS", alphas if color == 3 else key)
                    name = f"color{color}-bits{bits}{'-interlaced' * interlaced}{'-transparent' * transparent}"
                    files[name + ".png"] = handmade(pixels, bits, color, interlaced, extra)
                    if color == 0 and bits in (2, 4) and transparent:
                        # Pillow compares the key with numbers that it has stretched to 8 bits already: the
                        # specification's answer (section 11.3.2.1) is taken.
                        grey = pixels * (255 // ((1 << bits) - 1))
                        alpha = np.where(pixels == pixels[1, 2], 0, 255)
                        saved[name] = np.concatenate([grey, grey, grey, alpha], -1).astype("u1")
                    elif bits < 16:
                        image = Image.open(io.BytesIO(files[name + ".png"]))
                        saved[name] = np.array(image.convert("RGBA"))
                    elif not transparent:
                        # Pillow reduces most images of 16 bits to 8: the numbers are those that were written.
                        saved[name] = pixels.astype("u2")
    # Filtered and compressed by Pillow, and converted by it.
    y, x = np.mgrid[0:40, 0:50]
    photo = np.stack([(x * y) % 256, (3 * x + y) % 256, (255 - x * 5) % 256], -1).astype("u1")
    stream = io.BytesIO()
    Image.fromarray(photo).save(stream, "PNG", optimize=True)
    files["photo.png"] = stream.getvalue()
    saved["photo"], saved["photo-grey"] = photo, np.array(Image.fromarray(photo).convert("L"))
    with open(os.path.join(folder, "images.zip"), "wb") as file:
        file.write(archive(files, zipfile.ZIP_DEFLATED))
    with open(os.path.join(folder, "images.npz"), "wb") as file:
        file.write(archive({name + ".npy": npy(array) for name, array in saved.items()}, zipfile.ZIP_DEFLATED))


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else FOLDER
    os.makedirs(folder, exist_ok=True)
    for write in (write_arrays, write_archives, write_shards, write_images):
        write(folder)


if __name__ == "__main__":
    main()
