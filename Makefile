# Everything here needs Go, git and make alone; what else a target uses comes through a go.mod.

# The race detector needs a C compiler: without one the tests run without it.
RACE := $(shell command -v $$(go env CC) >/dev/null 2>&1 && echo -race)
# What a target is given reaches the shell as a variable, never as its text.
SPEC := go run ./internal/generate spec $${FROM:+-from "$$FROM"}
REPORT ?= /dev/stdout
# The modules beside the root's, which keep what they need out of it.
MODULES := internal/report e2ee/tdx tests/oracle tests/postgres tests/clients tests/consumer tests/bench otelvenice
# Linters in the versions that internal/tools names: none of them is a dependency of ours.
TOOL := go tool -modfile=$(CURDIR)/internal/tools/
FUZZTIME ?= 20s
export FROM OUT BASE REPORT FUZZTIME

.PHONY: help demo check test test-live oracle postgres tdx clients consumer otel bench cover fuzz vuln generate spec spec-diff spec-job api lint release-check

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-13s %s\n", $$1, $$2 }' Makefile

demo: ## both ways in with a wallet, a minted key and signed calls that it pays for, against a fake of its own (DEMO_LIVE=1: the first, for real)
	@go run ./cmd/venice-go demo

check: lint test consumer api ## all that a change has to pass: lint, test, consumer, api, and that the generated code is up to date
	cd internal/report && go test ./...
	@made=$$(mktemp -d) && go run ./internal/generate gen -out "$$made" && diff -rq "$$made/gen" gen && diff -q "$$made/client.gen.go" client.gen.go && rm -r "$$made" || { echo "client.gen.go and gen are not what make generate makes"; exit 1; }

test: ## run the tests of the module, with the race detector where a C compiler is there
	CGO_ENABLED=$(if $(RACE),1,0) go test -shuffle=on $(RACE) ./...

test-live: ## call the real service, cheapest first, and hold its answers against the description: VENICE_API_KEY or WALLET_PRIVATE_KEY, MAX_USD=0.05 (without credentials: what it would do)
	@go run ./tests/live

oracle: ## compare signatures, transfers, encryption and streams with go-ethereum's, solana-go's, noble's and go-sse's, in a module of its own
	cd tests/oracle && go test ./...

postgres: ## run the journal in PostgreSQL against a real server (VENICE_TEST_POSTGRES, or one that is installed), in a module of its own
	cd tests/postgres && go test -v -count=1 ./...

tdx: ## verify quotes of the fake's enclaves, and recorded ones (TEE_RECORDINGS: a folder of them), in a module of its own
	cd e2ee/tdx && go test ./...

clients: ## have other clients call the service and the fake, in Go, and in JavaScript where node and npm are, in a module of their own
	@npm install --prefix tests/clients/node --silent --no-audit --no-fund --ignore-scripts || echo "npm could not install the JavaScript client: its test skips unless it is there"
	cd tests/clients && go test ./...

consumer: ## build a program outside the module, run it against the fake, and see that it needs no more modules than it did
	cd tests/consumer && go vet ./... && go test ./...

otel: ## run the tests of what is told to OpenTelemetry, in a module of its own that users import
	cd otelvenice && go vet ./... && go test ./...

bench: ## measure this client against code by hand and two other clients, in a module of its own
	cd tests/bench && go run .

generate: ## make client.gen.go and gen/ from openapi.yaml
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

lint: ## golangci-lint (.golangci.yml), gofmt, go mod tidy in every module, and the workflows
	@test -z "$$(gofmt -l .)" || { gofmt -l . ; echo "not gofmt-ed"; exit 1; }
	@for module in . $(MODULES); do \
		echo "$$module: golangci-lint, go mod tidy" && ( cd $$module && go mod tidy -diff && $(TOOL)lint.mod golangci-lint run ./... ) || exit 1; done
	$(TOOL)actionlint.mod actionlint

cover: ## run the tests, and say which part of each package's statements they reach
	CGO_ENABLED=0 go test -cover -coverpkg=./... ./... | awk '/coverage/ { sub(/ of statements.*/, ""); print }'

fuzz: ## fuzz each parser of what strangers send for FUZZTIME (default: 20s)
	@for package in $$(go list ./...); do for target in $$(go test -list '^Fuzz' $$package | grep '^Fuzz'); do \
		echo "$$package $$target" && go test -run '^$$' -fuzz "^$$target$$" -fuzztime "$$FUZZTIME" $$package || exit 1; done; done

vuln: ## look for known vulnerabilities; the database of them is not reachable from everywhere, and then this fails and says so
	@for module in . $(MODULES); do echo "$$module" && ( cd $$module && $(TOOL)vuln.mod govulncheck ./... ) || exit 1; done

release-check: ## try the next release on a copy, and publish nothing (with goreleaser, where it is at hand or in GORELEASER)
	@.github/release check
