# 民意分办. On Windows without make: see README, "Windows".
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test check bench-check lint demo screenshots lock clean

run: ## set up, build the default model when there is none, start the service on 127.0.0.1:8000
	@$(PYTHON) scripts/environment.py run
	@$(BIN)/minyi serve

test: ## set up with the test tools, run all tests
	@$(PYTHON) scripts/environment.py test
	@$(BIN)/python -m pytest -n 2 --dist worksteal

lint: ## style, types, import contracts
	@$(PYTHON) scripts/environment.py test
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

check: lint test ## all that CI runs

bench-check: ## fail when a key path costs over 15 % more than is recorded
	@$(PYTHON) scripts/environment.py test
	@$(BIN)/python scripts/bench.py check

demo: ## a separate database with a year of invented submissions
	@$(PYTHON) scripts/environment.py run
	@$(BIN)/minyi demo

screenshots: ## pictures of every page from a fresh demonstration, into docs/images (needs chromium)
	@$(PYTHON) scripts/environment.py test
	@$(BIN)/python scripts/screenshots.py docs/images

lock: ## resolve the dependencies again (needs uv)
	@$(PYTHON) scripts/lock.py

clean: ## remove the environment and caches; data and models stay
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis dist build
