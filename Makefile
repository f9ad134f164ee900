# make demo, make test: the two commands. Both work again at once, from any state.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes

.PHONY: demo test lint types layers docs lock bench bench-large clean

demo: $(VENV)/.runtime
	@mkdir -p reports
	$(BIN)/python -m simulator demo --report html=reports/demo.html
	@echo "The same as a page to read: reports/demo.html"

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n auto $(PYTEST)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(VENV)/.dev
	PYTHONPATH=. $(BIN)/python docs/make_reference.py
	$(BIN)/python docs/make_tour.py

# A virtual environment whose installation was cut short has no stamp, and is made anew.
$(VENV)/.runtime: requirements.txt
	@test -f $(VENV)/.runtime || test -f $(VENV)/.dev || $(PYTHON) -m venv --clear $(VENV)
	$(PIP) -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt
	@test -f $(VENV)/.runtime || test -f $(VENV)/.dev || $(PYTHON) -m venv --clear $(VENV)
	$(PIP) -r requirements-dev.txt
	@touch $@

lock: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11 pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11 --group dev pyproject.toml -o requirements-dev.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11 bench/requirements.in -o bench/requirements.txt

# The figures of docs/performance.md. What the simulator is measured against is installed apart from it.
bench: bench/.venv/.stamp
	bench/$(BIN)/python -m bench.run

bench-large: bench/.venv/.stamp
	bench/$(BIN)/python -m bench.run --large

bench/.venv/.stamp: bench/requirements.txt
	$(PYTHON) -m venv --clear bench/.venv
	bench/$(PIP) -r bench/requirements.txt
	@touch $@

clean:
	rm -rf $(VENV) bench/.venv bench/.cache build dist reports/*.html .mypy_cache .ruff_cache .pytest_cache .hypothesis
