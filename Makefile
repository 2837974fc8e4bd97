# The project's chores. A fresh machine needs Python 3.11 or later and make, nothing else.
# `make PYTHON=python3.12 test` takes another Python for the virtual environment, `make WORKERS=4 test` more cores.

PYTHON  ?= python3
WORKERS ?= 2
FIRST   ?= 0
SOAK    ?= 100
BIN     := .venv/bin
READY   := .venv/.installed
PROOF   := tests/test_opening.py tests/test_grids.py tests/test_reading.py tests/test_file_notes.py tests/test_damaged.py \
           tests/test_typed_numbers.py tests/test_official.py tests/test_delivery.py

.DEFAULT_GOAL := help
.PHONY: help .venv demo demo-batch test goldens lint format types build pictures fresh check coverage fuzz strays drops kills bench \
        bench-batch bench-long bench-serve accuracy audit-accuracy wheel windows linux-folder wheelhouse lock clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z.-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.venv: $(READY)  ## the virtual environment: everything of requirements.lock, and the project in place

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed: make PYTHON=...") if sys.version_info < (3, 11) else 0'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(READY)  ## convert the Junshan sample into out/ (it holds errors, on purpose: exit code 1 is right)
	@rm -rf out
	@$(BIN)/selfeval convert samples/junshan-2023/填报.xlsx --out out || { code=$$?; test $$code -eq 1 || exit $$code; }
	@# A Python that cannot even start ends with 1 too: the report is the proof.
	@ls out/*-自评报告.docx >/dev/null

demo-batch: $(READY)  ## the four samples and 300 generated units into out-batch/ (some hold errors, on purpose)
	@rm -rf out-batch && mkdir -p out-batch/units
	@$(BIN)/python -m tests.many_units out-batch/units 300
	@for sample in samples/*/; do cp "$${sample}填报.xlsx" "out-batch/units/$$(basename $$sample).xlsx"; done
	@$(BIN)/selfeval batch out-batch/units --out out-batch/results --due 2024-05-20 || { code=$$?; test $$code -eq 1 || exit $$code; }
	@ls out-batch/results/汇总.xlsx >/dev/null

test: $(READY)  ## the whole suite
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

goldens: $(READY)  ## write the expected texts anew from what the program says now; read the diff before you commit it
	$(BIN)/python -m pytest -n $(WORKERS) --rewrite-goldens

lint: $(READY)  ## style and likely mistakes
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(READY)  ## mend what lint can mend by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(READY)  ## static types, strict
	$(BIN)/mypy

build: $(READY)  ## write the built files anew: workbook_templates/ and the sample workbooks
	$(BIN)/python -m tests.build

pictures: $(READY)  ## draw docs/*.png anew from the Junshan sample (needs LibreOffice, poppler-utils, Chromium)
	$(BIN)/python -m tests.pictures
	$(BIN)/python -m tests.page_pictures

fresh: $(READY)  ## are the built files what their sources make?
	$(BIN)/python -m tests.build --check

check: lint types test fresh  ## all that a change must pass

coverage: $(READY)  ## do the tests of input and output take 95 % of all branches there? (fails below)
	$(BIN)/python -m pytest -q -n $(WORKERS) --cov --cov-report=term-missing:skip-covered $(PROOF)
	@for file in $$($(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["tool"]["coverage"]["run"]["include"])'); do \
		$(BIN)/coverage report --include=$$file --fail-under=95 >/dev/null || { echo "$$file: below 95 %"; exit 1; }; done

fuzz: $(READY)  ## 100,000 mutated files; FIRST=100000 goes on where the last run ended
	$(BIN)/python -m tests.fuzzing --count 100000 --first $(FIRST) --workers $(WORKERS)

strays: $(READY)  ## a number on every place where the program does not read, one by one: nothing silent (some 10 minutes)
	@$(BIN)/python -m tests.stray_cells

drops: $(READY)  ## every sheet, block, row and column dropped from the form in turn, and sets of them (some 15 minutes)
	DROPS=all $(BIN)/python -m pytest -q -n 2 tests/test_dropped.py

kills: $(READY)  ## SIGKILL before every line of a delivery, and in 200 whole conversions
	$(BIN)/python -m tests.kills --whole 200

bench: $(READY)  ## how long a conversion takes, as a ratio to importing its libraries
	$(BIN)/python benchmarks/bench.py

bench-batch: $(READY)  ## what a batch costs a workbook, on two processes, in memory, for 10,000 units (some minutes)
	$(BIN)/python -m benchmarks.batch

bench-long: $(READY)  ## one batch of 2,000 units, and lists of up to 10,000 rows (a quarter of an hour; Linux)
	$(BIN)/python -m benchmarks.rows
	$(BIN)/python -m benchmarks.long_run

bench-serve: $(READY)  ## the page under load, and its memory, beside the command line (SOAK=1000: some minutes; Linux)
	$(BIN)/python -m benchmarks.serving --soak $(SOAK)

audit-accuracy: $(READY)  ## slips in reports by hand: how many are found, and what is accused wrongly (a minute)
	$(BIN)/python -m tests.audit_accuracy

accuracy: $(READY)  ## single slips in right books: how many are found; writes the tables of docs/accuracy.md
	$(BIN)/python -m tests.accuracy

wheel: $(READY)  ## dist/selfeval_xl-*.whl
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir dist .

windows: $(READY)  ## 绿色版 for 64-bit Windows into dist/: make windows PYTHON_EMBED=python-3.13.1-embed-amd64.zip
	$(if $(PYTHON_EMBED),,$(error say which Python goes along: PYTHON_EMBED=python-3.x.y-embed-amd64.zip, from python.org))
	$(BIN)/python -m portable windows --python-embed '$(PYTHON_EMBED)'

linux-folder: $(READY)  ## the same for 麒麟 and 统信: MACHINE=aarch64, VERSION=3.11 of its Python, or a Python to go along: STANDALONE=...
	$(BIN)/python -m portable linux --machine $(or $(MACHINE),x86_64) --python-version $(or $(VERSION),3.11) \
		$(if $(STANDALONE),--python '$(STANDALONE)')

wheelhouse: $(READY)  ## all packages for an install without a network: PLATFORM=linux_aarch64, VERSION=3.13
	$(BIN)/python -m portable wheelhouse --platform $(or $(PLATFORM),win_amd64) --python-version $(or $(VERSION),3.11)

lock:  ## write requirements.lock anew, the newest versions that pyproject.toml allows, and that of portable/ from it
	rm -rf .venv/lock && $(PYTHON) -m venv .venv/lock
	.venv/lock/bin/python -m pip install --quiet --disable-pip-version-check '.[charts,serve,dev]'
	.venv/lock/bin/python -m pip freeze --exclude selfeval-xl | LC_ALL=C sort -f > requirements.lock
	.venv/lock/bin/python -m pip install --quiet --disable-pip-version-check uv
	.venv/lock/bin/uv pip compile --quiet --universal --extra serve --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--constraint requirements.lock --output-file portable/requirements.lock pyproject.toml
	rm -rf .venv/lock

clean:  ## remove what the other targets make, the built files excepted
	rm -rf .venv out out-batch dist build .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
