# `make` alone says what there is.
SHELL := /bin/bash

# Homebrew keeps OpenBLAS out of pkg-config's path.
ifeq ($(shell uname -s),Darwin)
export PKG_CONFIG_PATH := $(shell brew --prefix openblas 2>/dev/null)/lib/pkgconfig:$(PKG_CONFIG_PATH)
endif

SOURCES := Package.swift Sources Tests $(wildcard Benchmarks/Package.swift Benchmarks/Sources) \
  $(wildcard Examples/*/Package.swift Examples/*/Sources)

.PHONY: help demo recipes test manual pictures bench bench-scaling profile bench-builds bench-files \
  mpi-test batch-test fuzz kill-test thread-test coverage mutation-test lint format install-dependencies
.DEFAULT_GOAL := help

help: ## Say what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /|/' | column -t -s '|'

install-dependencies: ## Install OpenBLAS, LAPACKE, zlib and HDF5 where they are missing
	@scripts/install-dependencies.sh

demo: install-dependencies ## Generate points, fit two surrogates, write their reports to demo/
	@scripts/demo.sh

recipes: install-dependencies ## What each ingredient of the recipe brings, e.g. make recipes EPOCHS=20
	swift build --quiet -c release --product amp-cli
	@scripts/recipes.sh

test: install-dependencies ## Build everything and run all tests, in release mode
	@echo "test: building in release mode (a few minutes the first time)"
	swift build --quiet -c release --build-tests
	swift test -c release --skip-build

manual: install-dependencies ## Make a website of the pages and the documentation of all libraries
	@scripts/manual.py $(ARGS)

pictures: demo ## Draw the picture of the README from the surrogate of the demo
	.build/release/amp-cli pulls demo/fast --data demo/points.npz --picture Docs/pictures/pulls.svg

bench: install-dependencies ## Time training steps against PyTorch, e.g. make bench ARGS="--rounds 3"
	@scripts/bench.sh $(ARGS)

bench-builds: install-dependencies ## Time two checkouts against each other: make bench-builds A=path B=path
	@Benchmarks/compare.py --builds "$(A)" "$(B)" $(ARGS)

bench-scaling: install-dependencies ## Draw how the cost of a training grows with data, width, members
	swift build --quiet -c release --package-path Benchmarks --product TrainingBenchmark
	Benchmarks/.build/release/TrainingBenchmark --scaling Docs/benchmarks/scaling.svg

profile: install-dependencies ## Say where the time of steps goes, by function (needs perf)
	swift build --quiet -c release --package-path Benchmarks --product TrainingBenchmark
	Benchmarks/profile.py --markdown Docs/benchmarks/profiles.md

bench-files: install-dependencies ## Time reading files against NumPy, pandas and pyhepmc
	@scripts/bench_files.sh $(ARGS)

mpi-test: ## Fit with 1, 2 and 4 MPI processes and compare the weights
	@scripts/mpi_test.sh

batch-test: install-dependencies ## Run a scan by Snakemake, kill it half-way and go on
	@scripts/batch_test.sh

fuzz: ## Feed a parser with damaged files: make fuzz FORMAT=hepmc3 SECONDS=600, or FORMAT=all
	@scripts/fuzz.sh $(or $(FORMAT),any) $(or $(SECONDS),60)

kill-test: ## Kill commands at random moments, fill their disk, take their input: nothing may be lost
	@Tests/Faults/kill.sh $(ARGS)

thread-test: install-dependencies ## Run the parallel parts under the thread sanitizer
	@scripts/sanitize-threads.sh

coverage: install-dependencies ## Say which part of the lines of each library the tests reach
	@scripts/coverage.py $(ARGS)

mutation-test: install-dependencies ## Break the numerical code in some twenty places: a test must notice
	@Tests/Mutations/mutate.py $(ARGS)

lint: ## Check the format of all sources
	swift format lint --strict --parallel --recursive $(SOURCES)

format: ## Format all sources
	swift format --in-place --parallel --recursive $(SOURCES)
