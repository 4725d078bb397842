//go:build ignore

// Builds into dist what .goreleaser.yaml says, where goreleaser itself is not at hand. It knows no more of the file than
// the file has: a key that is new here is to be added below, and to be tried with goreleaser.
package main

import (
	"bytes"
	"log"
	"os"
	"os/exec"
	"strings"

	"go.yaml.in/yaml/v3"
)

type info struct{ Owner, Group, Mode, Mtime string }

type config struct {
	Version  int
	Project  string `yaml:"project_name"`
	Checksum struct {
		Name string `yaml:"name_template"`
	}
	SBOMs  []struct{ Artifacts string } `yaml:"sboms"`
	Builds []struct {
		Main, Binary                      string
		Env, Flags, Ldflags, Goos, Goarch []string
		ModTimestamp                      string `yaml:"mod_timestamp"`
	}
	Archives []struct {
		Formats   []string
		Overrides []struct {
			Goos    string
			Formats []string
		} `yaml:"format_overrides"`
		BuildsInfo info `yaml:"builds_info"`
		Files      []struct {
			Src  string
			Info info
		}
	}
}

func main() {
	log.SetFlags(0)
	text, err := os.ReadFile(".goreleaser.yaml")
	if err != nil {
		log.Fatal(err)
	}
	var c config
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&c); err != nil {
		log.Fatal(".goreleaser.yaml: ", err)
	}
	for _, archive := range c.Archives {
		for _, file := range archive.Files {
			if _, err := os.Stat(file.Src); err != nil {
				log.Fatal(err)
			}
		}
	}
	for _, b := range c.Builds {
		for _, goos := range b.Goos {
			for _, goarch := range b.Goarch {
				args := append([]string{"build", "-ldflags=" + strings.Join(b.Ldflags, " ")}, b.Flags...)
				cmd := exec.Command("go", append(args, "-o", "dist/"+b.Binary+"_"+goos+"_"+goarch+"/"+b.Binary, b.Main)...)
				cmd.Env = append(append(os.Environ(), "GOOS="+goos, "GOARCH="+goarch), b.Env...)
				cmd.Stderr = os.Stderr
				if err := cmd.Run(); err != nil {
					log.Fatal(goos, "/", goarch, ": ", err)
				}
			}
		}
	}
}
