//go:build unix

// The server that the tests run against: one that exists, or one that they start, kill and start again.

package postgres

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "github.com/lib/pq"

	"github.com/venice-go/venice/journal/pgjournal"
)

// envDSN names a server. For the tests that start themselves as another process it is also the one that is running.
const envDSN = "VENICE_TEST_POSTGRES"

var drivers = []string{"pgx", "postgres"} // the latter is pq

// A cluster is a server of our own.
type cluster struct {
	bin, folder string
	credential  *syscall.Credential // PostgreSQL refuses to run as root
	running     *exec.Cmd
	log         bytes.Buffer
}

var (
	own     *cluster // nil if the server is another's
	missing error    // why there is no server
)

func TestMain(m *testing.M) {
	if os.Getenv(envDSN) == "" {
		if own, missing = newCluster(); own != nil {
			missing = own.start()
			_ = os.Setenv(envDSN, own.dsn())
		}
	}
	code := m.Run()
	if own != nil {
		own.kill()
		os.RemoveAll(own.folder)
	}
	os.Exit(code)
}

func newCluster() (*cluster, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "venice-pg")
	if err != nil {
		return nil, err
	}
	c := &cluster{bin: bin, folder: folder}
	if os.Geteuid() == 0 {
		if err := c.leaveRoot(); err != nil {
			return nil, err
		}
	}
	out, err := c.command("initdb", "-D", c.data(), "-U", "venice", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync").CombinedOutput()
	if err != nil {
		os.RemoveAll(folder)
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	return c, nil
}

// binaries finds the folder of the newest server.
func binaries() (string, error) {
	folders, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	version := func(folder string) int { n, _ := strconv.Atoi(filepath.Base(filepath.Dir(folder))); return n }
	slices.SortFunc(folders, func(a, b string) int { return version(b) - version(a) })
	for _, folder := range append(append(filepath.SplitList(os.Getenv("PATH")), folders...), "/usr/local/bin", "/usr/local/pgsql/bin") {
		_, noServer := os.Stat(filepath.Join(folder, "postgres"))
		_, noInit := os.Stat(filepath.Join(folder, "initdb"))
		if noServer == nil && noInit == nil {
			return folder, nil
		}
	}
	return "", errors.New("no PostgreSQL server: neither " + envDSN + " nor postgres and initdb, on PATH or in /usr/lib/postgresql")
}

func (c *cluster) leaveRoot() error {
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		c.credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		return os.Chown(c.folder, uid, gid)
	}
	return errors.New("no PostgreSQL server: it does not run as root, and there is neither a user postgres nor nobody")
}

func (c *cluster) data() string { return filepath.Join(c.folder, "data") }

func (c *cluster) dsn() string {
	return "host=" + c.folder + " user=venice dbname=postgres sslmode=disable"
}

func (c *cluster) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(c.bin, name), args...)
	cmd.Dir, cmd.Env = c.folder, append(os.Environ(), "LC_ALL=C")
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: c.credential} // in our group, so that an interrupt ends it too
	return cmd
}

// start returns once the server lets in. It writes late what need not be on disk, so that it is lost when it is killed.
func (c *cluster) start() error {
	c.running = c.command("postgres", "-D", c.data(), "-k", c.folder, "-c", "listen_addresses=", "-c", "wal_writer_delay=10s")
	c.running.Stdout, c.running.Stderr = &c.log, &c.log
	if err := c.running.Start(); err != nil {
		return err
	}
	db, err := sql.Open("pgx", c.dsn())
	if err != nil {
		return err
	}
	defer db.Close()
	for range 200 {
		if err = db.Ping(); err == nil {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	c.kill()
	return fmt.Errorf("postgres did not start: %w: %s", err, c.log.Bytes())
}

// kill ends the server at once, as the end of the machine would: pg_ctl stop -m immediate.
func (c *cluster) kill() {
	if c.running != nil {
		_ = c.running.Process.Signal(syscall.SIGQUIT)
		_ = c.running.Wait()
		c.running = nil
	}
}

// fresh makes an empty schema for a test, with the table in it, and has all connections use it.
func fresh(t *testing.T) {
	t.Helper()
	if missing != nil {
		t.Skip(missing)
	}
	schema := "venice_test_" + rand.Text()
	db := open(t, "pgx")
	do(t, db, `CREATE SCHEMA `+schema)
	t.Cleanup(func() { do(t, db, `DROP SCHEMA `+schema+` CASCADE`) })
	t.Setenv("PGOPTIONS", "-c search_path="+schema)
	do(t, open(t, "pgx"), pgjournal.Schema)
}

// open returns a pool of connections with the settings of PGOPTIONS at this moment.
func open(t *testing.T, driver string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, os.Getenv(envDSN))
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(20)
	db.SetMaxIdleConns(20)
	t.Cleanup(func() { db.Close() })
	return db
}

func do(t *testing.T, db *sql.DB, statement string) {
	t.Helper()
	if _, err := db.ExecContext(context.Background(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}
