"""ogrinfo and ogr2ogr of Debian read the collections."""

import contextlib
import csv
import json
import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
import unittest
import urllib.request

import server
from conditions import CONDITIONS


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def flat(coordinates):
    """All numbers of nested lists."""
    if isinstance(coordinates, list):
        return [number for part in coordinates for number in flat(part)]
    return [coordinates]


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

    def test_a_whole_layer_is_read_at_once(self):
        for layer in ["accounts", "roads", "metrics"]:
            source = f"/vsicurl_streaming/{server.url()}/ogc/collections/{layer}/download?f=flatgeobuf"
            text = run("ogrinfo", "-ro", "-so", "-al", source)
            count = int(re.search(r"Feature Count: (-?\d+)", text).group(1))
            self.assertEqual(count, len(server.all_features(layer)), layer)

    def test_where_is_answered(self):
        all_of = {layer: server.all_features(layer) for layer in {layer for layer, _, _ in CONDITIONS}}
        for layer, where, wanted in CONDITIONS:
            with self.subTest(layer=layer, where=where):
                expected = sum(bool(wanted(one["properties"])) for one in all_of[layer])
                self.assertEqual(self.count(layer, "-where", where), expected)

    def test_one_feature_is_found_by_its_id(self):
        for layer in ["accounts", "visits", "roads"]:
            wanted = server.get(f"/ogc/collections/{layer}/items?limit=3")["features"][-1]["id"]
            text = run("ogrinfo", "-ro", "-q", self.source(), layer, "-where", f"id = '{wanted}'")
            self.assertEqual(re.findall(r"^  id \(String\) = (.*)$", text, re.MULTILINE), [wanted], text)
        some = [one["id"] for one in server.get("/ogc/collections/accounts/items?limit=3")["features"]]
        self.assertEqual(self.count("accounts", "-where", f"id IN {tuple(some)}"), 3)

    def test_what_a_condition_leaves_is_written_whole(self):
        expected = [one["id"] for one in server.all_features("roads", "&oneway=true&class=primary")]
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "out.gpkg")
            run("ogr2ogr", "-f", "GPKG", file, self.source(), "roads", "-where", "oneway = 1 AND class = 'primary'")
            with contextlib.closing(sqlite3.connect(file)) as db:
                written = [one for (one,) in db.execute("SELECT id FROM roads")]
        self.assertEqual(sorted(written), sorted(expected))
        self.assertGreater(len(written), 10)

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

    def test_flatgeobuf_holds_the_same_features_and_answers_boxes(self):
        for layer in server.LAYERS:
            with tempfile.TemporaryDirectory() as folder:
                file = os.path.join(folder, f"{layer}.fgb")
                address = f"{server.url()}/ogc/collections/{layer}/download?f=flatgeobuf"
                urllib.request.urlretrieve(address, file)
                expected = {one["id"]: one for one in server.all_features(layer)}
                out = os.path.join(folder, "out.geojsonl")
                run("ogr2ogr", "-f", "GeoJSONSeq", out, file)
                with open(out) as lines:
                    read = {one["properties"]["id"]: one for one in map(json.loads, lines)}
                self.assertEqual(read.keys(), expected.keys(), layer)
                for one in read.values():
                    wanted = expected[one["properties"]["id"]]
                    self.assertEqual(one["geometry"] is None, wanted["geometry"] is None, layer)
                if layer == "roads":
                    text = run("ogrinfo", "-ro", "-al", "-so", file, "-spat", "14.4", "35.85", "14.5", "35.92")
                    inside = int(re.search(r"Feature Count: (\d+)", text).group(1))
                    self.assertTrue(0 < inside < len(expected), inside)

    def test_costs_of_legs_are_seconds_beside_those_of_driving(self):
        """Also where a private road has to be entered, which the demo's accounts need."""
        for one in server.all_features("legs"):
            drive, cost = one["properties"]["drive_s"], one["properties"]["cost_s"]
            self.assertTrue(drive <= cost <= 2 * drive + 600, one["id"])

    def test_files_of_nothing_say_what_there_would_be(self):
        """What pages cannot: a client sees their types in the first features."""
        with tempfile.TemporaryDirectory() as folder:
            for form, ending in [("flatgeobuf", "fgb"), ("gpkg", "gpkg")]:
                file = os.path.join(folder, f"none.{ending}")
                address = f"{server.url()}/ogc/collections/areas/download?f={form}&kind=none&crs=EPSG:32633"
                urllib.request.urlretrieve(address, file)
                about = run("ogrinfo", "-ro", "-so", "-al", file)
                self.assertIn("Geometry: Multi Polygon", about)
                self.assertIn("Feature Count: 0", about)
                self.assertIn("UTM zone 33N", about)
                self.assertIn("area_m2: Real", about)

    def test_geopackages_have_a_spatial_index_that_gdal_uses(self):
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "all.gpkg")
            urllib.request.urlretrieve(server.url() + "/ogc/download", file)
            for layer in server.LAYERS:
                if layer != "metrics":
                    has = run("ogrinfo", "-ro", "-q", file, "-sql", f"SELECT HasSpatialIndex('{layer}', 'geom')")
                    self.assertRegex(has, r"= 1\n", layer)
            box = ["-spat", "14.4", "35.85", "14.5", "35.92"]

            def inside():
                text = run("ogrinfo", "-ro", "-so", file, "roads", *box)
                return int(re.search(r"Feature Count: (\d+)", text).group(1))

            before = inside()
            self.assertTrue(0 < before < len(server.all_features("roads")), before)
            # What is taken from the index alone is not found any more: so the index was asked.
            with contextlib.closing(sqlite3.connect(file)) as db:
                gone = db.execute("SELECT id FROM rtree_roads_geom WHERE minx > 14.41 AND maxx < 14.49 "
                                  "AND miny > 35.86 AND maxy < 35.91 LIMIT 1").fetchone()
                db.execute("DELETE FROM rtree_roads_geom WHERE id = ?", gone)
                db.commit()
            self.assertEqual(inside(), before - 1)

    def test_the_index_of_a_geopackage_follows_what_gdal_changes(self):
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "reps.gpkg")
            urllib.request.urlretrieve(server.url() + "/ogc/collections/reps/download?f=gpkg", file)
            run("ogrinfo", "-q", file, "-sql", "DELETE FROM reps WHERE fid = 1")
            run("ogrinfo", "-q", file, "-sql", "UPDATE reps SET geom = NULL WHERE fid = 2")
            with contextlib.closing(sqlite3.connect(file)) as db:
                left = [row for (row,) in db.execute("SELECT id FROM rtree_reps_geom ORDER BY id")]
                here = [row for (row,) in db.execute("SELECT fid FROM reps WHERE geom IS NOT NULL ORDER BY fid")]
            self.assertEqual(left, here)
            self.assertNotIn(1, left)
            self.assertNotIn(2, left)

    def test_files_in_a_system_with_north_first_lie_where_gdal_expects_them(self):
        """CSV says nothing of its system: GDAL is told, and takes east for x. The other formats say it themselves."""
        north_first = ["EPSG:3035", "EPSG:4326"]
        for layer in ["accounts", "roads"]:
            query = "&limit=50" if layer == "roads" else ""
            expected = {one["id"]: one["geometry"] for one in server.all_features(layer)}
            for crs in north_first:
                for form in ["csv", "gpkg", "flatgeobuf", "geojsonseq"]:
                    with self.subTest(layer=layer, crs=crs, form=form), tempfile.TemporaryDirectory() as folder:
                        ending = {"flatgeobuf": "fgb", "geojsonseq": "geojsonl"}.get(form, form)
                        file = os.path.join(folder, f"in.{ending}")
                        address = f"{server.url()}/ogc/collections/{layer}/download?f={form}&crs={crs}{query}"
                        urllib.request.urlretrieve(address, file)
                        self.assert_lies_at(file, form, crs, expected, folder)

    def assert_lies_at(self, file, form, crs, expected, folder):
        if form == "geojsonseq":
            # In the order of the authority, as on pages: north first. GDAL takes GeoJSON for east first, so this reads it itself.
            with open(file) as lines:
                read = [json.loads(line.lstrip("\x1e")) for line in lines]
            if crs == "EPSG:4326":
                for one in read[:20]:
                    if one["geometry"]:
                        turned = flat(expected[one["id"]]["coordinates"])
                        self.assertEqual(flat(one["geometry"]["coordinates"])[:2], turned[:2][::-1])
            return
        out = os.path.join(folder, "out.geojsonl")
        source = ["-s_srs", crs] if form == "csv" else []
        names = []
        for axis, column in [("X", "x"), ("X", "lon"), ("Y", "y"), ("Y", "lat"), ("GEOM", "wkt")]:
            with open(file, "rb") as content:
                if form == "csv" and column in content.readline().decode().strip().split(","):
                    names += ["-oo", f"{axis}_POSSIBLE_NAMES={column}"]
        run("ogr2ogr", "-f", "GeoJSONSeq", "-t_srs", "OGC:CRS84", "-lco", "COORDINATE_PRECISION=8", *source, *names, out, file)
        with open(out) as lines:
            read = [json.loads(line) for line in lines]
        placed = 0
        for one in read:
            if one["geometry"]:
                placed += 1
                wanted = flat(expected[one["properties"]["id"]]["coordinates"])
                for a, b in zip(flat(one["geometry"]["coordinates"]), wanted, strict=True):
                    self.assertAlmostEqual(a, b, delta=2e-7)
        self.assertGreater(placed, 40)

    def test_everything_is_one_file_in_the_asked_system(self):
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "all.gpkg")
            urllib.request.urlretrieve(f"{server.url()}/ogc/download?crs=EPSG:32633", file)
            for layer in server.LAYERS:
                text = run("ogrinfo", "-ro", "-so", file, layer)
                self.assertIn(f"Feature Count: {len(server.all_features(layer))}", text, layer)
                if layer != "metrics":
                    self.assertRegex(text, r'ID\["EPSG",32633\]', layer)

    def test_fields_are_typed(self):
        text = run("ogrinfo", "-ro", "-so", self.source(), "accounts")
        for line in ["name: String", "value: Real", "visit_min: Integer", "last_done: Date"]:
            self.assertIn(line, text)

    def test_every_field_has_the_type_of_its_schema(self):
        """Also those that the first features do not have, in layers of any length."""
        types = {"string": "String", "integer": "Integer", "number": "Real", "boolean": "Integer(Boolean)"}
        formats = {"date": "Date", "date-time": "DateTime"}
        for layer in server.LAYERS:
            text = run("ogrinfo", "-ro", "-so", self.source(), layer)
            found = dict(re.findall(r"^(\w+): (\w+(?:\(Boolean\))?)", text.split("DIMENSION")[-1], re.MULTILINE))
            about = server.get(f"/ogc/collections/{layer}/schema")["properties"]
            usual = server.get(f"/ogc/collections/{layer}/items?limit=1")["features"][0]["properties"]
            for name in usual:
                wanted = formats.get(about[name].get("format"), types[about[name]["type"]])
                self.assertIn(found.get(name), {wanted, wanted + "64"}, f"{layer}.{name}: {found}")


@unittest.skipUnless(shutil.which("ogr2ogr"), "gis: ogr2ogr is not installed here")
class AccountFiles(unittest.TestCase):
    """Account lists go to GDAL and come from it in every format, in another system than they were made in."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.store = os.path.join(self.folder, "book.db")
        run(server.PROGRAM, "accounts", "import", str(server.ROOT / "data/accounts.csv"), "--store", self.store)
        with open(server.ROOT / "data/accounts.csv") as lines:
            self.count = sum(1 for _ in lines) - 1

    def export(self, name, kind, crs):
        file = os.path.join(self.folder, name)
        run(server.PROGRAM, "accounts", "export", "--store", self.store, "--format", kind, "--crs", crs, "-o", file)
        return file

    def test_gdal_reads_what_is_exported(self):
        for name, kind, source in [
            ("a.geojson", "geojson", "{}"), ("a.fgb", "flatgeobuf", "{}"), ("a.gpkg", "geopackage", "{}"),
            ("a.zip", "shapefile", "/vsizip/{}"),
        ]:
            file = source.format(self.export(name, kind, "EPSG:32633"))
            text = run("ogrinfo", "-ro", "-so", "-al", file)
            self.assertIn(f"Feature Count: {self.count}", text, name)
            self.assertRegex(text, r'ID\["EPSG",32633\]', name)

    def test_what_gdal_writes_is_imported_and_changes_nothing(self):
        whole = self.export("whole.gpkg", "geopackage", "EPSG:4326")
        with open(server.ROOT / "data/accounts.csv") as lines:
            placed = sum(bool(row["lon"]) for row in csv.DictReader(lines))
        for name, driver, crs in [
            ("b.fgb", "FlatGeobuf", "EPSG:32633"), ("b.gpkg", "GPKG", "EPSG:3857"), ("b.shp", "ESRI Shapefile", "EPSG:3035"),
            ("c.fgb", "FlatGeobuf", "EPSG:4326"), ("c.shp", "ESRI Shapefile", "EPSG:4326"),
        ]:
            file = os.path.join(self.folder, name)
            run("ogr2ogr", "-f", driver, "-t_srs", crs, file, whole)
            written = int(re.search(r"Feature Count: (\d+)", run("ogrinfo", "-ro", "-so", "-al", file)).group(1))
            if driver == "FlatGeobuf":
                # GDAL leaves out what has no place.
                self.assertEqual(written, placed, name)
            else:
                self.assertEqual(written, self.count, name)
            text = run(server.PROGRAM, "accounts", "import", file, "--store", self.store, "--json")
            report = json.loads(text)
            self.assertEqual(report["read_as"]["crs"], crs, name)
            self.assertEqual(report["rows"], written, name)
            self.assertEqual(report["rejected"], 0, (name, report["problems"][:3]))
            self.assertEqual(report["stored"]["new"], 0, name)


if __name__ == "__main__":
    unittest.main()
