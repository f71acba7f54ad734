"""Reads a folder of event files with TensorBoard's own reader and prints what it finds, a line for each event.

usage: check_event_file.py FOLDER      (needs tensorboard)

The lines must be those of EventFileTests; the reader checks the checksums.
"""

import glob
import sys

from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
from tensorboard.util import tensor_util

for path in sorted(glob.glob(f"{sys.argv[1]}/*tfevents*")):
    for event in EventFileLoader(path).Load():
        if event.file_version:
            print("version", event.file_version)
        for value in event.summary.value:
            plugin = value.metadata.plugin_data.plugin_name
            content = tensor_util.make_ndarray(value.tensor)
            print(event.step, value.tag, plugin, content.tolist())
