# Everything here needs Go, git and make alone; what else a target uses comes through go.mod.

# The race detector needs a C compiler: without one the tests run without it.
RACE := $(shell command -v $$(go env CC) >/dev/null 2>&1 && echo -race)
SPEC := $(if $(FROM),-from '$(FROM)') $(if $(OUT),-out '$(OUT)')

.PHONY: help demo test oracle postgres clients bench generate spec lint

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "%-10s %s\n", $$1, $$2 }' Makefile

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

bench: ## measure this client against code by hand and two other clients, in a module of its own
	cd tests/bench && go run .

generate: ## make gen/ from openapi.yaml
	go generate ./...

spec: ## make openapi.yaml from a raw description: FROM=file or URL (default: the published one), OUT=file to only try it
	go run ./internal/generate spec $(SPEC)

lint: ## report what gofmt, go vet and a stale go.mod would change
	@test -z "$$(gofmt -l .)" || { gofmt -l . ; echo "not gofmt-ed"; exit 1; }
	go vet ./...
	cd tests/oracle && go vet ./...
	cd tests/postgres && go vet ./...
	cd tests/clients && go vet ./...
	cd tests/bench && go vet ./...
	go mod tidy -diff
	cd tests/oracle && go mod tidy -diff
	cd tests/postgres && go mod tidy -diff
	cd tests/clients && go mod tidy -diff
	cd tests/bench && go mod tidy -diff
