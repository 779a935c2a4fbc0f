"""Programs that read any OGC API: schemathesis asks what the API document says can be asked, and pygeoapi serves the
same features for GDAL to compare."""

import importlib.util
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

import server


def installed(name):
    return unittest.skipUnless(importlib.util.find_spec(name), f"gis: {name} is not installed here")


@installed("schemathesis")
class Schemathesis(unittest.TestCase):
    """Requests made from the document, bounded: no answer is a failure of the server, and every answer is one that the
    document has."""

    def document(self, wanted):
        """The API document with the methods that are wanted, and with ids that are there beside made-up ones."""
        document = server.get("/ogc/api")
        paths = {}
        for path, operations in document["paths"].items():
            kept = {method: one for method, one in operations.items() if wanted(method)}
            for operation in kept.values():
                self.name_what_is_there(path, operation)
            if kept:
                paths[path] = kept
        document["paths"] = paths
        return document

    def name_what_is_there(self, path, operation):
        parts = path.strip("/").split("/")
        known = {"processID": ["plan-day", "isochrone", "table", "coverage"]}
        if parts[0] == "collections" and len(parts) > 1:
            features = server.get(f"/ogc/collections/{parts[1]}/items?limit=2")["features"]
            known["featureId"] = [one["id"] for one in features]
        for parameter in operation.get("parameters", []):
            if parameter.get("name") in known:
                there = {"type": "string", "enum": known[parameter["name"]]}
                parameter["schema"] = {"anyOf": [there, {"type": "string", "minLength": 1}]}

    def run_on(self, address, document, examples):
        operations = sum(len(methods) for methods in document["paths"].values())
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "api.json")
            file.write_text(json.dumps(document))
            command = [
                sys.executable, "-m", "schemathesis.cli", "run", str(file), "--url", address + "/ogc",
                "--phases", "examples,fuzzing", "--max-examples", str(examples), "--seed", "1", "--no-color",
                "--checks", "not_a_server_error,status_code_conformance,content_type_conformance,"
                "response_schema_conformance", "--suppress-health-check", "all",
            ]
            done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False, cwd=folder)
        # Requests that it made up are long: the summary stands at the end.
        self.assertEqual(done.returncode, 0, done.stdout[:3000] + done.stdout[-3000:] + done.stderr[-2000:])
        self.assertRegex(done.stdout, rf"Tested: {operations}\n")
        return operations

    def test_answers_are_those_of_the_document(self):
        """Everything that is read: all collections, documents, downloads, styles, tiles, processes and jobs."""
        tried = self.run_on(server.url(), self.document(lambda method: method == "get"), 6)
        self.assertGreater(tried, 150)

    @unittest.skipIf("RONDO_URL" in os.environ, "gis: writes are tried on a server of their own only")
    def test_writes_are_answered_as_the_document_says(self):
        """Features made, replaced, patched and removed, processes run and jobs dismissed, on a server of its own."""
        tried = self.run_on(server.another(), self.document(lambda method: method != "get"), 20)
        self.assertGreater(tried, 8)


@installed("pygeoapi")
@unittest.skipUnless(shutil.which("ogr2ogr"), "gis: ogr2ogr is not installed here")
class Pygeoapi(unittest.TestCase):
    """What pygeoapi serves of the accounts is what we serve, as GDAL sees it."""

    def start(self, folder):
        """pygeoapi over our own GeoJSON; its address."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        folder = pathlib.Path(folder)
        # Its provider for GeoJSON takes the id from the feature.
        collection = {"type": "FeatureCollection", "features": server.all_features("accounts")}
        (folder / "accounts.geojson").write_text(json.dumps(collection))
        world = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
        config = {
            "server": {
                "bind": {"host": "127.0.0.1", "port": port}, "url": f"http://127.0.0.1:{port}",
                "mimetype": "application/json", "encoding": "utf-8", "language": "en-US",
                "limits": {"default_items": 100, "max_items": 1000}, "map": {"url": "", "attribution": ""}},
            "logging": {"level": "ERROR"},
            "metadata": {
                "identification": {"title": "Twin", "description": "Twin", "keywords": ["twin"], "terms_of_service": "",
                                   "url": "http://127.0.0.1"},
                "license": {"name": "", "url": ""}, "provider": {"name": "", "url": ""}, "contact": {"name": ""}},
            "resources": {"accounts": {
                "type": "collection", "title": "Accounts", "description": "Accounts", "keywords": ["accounts"], "links": [],
                "extents": {"spatial": {"bbox": [14, 35, 15, 37], "crs": world}},
                "providers": [{"type": "feature", "name": "GeoJSON", "id_field": "id",
                               "data": str(folder / "accounts.geojson")}]}}}
        # JSON is YAML too.
        (folder / "config.yml").write_text(json.dumps(config))
        env = {**os.environ, "PYGEOAPI_CONFIG": str(folder / "config.yml"),
               "PYGEOAPI_OPENAPI": str(folder / "openapi.yml")}
        program = [str(pathlib.Path(sys.executable).with_name("pygeoapi"))]
        subprocess.run([*program, "openapi", "generate", str(folder / "config.yml"), "--output-file",
                        str(folder / "openapi.yml")], env=env, check=True, capture_output=True, timeout=60)
        log = open(folder / "log", "w+b")
        child = subprocess.Popen([*program, "serve"], env=env, stdout=log, stderr=subprocess.STDOUT)
        self.addCleanup(log.close)
        self.addCleanup(child.wait)
        self.addCleanup(child.terminate)
        address = f"http://127.0.0.1:{port}"
        for _ in range(300):
            try:
                urllib.request.urlopen(address + "/collections/accounts").close()
                return address
            except OSError:
                self.assertIsNone(child.poll(), "pygeoapi ended")
                time.sleep(0.1)
        raise AssertionError("pygeoapi does not answer")

    def read(self, source, *options):
        """Features as GDAL reads them, by id."""
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "out.geojsonl")
            done = subprocess.run(
                ["ogr2ogr", "-f", "GeoJSONSeq", file, "OAPIF:" + source, "accounts", *options],
                capture_output=True, text=True, timeout=120, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
            with open(file) as lines:
                features = [json.loads(line) for line in lines]
        keyed = {}
        for one in features:
            properties = {k: v for k, v in one["properties"].items() if k not in ("id", "as_of") and v is not None}
            keyed[one.get("id") or one["properties"].get("id")] = (one["geometry"], properties)
        self.assertEqual(len(keyed), len(features))
        return keyed

    def test_the_same_data_gives_the_same_features(self):
        with tempfile.TemporaryDirectory() as folder:
            twin = self.start(folder)
            for options in [[], ["-spat", "14.4", "35.85", "14.5", "35.92"]]:
                ours = self.read(server.url() + "/ogc", "-oo", "PAGE_SIZE=500", *options)
                theirs = self.read(twin, "-oo", "PAGE_SIZE=500", *options)
                if options:
                    # Only places count in a box; ours sends those without one along, which the standard leaves open.
                    ours = {key: one for key, one in ours.items() if one[0]}
                self.assertGreater(len(ours), 10)
                self.assertEqual(ours, theirs)


if __name__ == "__main__":
    unittest.main()
