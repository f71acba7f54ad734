"""Reads a folder of event files with TensorBoard's own readers and prints what they find.

usage: check_event_file.py FOLDER      (needs tensorboard and pillow)

The events must be those of EventFileTests; the reader checks the checksums. Then TensorBoard's graph plugin is asked for
the graph of each run, as the browser asks for it, and the nodes are printed with their operations and inputs.
"""

import glob
import io
import os
import sys

from PIL import Image
from tensorboard.backend.event_processing import data_provider, event_file_loader, plugin_event_multiplexer
from tensorboard.compat.proto import graph_pb2
from tensorboard.context import RequestContext
from tensorboard.plugins import base_plugin
from tensorboard.plugins.graph import graphs_plugin
from tensorboard.util import tensor_util
from google.protobuf import text_format


def shown(plugin, content):
    """The content of an event: of an image its size and format."""
    if plugin != "images":
        return content.tolist()
    width, height, encoded = content.tolist()[:3]
    image = Image.open(io.BytesIO(encoded))
    assert image.size == (int(width), int(height)), "the image's header and the event disagree"
    image.load()
    return f"{image.format} {image.size} {image.mode}"


def print_events(folder):
    for path in sorted(glob.glob(f"{folder}/*tfevents*")):
        for event in event_file_loader.EventFileLoader(path).Load():
            if event.file_version:
                print("version", event.file_version)
            for value in event.summary.value:
                plugin = value.metadata.plugin_data.plugin_name
                if plugin == "graphs":
                    continue
                print(event.step, value.tag, plugin, shown(plugin, tensor_util.make_ndarray(value.tensor)))


def print_graph(folder):
    folder = os.path.abspath(folder)
    multiplexer = plugin_event_multiplexer.EventMultiplexer()
    multiplexer.AddRunsFromDirectory(folder)
    multiplexer.Reload()
    provider = data_provider.MultiplexerDataProvider(multiplexer, folder)
    plugin = graphs_plugin.GraphsPlugin(base_plugin.TBContext(logdir=folder, data_provider=provider))
    for run, info in plugin.info_impl(RequestContext(), experiment="").items():
        if not info["run_graph"]:
            continue
        body, _ = plugin.graph_impl(
            RequestContext(), run, tag=None, is_conceptual=False, experiment="",
            limit_attr_size=1024, large_attrs_key="_too_large_attrs")
        graph = text_format.Parse(body, graph_pb2.GraphDef())
        for node in graph.node:
            shapes = [[size.size for size in shape.dim] for shape in node.attr["_output_shapes"].list.shape]
            print("node", node.name, node.op, *node.input, shapes, node.attr["parameters"].i)


print_events(sys.argv[1])
print_graph(sys.argv[1])
