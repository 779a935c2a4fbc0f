"""Starts the real server with the demo for the tests of this folder; RONDO_URL names one that already runs."""

import atexit
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
TODAY = "2024-11-19"
PROGRAM = os.environ.get("RONDO_BIN", str(ROOT / "target/debug/rondo"))

LAYERS = [
    "accounts", "reps", "areas", "visits", "tours", "legs", "unplanned", "isochrones", "gaps", "cells", "roads", "snaps",
    "metrics",
]

_started = {}


def url():
    """Address of the server, without the slash at its end."""
    if "RONDO_URL" in os.environ:
        return os.environ["RONDO_URL"].rstrip("/")
    if "url" not in _started:
        _started["url"] = _start()
    return _started["url"]


def another():
    """Address of a server that only the caller asks, and may write to."""
    return _start()


def _start():
    folder = tempfile.mkdtemp(prefix="rondo-gis-")
    log = open(os.path.join(folder, "log"), "w+b")
    child = subprocess.Popen(
        [PROGRAM, "demo", "--date", TODAY, "--listen", "127.0.0.1:0", "--state", folder],
        cwd=ROOT, stdout=log, stderr=subprocess.STDOUT,
    )

    def stop():
        child.terminate()
        child.wait()
        log.close()
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    for _ in range(1200):
        text = pathlib.Path(log.name).read_text(errors="replace")
        found = re.search(r"Rondo is at (http://127\.0\.0\.1:\d+)", text)
        if found:
            _import_areas(found.group(1))
            return found.group(1)
        if child.poll() is not None:
            raise RuntimeError(f"the server ended:\n{text}")
        time.sleep(0.1)
    raise RuntimeError(f"the server was not ready in two minutes:\n{text}")


def _import_areas(address):
    """Gives the demo's book an area, which it has none of."""
    ring = [[14.40, 35.86], [14.52, 35.86], [14.52, 35.93], [14.40, 35.93], [14.40, 35.86]]
    area = {
        "type": "Feature", "id": "centre", "properties": {"name": "Centre", "kind": "territory"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    request = urllib.request.Request(
        f"{address}/api/v1/areas/import", data=json.dumps(area).encode(), headers={"Content-Type": "application/geo+json"})
    with urllib.request.urlopen(request) as answer:
        assert json.load(answer)["stored"]["new"] == 1


def get(path):
    """The JSON at a path."""
    with urllib.request.urlopen(url() + path) as answer:
        return json.load(answer)


def all_features(layer, query=""):
    """Every feature of a layer, by following the links to the next page."""
    address = f"{url()}/ogc/collections/{layer}/items?limit=1000{query}"
    features = []
    while address:
        with urllib.request.urlopen(address) as answer:
            page = json.load(answer)
        features.extend(page["features"])
        address = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
    return features
