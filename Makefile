.DEFAULT_GOAL := help
PYTHON ?= python3
# one more than there are cores: some tests wait for real processes
JOBS ?= $(shell expr $$(nproc) + 1)
BIN := .venv/bin
# proofs that ask something of the database
ON_BOTH := tests/engine/test_concurrency.py tests/engine/test_kills.py tests/engine/test_long_book.py
# what a run of the tests is measured with: MEASURED="--cov --cov-report= --cov-fail-under=0" leaves a .coverage behind
MEASURED ?=
# which tests: all of them
TESTS ?=

help: ## what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 18

.venv/ready: requirements.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 12) else f"python 3.11 or 3.12 is needed, this is {v[0]}.{v[1]}; say which with make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/dev: .venv/ready requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

demo: .venv/ready ## everything on this machine, with a page in the browser
	@$(BIN)/python -m bot.demo

test: .venv/dev ## lint, types, imports, and all tests but the heavy proofs, on SQLite and an embedded Redis unless TEST_DATABASE_URL says otherwise
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n $(JOBS) $(MEASURED) $(TESTS)

check: .venv/dev ## what must be green before each commit: lint, types, imports, fast tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n $(JOBS) -m "not slow and not prove" --hypothesis-profile quick

simulate: .venv/dev ## whole worlds in which everything goes wrong, for two minutes; the oracle compares
	$(BIN)/python -m tests.simulation.run

prove: prove-engine prove-simulation ## the heavy proofs, some twenty minutes: both of these

prove-engine: .venv/dev ## processes, kills, a million entries, any time at random; on PROVE_DATABASE_URL too; figures are printed
	$(BIN)/pytest -s --durations=8 -m prove --ignore=tests/simulation
	@if [ -n "$$PROVE_DATABASE_URL" ]; then set -x; TEST_DATABASE_URL="$$PROVE_DATABASE_URL" $(BIN)/pytest -s --durations=8 -m prove $(ON_BOTH); fi

prove-simulation: .venv/dev ## every planted bug, every crash point, whole worlds
	$(BIN)/pytest -n $(JOBS) --durations=8 -m prove tests/simulation
	$(BIN)/python -m tests.simulation.run --worlds 24

.venv/fuzz: .venv/dev
	$(BIN)/pip install --quiet --disable-pip-version-check --target .venv/fuzz 'atheris>=3.0,<4'

fuzz: .venv/fuzz ## bytes against the door and the replies, steered by coverage, for FUZZ_SECONDS (60)
	mkdir -p .fuzz
	PYTHONPATH=.venv/fuzz $(BIN)/python -m tests.fuzz.door -max_total_time=$(or $(FUZZ_SECONDS),60) -timeout=5 -artifact_prefix=.fuzz/ .fuzz tests/bot/samples/pushes

.venv/bench/ready: .venv/dev
	$(PYTHON) -m venv .venv/bench
	.venv/bench/bin/pip install --quiet --disable-pip-version-check flask 'wechatpy[cryptography]==1.8.18' gunicorn granian WeRoBot
	-npm install --silent --no-fund --no-audit --prefix .venv/bench/node co-wechat@2 koa@2
	@touch $@

bench: .venv/bench/ready ## the table of speed, beside peers and floors; some minutes; BENCH_DATABASE_URL, BENCH_GROWTH=1000000
	@$(BIN)/python -m bench $(PARTS)

format: .venv/dev ## let ruff put the code in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

pictures: .venv/dev ## remake the README's screenshot and poster
	$(BIN)/python -m docs.pictures.make

lock: ## the requirements again, with hashes and without addresses (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate pyproject.toml -o requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --extra dev pyproject.toml -o requirements-dev.txt

.PHONY: help demo test check simulate prove prove-engine prove-simulation fuzz bench format pictures lock
