# Everything here needs Go, git and make alone; what else a target uses comes through go.mod.

# The race detector needs a C compiler: without one the tests run without it.
RACE := $(shell command -v $$(go env CC) >/dev/null 2>&1 && echo -race)
# What a target is given reaches the shell as a variable, never as its text.
SPEC := go run ./internal/generate spec $${FROM:+-from "$$FROM"}
REPORT ?= /dev/stdout
# The modules beside the root's, which keep what they need out of it.
MODULES := internal/report tests/oracle tests/postgres tests/clients tests/consumer tests/bench
export FROM OUT BASE REPORT

.PHONY: help demo test oracle postgres clients consumer bench generate spec spec-diff spec-job api lint

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-10s %s\n", $$1, $$2 }' Makefile

demo: ## both ways in with a wallet, a minted key and signed calls that it pays for, against a fake of its own (DEMO_LIVE=1: the first, for real)
	@go run ./cmd/venice demo

test: ## run the tests of the module, with the race detector where a C compiler is there
	CGO_ENABLED=$(if $(RACE),1,0) go test $(RACE) ./...

oracle: ## compare signatures, transfers and streams with go-ethereum's, solana-go's and go-sse's, in a module of its own
	cd tests/oracle && go test ./...

postgres: ## run the journal in PostgreSQL against a real server (VENICE_TEST_POSTGRES, or one that is installed), in a module of its own
	cd tests/postgres && go test -v -count=1 ./...

clients: ## have two other clients call the service with a wallet and no key, in a module of their own
	cd tests/clients && go test ./...

consumer: ## do, as a user's program, what the client's types know nothing of, in a module of its own
	cd tests/consumer && go test ./...

bench: ## measure this client against code by hand and two other clients, in a module of its own
	cd tests/bench && go run .

generate: ## make gen/ from openapi.yaml
	go generate ./...

spec: ## make openapi.yaml from a raw description: FROM=file or URL (default: the published one), OUT=file to only try it
	$(SPEC) $${OUT:+-out "$$OUT"}
	-@test -n "$$OUT" || { cd internal/report && go run . summary; }

spec-diff: ## say what another revision would change for callers, and leave all as it is: FROM=file or URL (default: the published one)
	@cd internal/report && go run . diff $${FROM:+-from "$$FROM"}

spec-job: ## adopt a revision as the daily job does, with a report: FROM=file or URL, REPORT=file (default: the terminal)
	@notes=$$(mktemp) && $(SPEC) -notes "$$notes" && go generate ./... && \
	( cd internal/report && go run . adopted -notes "$$notes" ) >"$$REPORT" && rm -f "$$notes"
	@$(MAKE) test

api: ## say what the exported names changed since BASE (a commit; default: where main was left), and fail if CHANGELOG.md keeps quiet of what broke
	@cd internal/report && go run . api $${BASE:+-base "$$BASE"}

lint: ## report what gofmt, go vet and a stale go.mod would change
	@test -z "$$(gofmt -l .)" || { gofmt -l . ; echo "not gofmt-ed"; exit 1; }
	@for module in . $(MODULES); do echo "$$module: go vet, go mod tidy" && ( cd $$module && go vet ./... && go mod tidy -diff ) || exit 1; done
