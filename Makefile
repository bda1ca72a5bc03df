# Every target sets the environment up first, once: .venv/.ready is newer than the lock it was made from.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
HOME_DIR ?= .leafroot
ONLY ?=
# A llama.cpp server to test the wire against. It is compiled without what takes long and a model of chance does not need.
LLAMA := .venv-llama
LLAMA_BUILD := -DCMAKE_C_FLAGS_RELEASE=-O0 -DCMAKE_CXX_FLAGS_RELEASE=-O0 -DLLAVA_BUILD=OFF -DLLAMA_OPENSSL=OFF \
 -DGGML_NATIVE=OFF -DGGML_OPENMP=OFF -DGGML_LLAMAFILE=OFF -DGGML_CPU_REPACK=OFF
CMAKE_BUILD_PARALLEL_LEVEL ?= 1

# No telemetry, one BLAS thread (vectors are equal to the last bit from run to run).
export DAGSTER_DISABLE_TELEMETRY := 1
export GX_ANALYTICS_ENABLED := false
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1

.PHONY: run test test-llama ui serve eval bench lint format lock docs setup clean
.DEFAULT_GOAL := run

setup: $(VENV)/.ready

$(VENV)/.ready: requirements/lock.txt requirements/bootstrap.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Leafroot needs Python 3.11 ($(PYTHON) not found); install it or call make PYTHON=<path>." >&2; exit 3; }
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
	@echo "installing packages from requirements/lock.txt (once)" >&2
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/lock.txt \
	 || $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/lock.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index --editable .
	@touch $@

run: setup
	@$(BIN)/leafroot run --corpora assets/corpora/sample --home $(HOME_DIR)

test: setup
	@$(BIN)/python -m pytest --cov --cov-report=term:skip-covered

test-llama: setup $(LLAMA)/.ready
	@LLAMA_PYTHON=$(abspath $(LLAMA))/bin/python $(BIN)/python -m pytest tests/llama

$(LLAMA)/.ready: pyproject.toml
	@$(PYTHON) -m venv $(LLAMA)
	@echo "compiling llama.cpp, with $(CMAKE_BUILD_PARALLEL_LEVEL) job: some minutes, twenty on a busy machine, once" >&2
	@CMAKE_ARGS="$(LLAMA_BUILD)" CMAKE_BUILD_PARALLEL_LEVEL=$(CMAKE_BUILD_PARALLEL_LEVEL) \
	 nice -n 19 $(BIN)/uv pip install --quiet --python $(LLAMA)/bin/python --group llama
	@touch $@

ui: setup
	@$(BIN)/leafroot ui --home $(HOME_DIR)

serve: setup
	@$(BIN)/leafroot serve --home $(HOME_DIR)

eval: setup
	@$(BIN)/python -m tests.measure eval $(ONLY)

bench: setup
	@$(BIN)/python -m tests.measure bench $(ONLY)

lint: setup
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: setup
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

docs: setup
	@$(BIN)/python -m leafroot.docs

lock: setup
	@$(BIN)/uv pip compile -q --no-header --generate-hashes --python-version 3.11 requirements/bootstrap.in -o requirements/bootstrap.txt
	@$(BIN)/uv pip compile -q --no-header --generate-hashes --python-version 3.11 --extra dev pyproject.toml -o requirements/lock.txt

clean:
	rm -rf $(VENV) $(LLAMA) .mypy_cache .ruff_cache .pytest_cache
