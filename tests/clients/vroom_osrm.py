"""VROOM, unchanged, solving tours with Rondo as its OSRM server: it asks for the table, and for the routes when it has a plan.

usage: vroom_osrm.py http://127.0.0.1:PORT      (run by tests/clients/run)
"""

import json
import sys
import urllib.request

import vroom

HOME = (14.5115, 35.8975)
CUSTOMERS = [(14.4031, 35.8839), (14.2394, 36.0444), (14.5430, 35.8420), (14.4890, 35.9120), (14.3600, 35.9620)]
SERVICE_S = 900

address = sys.argv[1]
problem = vroom.Input(servers={"car": address.removeprefix("http://")}, geometry=True)
for vehicle in (1, 2):
    problem.add_vehicle(vroom.Vehicle(vehicle, start=HOME, end=HOME, capacity=[3]))
for job, place in enumerate(CUSTOMERS, 1):
    problem.add_job(vroom.Job(job, location=place, default_service=SERVICE_S, delivery=[1]))
found = problem.solve(exploration_level=5, nb_threads=1).to_dict()
assert found["code"] == 0 and found["unassigned"] == [], found
assert sum(step["type"] == "job" for tour in found["routes"] for step in tour["steps"]) == len(CUSTOMERS)

# Rondo's own table, asked for by hand, has to give the times of VROOM's tours.
places = ";".join(f"{lon},{lat}" for lon, lat in [HOME, *CUSTOMERS])
with urllib.request.urlopen(f"{address}/table/v1/driving/{places}") as answer:
    table = json.load(answer)["durations"]
for tour in found["routes"]:
    order = [0, *(step["id"] for step in tour["steps"] if step["type"] == "job"), 0]
    driving = sum(table[a][b] for a, b in zip(order, order[1:]))
    assert abs(driving - tour["duration"]) <= len(order), (driving, tour)
    assert tour["service"] == SERVICE_S * (len(order) - 2)
    assert tour["distance"] > 5_000 and len(tour["geometry"]) > 100, tour

print(f"vroom: {len(CUSTOMERS)} customers in {len(found['routes'])} tours, {found['summary']['duration']} s on the road")
