#!/usr/bin/env python3
"""In-process figures of the peers for scripts/bench-roads, run by the Python that has them; prints one JSON object.

usage: bench-roads-peers.py osrm CH|MLD MAP.osrm SPOTS | valhalla CONFIG.json SPOTS

SPOTS: a file of `lon,lat` lines. Times are processor time of this process: tables of 100 and 1,000 places in milliseconds,
nearest in microseconds, an isochrone of 15 minutes in milliseconds.
"""

import json
import sys
import time


def cpu_ms(work, items, budget_s=40):
    began, before, count = time.monotonic(), time.process_time(), 0
    for item in items:
        work(item)
        count += 1
        if time.monotonic() - began > budget_s:
            break
    return (time.process_time() - before) / count * 1e3


def osrm(algorithm, base, spots):
    import osrm as binding

    engine = binding.OSRM(storage_config=base, algorithm=algorithm, use_shared_memory=False)

    def table(count):
        wish = binding.TableParameters(coordinates=spots[:count], generate_hints=False, annotations=["duration"])
        return lambda _: engine.Table(wish)

    def nearest(spot):
        engine.Nearest(binding.NearestParameters(coordinates=[spot], generate_hints=False))

    table(10)(0)
    return {
        "table 100": cpu_ms(table(100), range(10)),
        "table 1000": cpu_ms(table(1_000), range(2)),
        "nearest": cpu_ms(nearest, spots[:1_000]) * 1e3,
    }


def valhalla(config, spots):
    import valhalla as binding

    actor = binding.Actor(config)
    place = lambda spot: {"lon": spot[0], "lat": spot[1]}

    def table(count):
        places = [place(spot) for spot in spots[:count]]
        ask = json.dumps({"sources": places, "targets": places, "costing": "auto"})
        return lambda _: actor.matrix(ask)

    def isochrone(spot):
        actor.isochrone(json.dumps({"locations": [place(spot)], "costing": "auto", "contours": [{"time": 15}], "polygons": True}))

    def nearest(spot):
        actor.locate(json.dumps({"locations": [place(spot)], "costing": "auto"}))

    isochrone(spots[0])
    return {
        "table 100": cpu_ms(table(100), range(3)),
        "isochrone": cpu_ms(isochrone, spots[:30]),
        "nearest": cpu_ms(nearest, spots[:500]) * 1e3,
    }


def main():
    engine, *rest, places = sys.argv[1:]
    spots = [tuple(map(float, line.split(","))) for line in open(places) if line.strip()]
    print(json.dumps(osrm(*rest, spots) if engine == "osrm" else valhalla(*rest, spots)))


main()
