"""Writes the weights of Silero's PyTorch model, and what the example compares itself with: what PyTorch makes of a sound.

    python3 -m venv .venv
    .venv/bin/pip install torch==2.13.* numpy safetensors packaging --extra-index-url https://download.pytorch.org/whl/cpu
    .venv/bin/pip install silero-vad==6.2.3 --no-deps
    .venv/bin/python make_reference.py

The package has a safetensors file too, but of an older version of the network than its PyTorch model.
"""

import importlib.resources
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")
import numpy as np
import torch
from safetensors.numpy import save_file

RATE = 16_000
SAMPLES_IN_CHUNK = 512
HERE = Path(__file__).parent
DATA = importlib.resources.files("silero_vad.data")


def vowel(formants, pitch, seconds, random):
    """A sung vowel: pulses of the vocal cords through one resonance for each formant (frequency, bandwidth)."""
    time = np.arange(int(seconds * RATE)) / RATE
    phase = np.cumsum(pitch * (1 + 0.03 * np.sin(2 * np.pi * 5 * time)) / RATE)
    sound = np.diff(np.floor(phase), prepend=0.0) + 0.01 * random.standard_normal(len(time))
    for frequency, bandwidth in formants:
        radius = np.exp(-np.pi * bandwidth / RATE)
        a1, a2 = 2 * radius * np.cos(2 * np.pi * frequency / RATE), -radius * radius
        y = np.zeros(len(sound) + 2)
        for i, x in enumerate(sound):
            y[i + 2] = (1 - a1 - a2) * x + a1 * y[i + 1] + a2 * y[i]
        sound = y[2:]
    envelope = np.minimum(1, np.minimum(time, seconds - time) / 0.04)
    return 0.4 * envelope * sound / np.abs(sound).max()


def synthesise():
    """Three and a half seconds: silence, two words of three vowels each with noise between them, a pure tone, silence."""
    random = np.random.default_rng(1)
    a = [(730, 90), (1090, 110), (2440, 170)]
    i = [(270, 60), (2290, 100), (3010, 170)]
    u = [(300, 60), (870, 90), (2240, 170)]
    hush = lambda seconds: np.zeros(int(seconds * RATE))
    words = [
        [vowel(f, p, s, random) for f, p, s in [(a, 125, 0.22), (i, 135, 0.18), (u, 110, 0.25)]],
        [vowel(f, p, s, random) for f, p, s in [(i, 140, 0.2), (a, 120, 0.3), (u, 105, 0.2)]],
    ]
    noise = 0.05 * random.standard_normal(int(0.5 * RATE))
    tone = 0.3 * np.sin(2 * np.pi * 440 * np.arange(int(0.5 * RATE)) / RATE)
    parts = [hush(0.5), *words[0], hush(0.1), noise, *words[1], hush(0.3), tone, hush(0.25)]
    sound = np.concatenate(parts) + 0.001 * random.standard_normal(sum(len(part) for part in parts))
    whole = len(sound) // SAMPLES_IN_CHUNK * SAMPLES_IN_CHUNK
    return (32767 * np.clip(sound[:whole], -1, 1)).round().astype(np.int16)


def main():
    sound = synthesise()
    model = torch.jit.load(str(DATA / "silero_vad.jit"), map_location="cpu")
    model.eval()
    wave = torch.from_numpy(sound.astype(np.float32) / 32768)
    with torch.no_grad():
        chunks = [model(chunk[None], RATE) for chunk in wave.split(SAMPLES_IN_CHUNK)]
    probabilities = torch.cat(chunks).squeeze(1).numpy()
    save_file({"sound": sound, "probabilities": probabilities}, HERE / "reference.safetensors")
    # Two networks for two rates; this one has the context and the chunks that the example takes.
    prefix = "_model."
    tensors = {name: tensor for name, tensor in model.state_dict().items() if name.startswith(prefix)}
    weights = {name.removeprefix(prefix): tensor.contiguous().numpy() for name, tensor in tensors.items()}
    save_file(weights, HERE / "silero_vad.safetensors", metadata={"format": "pt"})
    print(f"{len(sound) / RATE:.2f} s of sound, {len(probabilities)} probabilities")
    print(np.array2string(probabilities, precision=3, max_line_width=100))


main()
