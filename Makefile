# Everything a newcomer needs: Python 3.11+, pip, git and make are assumed, nothing else.
# A python3 that was built without optimisations, as pyenv's are, reads a sixth slower than the system's own.
PYTHON ?= $(shell { ! $(OPTIMISED) && $(RECENT) && echo /usr/bin/python3; } || echo python3)
OPTIMISED = python3 -c "import sysconfig as s; exit('--enable-optimizations' not in str(s.get_config_var('CONFIG_ARGS')))"
RECENT = /usr/bin/python3 -c 'import sys; exit(sys.version_info < (3, 11))' 2>/dev/null
VENV   ?= .venv
BIN    := $(VENV)/bin
UV      = $(shell command -v uv || command -v $(VENV)-uv/bin/uv || echo $(PYTHON) -m uv)
PORT   ?= 8000
# Of the tests: one more than two cores, as many wait for a server that starts again or a lease that ends.
PROCESSES ?= 3
# Or each start of the server compiles what it imports: other packages' modules, and ours.
export UV_COMPILE_BYTECODE = 1
export PYTHONDONTWRITEBYTECODE =

.PHONY: help demo serve install extras test uv check bench bench-media bench-reading bench-scans bench-formats bench-scale bench-load bench-soak bench-gateway bench-limits lock clean
.DEFAULT_GOAL := help

help:  ## say what can be made
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 22

demo: $(VENV)/demo  ## upload a real PDF, read it, ask a model about it (DEMO_CHAT=0: without the model)
	$(BIN)/python examples/demo.py

serve: $(VENV)/demo  ## start the server (PORT=8000)
	$(BIN)/moonshelf serve --port $(PORT)

# Compiled here, for a service's user may not write into this folder, and would compile all of it at each start.
install: $(VENV)/demo  ## install into .venv, and start nothing
	$(BIN)/python -m compileall -q src

extras: $(VENV)/demo  ## install extras beside what is there (EXTRAS=postgres,objects; data, media, oidc, valkey)
	$(UV) pip install --python $(VENV) --constraint requirements.lock --editable '.[$(EXTRAS)]'

test: $(VENV)/dev $(VENV)/browser  ## run the whole suite
	$(BIN)/python -m pytest -n $(PROCESSES) --dist loadfile --no-loadscope-reorder

check: $(VENV)/dev  ## formatting, lints, types, the direction of imports, the rules of this house
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/test_house_rules.py

bench: $(VENV)/dev  ## print the figures of speed, as ratios
	$(BIN)/python bench/speed.py

bench-media: $(VENV)/dev  ## ten images in one message, by id and as data URLs
	$(BIN)/python bench/media.py

bench-reading: $(VENV)/dev  ## score reading PDF beside other libraries (DATA=folder of documents with their truth)
	$(BIN)/python bench/reading_peers.py $(DATA)

bench-scans: $(VENV)/dev  ## how many scanned pages a second are read, in both speeds (SCANS=folder of PDFs of one page each)
	$(BIN)/python bench/scans.py $(SCANS)

bench-formats: $(VENV)/dev  ## find expected strings in files of every format, beside other libraries (CORPUS=folder)
	$(BIN)/python bench/formats.py $(CORPUS)

bench-load: $(VENV)/dev  ## sixty-four clients of mixed work while one account floods (SECONDS=120)
	$(BIN)/python bench/load.py $(SECONDS)

bench-gateway: $(VENV)/dev  ## what the chat gateway adds to a model server, beside LiteLLM's proxy
	$(BIN)/python bench/gateways.py

bench-soak: $(VENV)/dev  ## ten thousand small files, and what is left of them (FILES=10000)
	$(BIN)/python bench/soak.py $(FILES)

bench-limits: $(VENV)/dev  ## what it costs to hold a request to its limits, in process, in PostgreSQL, in Valkey
	$(BIN)/python bench/limits.py

bench-scale: $(VENV)/dev  ## print how many no-op slices a second the queue carries, beside pgqueuer alone
	$(BIN)/python bench/scale.py

lock:  ## resolve requirements.lock anew
	$(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url --all-extras --group dev \
	    --python-version 3.11 --custom-compile-command "make lock" --upgrade pyproject.toml -o requirements.lock

clean:  ## remove the environment
	rm -rf $(VENV) $(VENV)-uv

# What is installed is what the lock says, hash by hash. A demo needs no test tools, so it gets an environment sooner.
$(VENV)/demo: pyproject.toml requirements.lock | $(VENV)/uv
	@if [ ! -e $(VENV)/dev ]; then \
	  $(UV) pip install --python $(VENV) --constraint requirements.lock --group demo --editable '.[local]'; fi
	@touch $@

$(VENV)/dev: pyproject.toml requirements.lock | $(VENV)/uv
	$(UV) pip sync --python $(VENV) --require-hashes requirements.lock
	$(UV) pip install --python $(VENV) --no-deps --editable .
	@rm -rf .mypy_cache  # it would go on missing packages that are there now
	@touch $@ $(VENV)/demo

# Tests of the dashboard drive Debian's Chromium; where it can't be installed they say what is missing, and skip.
$(VENV)/browser: | $(VENV)/uv
	@command -v chromium-headless-shell chromium chromium-browser google-chrome >/dev/null || \
	  { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && \
	    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium-headless-shell fonts-dejavu-core >/dev/null; } || \
	  echo "Without Chromium the dashboard's tests are skipped: install chromium-headless-shell, or chromium."
	@touch $@

$(VENV)/uv: | uv
	@test -e $(VENV) || $(UV) venv --python $(PYTHON) $(VENV)
	@touch $@

# Where Debian's own Python takes no package from pip, uv gets an environment of its own.
uv:
	@$(UV) --version >/dev/null 2>&1 || $(PYTHON) -m pip install --quiet uv 2>/dev/null \
	  || { $(PYTHON) -m venv $(VENV)-uv && $(VENV)-uv/bin/pip install --quiet uv; }
