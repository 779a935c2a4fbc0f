"""Python clients read the collections: GDAL in its newest wheel, OWSLib, and validators of the documents."""

import importlib.util
import json
import os
import shutil
import subprocess
import tempfile
import unittest

import server
from conditions import CONDITIONS


def installed(name):
    return unittest.skipUnless(importlib.util.find_spec(name), f"gis: {name} is not installed here")


@installed("pyogrio")
class NewestGdal(unittest.TestCase):
    def read(self, layer, **options):
        import pyogrio

        return pyogrio.raw.read("OAPIF:" + server.url() + "/ogc", layer=layer, **options)

    def test_layers_have_as_many_features_as_the_service_says(self):
        for layer in server.LAYERS:
            if layer == "metrics":
                continue
            meta, _, geometry, _ = self.read(layer)
            self.assertEqual(len(geometry), len(server.all_features(layer)), layer)
            self.assertIn("4326", str(meta["crs"]) + "4326" if "CRS84" in str(meta["crs"]) else str(meta["crs"]))

    def test_where_is_answered(self):
        all_of = {layer: server.all_features(layer) for layer in {layer for layer, _, _ in CONDITIONS}}
        for layer, where, wanted in CONDITIONS:
            with self.subTest(layer=layer, where=where):
                _, _, geometry, _ = self.read(layer, where=where)
                self.assertEqual(len(geometry), sum(bool(wanted(one["properties"])) for one in all_of[layer]))
        _, _, geometry, _ = self.read("accounts", where="id = 'M0004'")
        self.assertEqual(len(geometry), 1)

    def test_columns_are_typed(self):
        import pyogrio

        meta = pyogrio.read_info("OAPIF:" + server.url() + "/ogc", layer="visits")
        types = dict(zip(meta["fields"], meta["dtypes"], strict=True))
        for name, kind in [("seq", "int32"), ("p50", "datetime64[ms]"), ("p_on_time", "float64"), ("frozen", "bool"),
                           ("day", "datetime64[D]"), ("reason_in", "object")]:
            self.assertEqual(types[name], kind, name)

    def test_other_reference_systems_are_the_same_places(self):
        import struct

        def points(crs):
            options = {"CRS": crs} if crs else {}
            _, _, geometry, _ = self.read("reps", **options)
            return [struct.unpack("<dd", bytes(one)[5:21]) for one in geometry]

        degrees = points(None)
        metres = points("EPSG:3857")
        self.assertEqual(len(degrees), len(metres))
        for (lon, _), (x, _) in zip(degrees, metres):
            self.assertAlmostEqual(lon * 20037508.342789244 / 180, x, delta=0.02)


@installed("owslib")
class OwsLib(unittest.TestCase):
    def test_collections_queryables_and_items(self):
        from owslib.ogcapi.features import Features

        service = Features(server.url() + "/ogc")
        self.assertEqual(service.feature_collections(), server.LAYERS)
        self.assertIn("class", service.collection_queryables("accounts")["properties"])
        page = service.collection_items("accounts", limit=5, filter="class = 'A'")
        self.assertEqual(page["numberReturned"], len(page["features"]))
        self.assertTrue(all(one["properties"]["class"] == "A" for one in page["features"]))
        first = page["features"][0]["id"]
        self.assertEqual(service.collection_item("accounts", first)["id"], first)


@installed("openapi_spec_validator")
class OpenApi(unittest.TestCase):
    def test_the_document_is_valid(self):
        from openapi_spec_validator import validate

        validate(server.get("/ogc/api"))


LINTER = server.ROOT / ".setup/redocly/node_modules/.bin/redocly"


@unittest.skipUnless(LINTER.exists() and shutil.which("node"), "gis: the OpenAPI linter is not installed here")
class Linted(unittest.TestCase):
    def test_the_document_has_nothing_to_complain_about(self):
        rules = server.ROOT / "tests/gis/redocly.yaml"
        alone = os.environ | {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(server.get("/ogc/api"), file)
            file.flush()
            done = subprocess.run(
                [LINTER, "lint", file.name, "--config", rules, "--format", "stylish"],
                capture_output=True, text=True, env=alone, timeout=120)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


@installed("geojson_pydantic")
class GeoJson(unittest.TestCase):
    def test_pages_are_valid(self):
        from geojson_pydantic import FeatureCollection

        for layer in server.LAYERS:
            FeatureCollection.model_validate(server.get(f"/ogc/collections/{layer}/items?limit=200"))


if __name__ == "__main__":
    unittest.main()
