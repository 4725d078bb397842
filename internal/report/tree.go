package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// copied makes a copy of a checkout as it is, with what is not committed yet.
func copied(root string) (string, error) {
	list, err := output(root, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", "venice-report-")
	if err != nil {
		return "", err
	}
	for name := range strings.SplitSeq(strings.TrimRight(list, "\x00"), "\x00") {
		b, err := os.ReadFile(filepath.Join(root, name))
		if os.IsNotExist(err) { // removed, and not committed yet
			continue
		}
		if err == nil {
			err = os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700)
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), b, 0o600)
		}
		if err != nil {
			os.RemoveAll(dir)
			return "", err
		}
	}
	return dir, nil
}

// checkedOut makes a copy of a checkout as it was at a commit.
func checkedOut(root, commit string) (string, error) {
	sha, err := output(root, "git", "rev-parse", "--verify", "--end-of-options", commit+"^{commit}")
	if err != nil {
		return "", fmt.Errorf("no commit %q here (a shallow clone has only its newest): %w", commit, err)
	}
	dir, err := os.MkdirTemp("", "venice-report-")
	if err != nil {
		return "", err
	}
	tar := filepath.Join(dir, "tree.tar")
	if _, err = output(root, "git", "archive", "-o", tar, sha); err == nil {
		_, err = output(dir, "tar", "xf", tar)
	}
	if err != nil {
		os.RemoveAll(dir)
		return "", err
	}
	return dir, nil
}

// leftMain is the commit where this branch left main, or the one before on main itself.
func leftMain(root string) string {
	left, err := output(root, "git", "merge-base", "HEAD", "origin/main")
	head, _ := output(root, "git", "rev-parse", "HEAD")
	if err != nil || left == head {
		return "HEAD~1"
	}
	return left
}

// wholePath makes the name of a file, from the checkout's top, one that holds in every folder. URLs stay.
func wholePath(root, name string) string {
	if filepath.IsAbs(name) || strings.Contains(name, "://") {
		return name
	}
	whole, err := filepath.Abs(filepath.Join(root, name))
	if err != nil {
		return name
	}
	return whole
}

// output runs a command in dir. What it says of an error is the error.
func output(dir, name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...) //nolint:gosec // git, go and tar, as named here
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, stderr.String())
	}
	return strings.TrimSpace(string(out)), nil
}
