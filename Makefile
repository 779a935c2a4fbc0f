# Two targets do everything: `make run` and `make test`. The bench targets are extra.
SHELL := /bin/bash
.PHONY: run test page qgis bench bench-gis bench-roads bench-tours bench-whole setup-run setup-test clean

## Build, prepare the demo region, load the demo accounts, plan the week and serve the page.
run: setup-run page
	cargo build --release --locked
	./target/release/rondo demo $(ARGS)

## Format, lints, Rust tests, page tests, browser tests, docs.
test: setup-test
	scripts/test

## Criterion benches (see BENCHMARKS.md).
bench:
	scripts/setup bench
	cargo bench --locked

## Whole commands, as a user waits for them; rewrites their table in BENCHMARKS.md.
bench-whole: setup-run page
	cargo build --release --locked
	scripts/bench-whole $(ARGS)

## The tour engine beside VROOM and PyVRP over the instances in RONDO_BENCH; rewrites their table in BENCHMARKS.md.
bench-tours: setup-run
	cargo build --release --locked
	scripts/bench-tours $(ARGS)

## The roads beside OSRM and Valhalla; rewrites their tables in BENCHMARKS.md. RONDO_BENCH: where peers are installed.
bench-roads: setup-run page
	cargo build --release --locked --bin rondo --example roads_marks
	scripts/bench-roads $(ARGS)

## The OGC API beside pygeoapi and tipg over 100,000 points; rewrites its table in BENCHMARKS.md.
bench-gis: setup-run page
	cargo build --release --locked
	scripts/bench-gis $(ARGS)

## Loads every layer into QGIS without a window, counts, and draws docs/qgis-layers.png. Needs Debian's python3-qgis.
qgis: setup-run page
	scripts/setup qgis
	cargo build --release --locked
	RONDO_BIN=target/release/rondo scripts/qgis

setup-run:
	scripts/setup run

setup-test:
	scripts/setup test

page: setup-run
	scripts/page

clean:
	rm -rf target web/dist web/node_modules .setup .state
