"""QGIS without a window reads every collection over OGC API - Features, counts, applies the offered styles and draws them.

usage: scripts/qgis [PICTURE.png]         (/usr/bin/python3, Debian's python3-qgis)
"""

import os
import sys
import tempfile
import urllib.request

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import server  # noqa: E402
from qgis.core import (  # noqa: E402
    Qgis, QgsApplication, QgsCategorizedSymbolRenderer, QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsFillSymbol,
    QgsLineSymbol, QgsMapRendererParallelJob, QgsMapSettings, QgsMarkerSymbol, QgsProject, QgsRectangle,
    QgsRendererCategory, QgsSingleSymbolRenderer, QgsVectorLayer, QgsWkbTypes)
from qgis.PyQt.QtCore import Qt, QSize  # noqa: E402
from qgis.PyQt.QtGui import QColor  # noqa: E402

# Bottom to top, as they are drawn.
DRAWN = ["cells", "roads", "tours", "accounts", "reps"]
AROUND = (14.33, 35.80, 14.58, 35.965)
STATUSES = {
    "not_due": "#4c9f70", "due": "#e0a100", "overdue": "#d1495b", "critical": "#7b1e3a", "no_cadence": "#8d99ae",
}


def load(name):
    layer = QgsVectorLayer(f"url='{server.url()}/ogc' typename='{name}' pagingEnabled='true'", name, "OAPIF")
    assert layer.isValid(), f"{name}: {layer.error().message()}"
    return layer


def offered_style(layer):
    """The QML that the collection links to; None when it links to none."""
    about = server.get(f"/ogc/collections/{layer.name()}")
    for link in about["links"]:
        kind = link.get("type", "")
        if "qml" in kind or "qgis" in kind or "qml" in link["href"]:
            with urllib.request.urlopen(link["href"]) as answer, tempfile.NamedTemporaryFile(suffix=".qml") as file:
                file.write(answer.read())
                file.flush()
                text, fine = layer.loadNamedStyle(file.name)
                assert fine, f"{layer.name()}: {text}"
                return link["href"]
    return None


def own_style(layer):
    """A style where the service offers none."""
    symbols = {
        "cells": QgsFillSymbol.createSimple({"color": "210,160,60,60", "outline_color": "255,255,255,120"}),
        "roads": QgsLineSymbol.createSimple({"line_color": "#b8bec6", "line_width": "0.18"}),
        "tours": QgsLineSymbol.createSimple({"line_color": "#2456a5", "line_width": "0.8"}),
        "reps": QgsMarkerSymbol.createSimple({"name": "star", "color": "#101820", "size": "4.5"}),
    }
    if layer.name() == "accounts":
        categories = [
            QgsRendererCategory(status, QgsMarkerSymbol.createSimple(
                {"color": colour, "size": "2.4", "outline_color": "white", "outline_width": "0.3"}), status)
            for status, colour in STATUSES.items()]
        layer.setRenderer(QgsCategorizedSymbolRenderer("status", categories))
    elif layer.name() in symbols:
        layer.setRenderer(QgsSingleSymbolRenderer(symbols[layer.name()]))


def draw(layers, file):
    settings = QgsMapSettings()
    metres = QgsCoordinateReferenceSystem("EPSG:3857")
    to_metres = QgsCoordinateTransform(QgsCoordinateReferenceSystem("EPSG:4326"), metres, QgsProject.instance())
    settings.setDestinationCrs(metres)
    settings.setLayers(list(reversed(layers)))
    settings.setExtent(to_metres.transformBoundingBox(QgsRectangle(*AROUND)))
    settings.setOutputSize(QSize(1000, 750))
    settings.setBackgroundColor(QColor("#f4f6f8"))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    assert not job.errors(), [error.message for error in job.errors()]
    # Of one palette without dots in between: small, and as it looks on the screen.
    image = job.renderedImage()
    image = image.convertToFormat(image.Format_Indexed8, Qt.ThresholdDither | Qt.AvoidDither)
    # Quality 0 is the smallest file.
    assert image.save(file, "PNG", 0)


def main():
    QgsApplication.setPrefixPath("/usr", True)
    program = QgsApplication([], False)
    program.initQgis()
    styled = 0
    drawn = {}
    for name in server.LAYERS:
        layer = load(name)
        expected = len(server.all_features(name))
        if expected == 0:
            # A server that runs already need not have areas. QGIS learns the type of a layer from its features, and a style fits
            # one type only.
            print(f"{name}: no features; QGIS cannot tell its type, style left out", flush=True)
            continue
        found = sum(1 for _ in layer.getFeatures())
        assert found == expected, f"{name}: QGIS reads {found} features, the service has {expected}"
        style = offered_style(layer)
        styled += style is not None
        if style is None:
            own_style(layer)
        print(f"{name}: {found} features, style {style or 'of this script'}", flush=True)
        if name in DRAWN:
            drawn[name] = layer
    # An address of pages says nothing of a layer without features, nor of another system; a file does.
    empty = f"/vsicurl_streaming/{server.url()}/ogc/collections/areas/download?f=flatgeobuf&kind=none&crs=EPSG:32633"
    file = QgsVectorLayer(empty, "none", "ogr")
    found = (file.isValid(), file.crs().authid(), QgsWkbTypes.displayString(file.wkbType()), file.fields().indexOf("area_m2") >= 0)
    assert found == (True, "EPSG:32633", "MultiPolygon", True), found
    accounts = drawn["accounts"]
    accounts.setSubsetString("class = 'A'")
    classes = {one["class"] for one in accounts.getFeatures()}
    assert classes == {"A"}, classes
    # What is compared with a date is right; what is compared with a text is refused, never everything.
    later = sum((one["properties"]["last_done"] or "") > "2024-11-01" for one in server.all_features("accounts"))
    for where, expected in [("\"last_done\" > to_date('2024-11-01')", later), ("\"last_done\" > '2024-11-01'", 0)]:
        accounts.setSubsetString(where)
        found = sum(1 for _ in accounts.getFeatures())
        assert found == expected, f"{where}: {found} accounts, expected {expected}"
    types = {field.name(): field.typeName() for field in load("visits").fields()}
    for name, wanted in [("day", "Date"), ("seq", "Integer"), ("start", "DateTime"), ("p50", "DateTime"), ("wait_s", "Integer"),
                         ("visit_min", "Integer"), ("prize_s", "Integer"), ("urgency", "Real")]:
        assert types[name] == wanted, f"visits.{name}: {types[name]}"
    accounts.setSubsetString("")
    if len(sys.argv) > 1:
        draw([drawn[name] for name in DRAWN], sys.argv[1])
        size = os.path.getsize(sys.argv[1])
        assert size < 500_000, f"the picture has {size} bytes"
    print(f"QGIS {Qgis.QGIS_VERSION}: {len(server.LAYERS)} layers, {styled} with a style of the service")
    drawn.clear()
    del accounts, file, layer
    program.exitQgis()


if __name__ == "__main__":
    main()
