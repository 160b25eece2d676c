# Everything here runs on a fresh machine that has Go and Node.js; what else is
# needed is set up by the target that needs it, which says what it does.
# ARGS="..." is handed on.

SHELL := bash
ARGS ?=
.DEFAULT_GOAL := help
.PHONY: help demo build test check ci lint fmt generate web e2e bench fuzz torture sbom cover corpora train test-model clean

help: ## What can be made
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

demo: build ## Two invented firms on a temporary folder, filled by real mails; prints its address
	@exec ./bin/projectr demo $(ARGS)

build: ## bin/projectr, with the dashboard inside
	@tools/build.sh

test: ## Every test that can run here; says what it skips (PROJECTR_REQUIRE_ALL=1: a skip fails)
	@tools/test.sh $(ARGS)

check: ## What a change must pass: linters, race detector, dashboard, generated files, browser
	@tools/check.sh $(ARGS)

ci: ## check with nothing skipped, after installing what is missing; the tree must stay clean
	@tools/ci.sh

lint: ## Form and linters only: gofmt, vet, staticcheck, rules of the house, biome, types, floors
	@tools/lint.sh

fmt: ## Formats Go and the dashboard
	@git ls-files -z '*.go' | xargs -0 gofmt -w
	@cd web && npm run --silent format

generate: ## The files that are made from sources: OpenAPI document, TypeScript types, docs/config.md
	@tools/generate.sh

web: ## The dashboard alone, with reload, against a server on 127.0.0.1:8080
	@bash -c '. tools/setup.sh; npm_ci web; cd web; exec npm run dev -- $(ARGS)'

e2e: build ## The real binary, by SMTP and HTTP, and through a browser
	@PROJECTR_BINARY=$$PWD/bin/projectr go run ./tools/tally -- ./e2e/... && tools/browser.sh

bench: build ## Accepted mails a second and page times, beside bare floors in the same run; reading beside enmime
	@go run ./bench -binary bin/projectr $(ARGS)
	@go test ./message -run '^$$' -bench 'Real|Parse' -benchtime 5s
	@go test ./extract -run '^$$' -bench Rules -benchtime 3s -cpu 1
	@go test ./ingest -run '^$$' -bench Process -benchtime 2000x
	@PROJECTR_BENCH_EVENTS=$${PROJECTR_BENCH_EVENTS:-200000} go test ./store/sqlite -run '^$$' -bench 'Record|Reads' -timeout 2h

fuzz: ## Every fuzz target for FUZZTIME (2m), as many at a time as there are cores
	@tools/fuzz.sh

torture: ## Isolation in full: 100,000 generated calls, every filter by organisation taken out in turn, 2,000 tries of each question who has an account
	@tools/torture.sh $(ARGS)

sbom: ## What the binary is made of, as CycloneDX documents in bin/sbom
	@tools/sbom.sh

cover: ## Coverage of all packages by all tests, into cover/
	@mkdir -p cover && go test -coverpkg=./... -coverprofile=cover/go.out ./... && go tool cover -html=cover/go.out -o cover/go.html && go tool cover -func=cover/go.out | tail -n 1

test-model: ## A real, very small language model reads some mails; installs and compiles its server the first time
	@tools/test-model.sh $(ARGS)

corpora: ## Scores on the labelled corpora in ../shared/corpora, in full; writes docs/quality.md
	@tools/corpora.sh

train: ## extract/intent.bin and postal/weights.txt, the weights of sentences and addresses, from ../shared/corpora and our own labelled mails
	@go run ./tools/train $(ARGS)
	@go run ./tools/postal

clean: ## Removes what was built, not what was installed
	@rm -rf bin cover bench/out && find web/dist -mindepth 1 ! -name .gitkeep -delete
