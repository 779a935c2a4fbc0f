"""ogrinfo and ogr2ogr of Debian read the collections."""

import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

import server


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@unittest.skipUnless(shutil.which("ogrinfo"), "gis: ogrinfo is not installed here")
class Gdal(unittest.TestCase):
    def source(self):
        return "OAPIF:" + server.url() + "/ogc"

    def count(self, layer, *conditions):
        text = run("ogrinfo", "-ro", "-so", self.source(), layer, *conditions)
        return int(re.search(r"Feature Count: (\d+)", text).group(1))

    def test_all_layers_are_listed(self):
        listed = re.findall(r"^\d+: (\S+)", run("ogrinfo", "-ro", self.source()), re.MULTILINE)
        self.assertEqual(sorted(listed), sorted(server.LAYERS))

    def test_every_layer_is_read_whole_over_its_pages(self):
        for layer in server.LAYERS:
            with tempfile.TemporaryDirectory() as folder:
                file = os.path.join(folder, "out.geojsonl")
                run("ogr2ogr", "-f", "GeoJSONSeq", file, self.source(), layer, "-oo", "PAGE_SIZE=137")
                with open(file) as lines:
                    read = [json.loads(line) for line in lines]
            expected = server.all_features(layer)
            self.assertEqual(len(read), len(expected), layer)

    def test_where_is_answered(self):
        accounts = server.all_features("accounts")
        for where, wanted in [
            ("class = 'A'", lambda p: p["class"] == "A"),
            ("status = 'overdue'", lambda p: p["status"] == "overdue"),
            ("class = 'A' AND urgency > 1", lambda p: p["class"] == "A" and (p["urgency"] or 0) > 1),
        ]:
            expected = sum(wanted(one["properties"]) for one in accounts)
            self.assertEqual(self.count("accounts", "-where", where), expected, where)

    def test_spat_is_answered(self):
        box = (14.4, 35.85, 14.5, 35.92)
        expected = 0
        for one in server.all_features("accounts"):
            if one["geometry"]:
                x, y = one["geometry"]["coordinates"]
                expected += box[0] <= x <= box[2] and box[1] <= y <= box[3]
        self.assertGreater(expected, 0)
        text = run("ogrinfo", "-ro", "-al", "-geom=NO", self.source(), "accounts", "-spat", *map(str, box))
        found = len(re.findall(r"^OGRFeature", text, re.MULTILINE))
        self.assertEqual(found, expected)

    def test_fields_are_typed(self):
        text = run("ogrinfo", "-ro", "-so", self.source(), "accounts")
        for line in ["name: String", "value: Real", "visit_min: Integer", "last_done: Date"]:
            self.assertIn(line, text)


if __name__ == "__main__":
    unittest.main()
