// Package postgres runs journal/pgjournal against a real PostgreSQL server, by two drivers. It is a module of its own, so
// that the drivers stay out of the module that users import.
//
// The server is the one that VENICE_TEST_POSTGRES names, a connection string, in which each test makes a schema and drops
// it. Without that the tests start one of their own from installed binaries, in a temporary folder on a Unix socket; it is
// also the only one that they kill. Without binaries they skip.
package postgres
