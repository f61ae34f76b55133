"""Print what llhttp (through httptools) makes of each corpus file, as JSON.

Usage: compare_with_llhttp.py CORPUS_DIRECTORY

The corpus has requests/ and responses/, each with valid/ and invalid/. The output is one object: from the path of a file
without its suffix ("requests/valid/get_minimal") to {"error": text or null, "messages": [...]}; bytes are hexadecimal.
This program judges nothing; the Swift test does.
"""

import json
import pathlib
import sys

import httptools


class Recorder:
    """Collects the messages of one file from llhttp's callbacks."""

    def __init__(self):
        self.messages = []
        self.parser = None

    def on_message_begin(self):
        self.messages.append({"target": "", "headers": [], "body": "", "complete": False, "head": False})

    def on_url(self, url):
        self.messages[-1]["target"] += url.hex()

    def on_header(self, name, value):
        if not self.messages[-1]["head"]:  # later ones are trailers
            self.messages[-1]["headers"].append([name.hex(), value.hex()])

    def on_headers_complete(self):
        message = self.messages[-1]
        message["head"] = True
        message["version"] = self.parser.get_http_version()
        message["keepAlive"] = self.parser.should_keep_alive()
        if isinstance(self.parser, httptools.HttpRequestParser):
            message["method"] = self.parser.get_method().hex()
        else:
            message["status"] = self.parser.get_status_code()

    def on_body(self, body):
        self.messages[-1]["body"] += body.hex()

    def on_message_complete(self):
        self.messages[-1]["complete"] = True


def examine(path, make_parser):
    recorder = Recorder()
    recorder.parser = make_parser(recorder)
    error = None
    try:
        recorder.parser.feed_data(path.read_bytes())
    except httptools.HttpParserUpgrade:
        pass  # llhttp stops behind the head of an upgrade; the message itself is complete
    except httptools.HttpParserError as failure:
        error = f"{type(failure).__name__}: {failure}"
    return {"error": error, "messages": recorder.messages}


def main():
    corpus = pathlib.Path(sys.argv[1])
    results = {}
    for kind, make_parser in [("requests", httptools.HttpRequestParser), ("responses", httptools.HttpResponseParser)]:
        for path in sorted((corpus / kind).glob("*/*.http")):
            name = path.relative_to(corpus).with_suffix("").as_posix()
            results[name] = examine(path, make_parser)
    json.dump(results, sys.stdout)


if __name__ == "__main__":
    main()
