"""Reads metrics with Prometheus' own Python client, for TextCrosscheckTests.

Takes the text of a scrape from standard input and writes one JSON list of its families: {"name", "type", "help",
"samples"}, each sample a list of its name, its labels and its value as a text.
"""

import json
import sys

from prometheus_client.parser import text_string_to_metric_families

text = sys.stdin.buffer.read().decode("utf-8")
families = [
    {
        "name": family.name,
        "type": family.type,
        "help": family.documentation,
        "samples": [[sample.name, dict(sample.labels), repr(float(sample.value))] for sample in family.samples],
    }
    for family in text_string_to_metric_families(text)
]
json.dump(families, sys.stdout)
