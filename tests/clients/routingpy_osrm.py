"""routingpy's OSRM class, unchanged, with Rondo as its server: directions, alternatives and a matrix.

usage: routingpy_osrm.py http://127.0.0.1:PORT      (run by tests/clients/run)
"""

import sys

from routingpy.routers import OSRM

VALLETTA, MDINA, VICTORIA = [14.5115, 35.8975], [14.4031, 35.8839], [14.2394, 36.0444]

client = OSRM(base_url=sys.argv[1])

route = client.directions(locations=[VALLETTA, MDINA], profile="driving", steps=True, annotations=True)
assert 5_000 < route.distance < 40_000, route.distance
assert 300 < route.duration < 5_000, route.duration
assert len(route.geometry) > 10
for (lon, lat), (wanted_lon, wanted_lat) in [(route.geometry[0], VALLETTA), (route.geometry[-1], MDINA)]:
    assert abs(lon - wanted_lon) < 0.01 and abs(lat - wanted_lat) < 0.01, (lon, lat)

routes = client.directions(locations=[VALLETTA, MDINA], profile="driving", alternatives=2)
assert 1 <= len(routes) <= 3, len(routes)

matrix = client.matrix(locations=[VALLETTA, MDINA, VICTORIA], profile="driving", annotations=["duration", "distance"])
assert [row[i] for i, row in enumerate(matrix.durations)] == [0, 0, 0]
assert abs(matrix.durations[0][1] - route.duration) < 2
assert matrix.distances[0][2] > 30_000
print(f"routingpy: {route.duration} s and {route.distance} m from Valletta to Mdina, {len(routes)} routes, 3 x 3 matrix")
