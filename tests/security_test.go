package tests

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// SECURITY.md says which test shows what it claims: each has to be there, in the folder named before it.
func TestSecurityNamesTests(t *testing.T) {
	page, err := os.ReadFile("../SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]string{} // folder -> source of its tests
	err = filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, "_test.go") {
			b, err := os.ReadFile(path)
			there[filepath.ToSlash(filepath.Dir(path))] += string(b)
			return err
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	folder, n := "", 0
	for _, m := range regexp.MustCompile("`([a-z0-9./-]+)`:|`((?:Test|Fuzz)[A-Za-z0-9]+)`").FindAllStringSubmatch(string(page), -1) {
		if m[1] != "" {
			folder = filepath.ToSlash(filepath.Join("..", m[1]))
		} else if n++; !strings.Contains(there[folder], "func "+m[2]+"(") {
			t.Errorf("no %s in %s", m[2], folder)
		}
	}
	if n < 50 {
		t.Errorf("found %d tests in SECURITY.md", n)
	}
}
