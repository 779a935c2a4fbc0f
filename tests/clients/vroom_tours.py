"""VROOM and Rondo solve the same problems, given in VROOM's format with matrices of their own: Rondo must serve at least as many
jobs, and as many at no higher cost; what either calls a solution has to keep the rules.

usage: vroom_tours.py http://127.0.0.1:PORT [COUNT]      (run by tests/clients/run)
"""

import json
import random
import sys
import tempfile
import urllib.request

import vroom

address = sys.argv[1]
count = int(sys.argv[2]) if len(sys.argv) > 2 else 120


def problem(dice: random.Random) -> dict:
    """A problem of 4 to 24 jobs and 1 to 3 vehicles; each option is on in half of them."""
    size = dice.randint(5, 25)
    at = [(dice.random() * 3000, dice.random() * 3000) for _ in range(size)]
    crooked = [[0 if a == b else dice.randint(0, 400) for b in range(size)] for a in range(size)]
    matrix = [
        [int(((at[a][0] - at[b][0]) ** 2 + (at[a][1] - at[b][1]) ** 2) ** 0.5) + crooked[a][b] for b in range(size)]
        for a in range(size)
    ]
    on = [dice.random() < 0.5 for _ in range(9)]
    jobs = []
    for number in range(dice.randint(4, size - 1)):
        job = {"id": number + 1, "location_index": dice.randrange(size), "service": dice.randint(0, 600)}
        if on[0]:
            job["delivery"] = [dice.randint(0, 4), dice.randint(0, 2)]
        if on[1]:
            job["pickup"] = [dice.randint(0, 4), dice.randint(0, 2)]
        if on[2]:
            job["setup"] = dice.randint(0, 300)
        if on[3] and dice.random() < 0.5:
            opens = dice.randint(0, 12000)
            job["time_windows"] = [[opens, opens + 3000], [opens + 6000, opens + 8000]][: dice.randint(1, 2)]
        if on[4] and dice.random() < 0.3:
            job["skills"] = [dice.randint(1, 2)]
        if on[5]:
            job["priority"] = dice.choice([0, 0, 10, 100])
        if on[6] and dice.random() < 0.5:
            job["service_per_type"] = {"bike": dice.randint(0, 900)}
        jobs.append(job)
    vehicles = []
    for number in range(dice.randint(1, 3)):
        vehicle = {"id": number + 1, "skills": [1, 2][: dice.randint(0, 2)], "type": dice.choice(["bike", "van"])}
        ends = dice.choice(["both", "both", "start", "end"])
        if ends != "end":
            vehicle["start_index"] = dice.randrange(size)
        if ends != "start":
            vehicle["end_index"] = dice.randrange(size)
        if on[0] or on[1]:
            vehicle["capacity"] = [dice.randint(6, 20), dice.randint(4, 12)]
        opens = dice.randint(0, 2000)
        vehicle["time_window"] = [opens, opens + dice.randint(8000, 25000)]
        if on[7]:
            vehicle["max_tasks"] = dice.randint(3, 10)
            vehicle["max_travel_time"] = dice.randint(6000, 15000)
        if on[8]:
            vehicle["costs"] = {"fixed": dice.randint(0, 2000)}
            opens = vehicle["time_window"][0] + dice.randint(1000, 4000)
            vehicle["breaks"] = [{"id": 1, "service": 900, "time_windows": [[opens, opens + 3000]]}]
        vehicles.append(vehicle)
    return {"jobs": jobs, "vehicles": vehicles, "matrices": {"car": {"durations": matrix}}}


def by_vroom(given: dict) -> dict:
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(given, file)
        file.flush()
        return vroom.Input.from_json(file.name).solve(exploration_level=5, nb_threads=1).to_dict()


def by_rondo(given: dict) -> dict:
    request = urllib.request.Request(
        f"{address}/vroom", json.dumps(given).encode(), {"content-type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def walked(given: dict, answer: dict) -> tuple[int, int, int]:
    """What a solution comes to, told from the input: priorities and jobs served (negative) and cost. Fails on a broken rule."""
    jobs = {job["id"]: job for job in given["jobs"]}
    vehicles = {vehicle["id"]: vehicle for vehicle in given["vehicles"]}
    matrix = given["matrices"]["car"]["durations"]
    served, cost = [], 0
    for route in answer["routes"]:
        vehicle = vehicles[route["vehicle"]]
        steps = route["steps"]
        at, driven, now, rested = vehicle.get("start_index"), 0, vehicle["time_window"][0], 0
        stops = [jobs[step["id"]] for step in steps if step["type"] == "job"]
        load = [sum(job.get("delivery", [0, 0])[kind] for job in stops) for kind in (0, 1)]
        room = vehicle.get("capacity", [0, 0])
        assert all(on <= most for on, most in zip(load, room)), (route, given)
        for step in steps:
            if step["type"] == "job":
                job = jobs[step["id"]]
                here = job["location_index"]
                leg = 0 if at is None else matrix[at][here]
                driven, now = driven + leg, now + leg
                start = step["arrival"] + step["waiting_time"]
                assert start >= max(now, rested), (step, route, given)
                assert any(a <= start <= b for a, b in job.get("time_windows", [[0, 1 << 40]])), (step, given)
                assert set(job.get("skills", [])) <= set(vehicle["skills"]), (step, given)
                work = job.get("service_per_type", {}).get(vehicle["type"], job["service"])
                now, at = start + work + (0 if at == here else job.get("setup", 0)), here
                for kind in (0, 1):
                    load[kind] += job.get("pickup", [0, 0])[kind] - job.get("delivery", [0, 0])[kind]
                assert all(on <= most for on, most in zip(load, room)), (step, route, given)
                served.append(step["id"])
            elif step["type"] == "break":
                rule = vehicle["breaks"][0]
                start = step["arrival"] + step["waiting_time"]
                assert rule["time_windows"][0][0] <= start <= rule["time_windows"][0][1], (step, given)
                # VROOM rests in the middle of a leg, too.
                now, rested = now + rule["service"], start + rule["service"]
            elif step["type"] == "end":
                # Both name the last job's place where the vehicle has no end.
                leg = 0 if at is None else matrix[at][step["location_index"]]
                assert step["location_index"] == vehicle.get("end_index", at), (step, given)
                driven, now = driven + leg, now + leg
        assert max(now, rested) <= vehicle["time_window"][1], (route, given)
        assert driven <= vehicle.get("max_travel_time", 1 << 40) and len(stops) <= vehicle.get("max_tasks", 1000)
        cost += driven + vehicle.get("costs", {}).get("fixed", 0)
    assert len(served) == len(set(served))
    assert cost == answer["summary"]["cost"], (cost, answer["summary"], given)
    priority = sum(jobs[job].get("priority", 0) for job in served)
    assert len(answer["unassigned"]) == len(jobs) - len(served)
    return -priority, -len(served), cost


better = same = left_out = 0
for seed in range(count):
    given = problem(random.Random(seed))
    ours, theirs = walked(given, by_rondo(given)), walked(given, by_vroom(given))
    assert ours <= theirs, f"problem {seed}: Rondo (-priority, -jobs, cost) {ours}, VROOM {theirs}: {json.dumps(given)}"
    better, same = better + (ours < theirs), same + (ours == theirs)
    left_out += len(given["jobs"]) + ours[1]
print(f"vroom format: {count} problems, Rondo better in {better}, as good in {same}, worse in none; {left_out} jobs left out")
