// Completion: scripts for shells, made of the commands and their flags.

package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// completionCommand is made anew, since it reads the list that it is in.
func completionCommand() *command {
	return &command{
		name: "completion", args: "bash|zsh|fish", most: 1, short: "a script that completes commands and flags in a shell",
		about: `
venice-go completion prints a script for a shell, which completes commands, flags and the words that they take.

  bash  source <(venice-go completion bash), in ~/.bashrc
  zsh   source <(venice-go completion zsh), in ~/.zshrc behind compinit
  fish  venice-go completion fish >~/.config/fish/completions/venice-go.fish`,
		json:    "script: text",
		example: "source <(venice-go completion bash)",
		setUp: func(*flags) action {
			return func(_ context.Context, c *console, args []string) error {
				scripts := map[string]func() string{"bash": bashScript, "zsh": zshScript, "fish": fishScript}
				if len(args) != 1 || scripts[args[0]] == nil {
					return failure{exitUsage, errors.New("want a shell: bash, zsh or fish")}
				}
				script := scripts[args[0]]()
				if c.json {
					return c.printJSON(map[string]string{"script": script})
				}
				_, err := fmt.Fprint(c.stdout, script)
				return err
			}
		},
	}
}

// words are what may follow each beginning of a command line: the first words of all commands behind "", and so on.
func words() (behind map[string][]string, order []string) {
	behind = map[string][]string{}
	add := func(key, word string) {
		for _, known := range behind[key] {
			if known == word {
				return
			}
		}
		if behind[key] == nil {
			order = append(order, key)
		}
		behind[key] = append(behind[key], word)
	}
	for _, c := range commands() {
		first, second, group := strings.Cut(c.name, " ")
		add("", first)
		if group {
			add(first, second)
		}
		f, _ := newFlags(c)
		for _, l := range f.list {
			add(c.name, "--"+l.name)
			switch {
			case strings.Contains(l.value, "|"):
				for word := range strings.SplitSeq(l.value, "|") {
					add(c.name+" --"+l.name, word)
				}
			case l.value != "":
				add(c.name+" --"+l.name, "") // so that files are completed, and no flags
			}
		}
		if strings.Contains(c.args, "|") {
			for word := range strings.SplitSeq(c.args, "|") {
				add(c.name, word)
			}
		}
	}
	add("", "help")
	return behind, order
}

// cases has a line for the values of each flag and then one for each command, as the formats of a shell write them.
func cases(ofFlag, between, ofCommand string) string {
	behind, order := words()
	var b strings.Builder
	for _, key := range order {
		if command, flag, is := strings.Cut(key, " --"); is {
			fmt.Fprintf(&b, ofFlag, command, flag, strings.Join(behind[key], " "))
		}
	}
	b.WriteString(between)
	for _, key := range order {
		if !strings.Contains(key, " --") {
			fmt.Fprintf(&b, ofCommand, key, strings.Join(behind[key], " "))
		}
	}
	return b.String()
}

// bashScript looks the words up by what stands before. Where there are none, files are completed.
func bashScript() string {
	var b strings.Builder
	b.WriteString(`# Completion of venice-go for bash.
_venice_go() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} cmd="" word words=""
	for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
		case $word in -*) break ;; *) cmd="${cmd:+$cmd }$word" ;; esac
	done
	case "$cmd $prev" in
`)
	b.WriteString(cases("	%q*\" --%s\") words=%q ;;\n", "	*) case $cmd in\n", "		%q) words=%q ;;\n"))
	b.WriteString(`		esac ;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}
complete -o default -F _venice_go venice-go
`)
	return b.String()
}

// zshScript is bash's, by way of what zsh has for that.
func zshScript() string {
	var b strings.Builder
	b.WriteString(`#compdef venice-go
# Completion of venice-go for zsh.
_venice_go() {
	local cmd="" prev=${words[CURRENT-1]} word
	local -a list
	for word in "${(@)words[2,CURRENT-1]}"; do
		case $word in (-*) break ;; (*) cmd="${cmd:+$cmd }$word" ;; esac
	done
	case "$cmd $prev" in
`)
	b.WriteString(cases("	(%q*\" --%s\") list=(%s) ;;\n", "	(*) case $cmd in\n", "		(%q) list=(%s) ;;\n"))
	b.WriteString(`		esac ;;
	esac
	(( ${#list} )) && compadd -- $list || _files
}
compdef _venice_go venice-go
`)
	return b.String()
}

// fishScript has a line for each word, with what the help says of it.
func fishScript() string {
	var b strings.Builder
	b.WriteString("# Completion of venice-go for fish.\ncomplete -c venice-go -f\n")
	quote := func(text string) string { return "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(text) + "'" }
	done := map[string]bool{}
	for _, c := range commands() {
		first, second, group := strings.Cut(c.name, " ")
		in := "__fish_seen_subcommand_from " + first
		if !done[first] {
			short := c.short
			if group {
				short = first + " of the account"
			}
			fmt.Fprintf(&b, "complete -c venice-go -n __fish_use_subcommand -a %s -d %s\n", first, quote(short))
			done[first] = true
		}
		if group {
			fmt.Fprintf(&b, "complete -c venice-go -n %s -a %s -d %s\n", quote(in), second, quote(c.short))
			in += "; and __fish_seen_subcommand_from " + second
		}
		f, _ := newFlags(c)
		for _, l := range f.list {
			takes := ""
			switch {
			case strings.Contains(l.value, "|"):
				takes = " -x -a " + quote(strings.ReplaceAll(l.value, "|", " "))
			case l.value == "FILE" || l.value == "FOLDER":
				takes = " -r -F"
			case l.value != "":
				takes = " -x"
			}
			fmt.Fprintf(&b, "complete -c venice-go -n %s -l %s%s -d %s\n", quote(in), l.name, takes, quote(wrap(l.text, 60)[0]))
		}
		if strings.Contains(c.args, "|") {
			fmt.Fprintf(&b, "complete -c venice-go -n %s -a %s\n", quote(in), quote(strings.ReplaceAll(c.args, "|", " ")))
		}
	}
	return b.String()
}
