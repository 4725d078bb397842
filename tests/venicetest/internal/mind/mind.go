// What a model is asked and what it answers, whichever route the words came by.

// Package mind is the model behind the fake's chat: what it says follows from what it was asked, and from a seed where
// there is a choice. It repeats what the user said, calls the tools that the user speaks of with arguments that their
// schemas accept, quotes their results, and keeps to the form that is asked for.
package mind

import (
	"fmt"
	"strings"

	"github.com/venice-go/venice/tests/venicetest/internal/instance"
	"github.com/venice-go/venice/tests/venicetest/internal/tokens"
)

// A Prompt is one call of a model.
type Prompt struct {
	ID       string // of the call; ids of tool calls follow from it
	Messages []Message
	Tools    []Tool
	Choice   string // auto, none, required, or "" for auto
	Named    string // the one tool that has to be called
	Serial   bool   // one call of a tool at a time
	Schema   *instance.Schema
	Object   bool // any JSON object; a Schema wins
	Stop     []string
	Limit    int // tokens of an answer, thinking included; 0 for none
	Effort   int // sentences of thinking; 0 for none
	Seed     uint64
	Sources  []Source // what a search of the web found
	Cite     bool     // marks for them in the text
}

// A Message is one of the conversation.
type Message struct {
	Role  string // user, assistant, system, developer, tool
	Text  string
	Seen  []string // what came beside the text, in words
	Calls []Call   // of an assistant
	Call  string   // id of the call that a tool's message is the result of
}

// A Call is one of a tool.
type Call struct{ ID, Name, Arguments string }

// A Tool is one that may be called.
type Tool struct {
	Name, About string
	Schema      *instance.Schema // of the arguments
}

// A Source is a page that a search found.
type Source struct{ Title, URL, Content, Date string }

// A Reply is what the model answers.
type Reply struct {
	Thought []string // tokens, joined the text
	Text    []string
	Calls   []Call
	Finish  string // stop, length, tool_calls
}

// Tokens is how many were made.
func (r *Reply) Tokens() int {
	n := len(r.Thought) + len(r.Text)
	for _, c := range r.Calls {
		n += tokens.Count(c.Name) + tokens.Count(c.Arguments)
	}
	return n
}

// Answer makes the n-th answer to the prompt, from 0. The error says which schema no value was found for.
func (p *Prompt) Answer(n int) (*Reply, error) {
	r := &Reply{Finish: "stop"}
	if p.Effort > 0 {
		r.Thought = tokens.Split(p.think())
	}
	last := p.last()
	var err error
	if last.Role != "tool" || p.Named != "" || p.Choice == "required" {
		r.Calls, err = p.calls(last, n)
	}
	if err != nil {
		return nil, err
	}
	if len(r.Calls) > 0 {
		r.Finish = "tool_calls"
	} else if err := p.speak(r, last, n); err != nil {
		return nil, err
	}
	r.cut(p.Limit)
	return r, nil
}

// speak has the model answer in words, or in the form that it has to keep to.
func (p *Prompt) speak(r *Reply, last Message, n int) error {
	text := p.say(last)
	if n > 0 {
		text += fmt.Sprintf(" (%d)", n+1)
	}
	switch {
	case p.Schema != nil:
		made, err := p.Schema.Make(p.Seed+uint64(n), hints(p.said(last)))
		if err != nil {
			return fmt.Errorf("response_format: %w", err)
		}
		text = string(made)
	case p.Object:
		text = fmt.Sprintf(`{"reply":%s}`, quote(text))
	}
	for _, stop := range p.Stop {
		if before, _, found := strings.Cut(text, stop); found && stop != "" {
			text = before
		}
	}
	r.Text = tokens.Split(text)
	return nil
}

// cut ends the answer after so many tokens. What it was cut in is not of much use, as in real ones.
func (r *Reply) cut(limit int) {
	if limit <= 0 || r.Tokens() <= limit {
		return
	}
	r.Finish, r.Calls = "length", nil
	r.Thought = r.Thought[:min(len(r.Thought), limit)]
	r.Text = r.Text[:min(len(r.Text), limit-len(r.Thought))]
}

// last is what the model answers to: the results of tools if these came last, else what the user said last.
func (p *Prompt) last() Message {
	if n := len(p.Messages); n > 0 && p.Messages[n-1].Role == "tool" {
		return p.Messages[n-1]
	}
	for i := len(p.Messages) - 1; i >= 0; i-- {
		if p.Messages[i].Role == "user" {
			return p.Messages[i]
		}
	}
	if len(p.Messages) == 0 {
		return Message{}
	}
	return p.Messages[len(p.Messages)-1]
}

// results are the messages of tools at the end, with the names of the tools.
func (p *Prompt) results() (names, texts []string) {
	called := map[string]string{}
	first := len(p.Messages)
	for first > 0 && p.Messages[first-1].Role == "tool" {
		first--
	}
	for _, m := range p.Messages[:first] {
		for _, c := range m.Calls {
			called[c.ID] = c.Name
		}
	}
	for _, m := range p.Messages[first:] {
		names, texts = append(names, called[m.Call]), append(texts, m.Text)
	}
	return names, texts
}

// said is the text that answers draw from.
func (p *Prompt) said(last Message) string {
	if last.Role == "tool" {
		_, texts := p.results()
		return strings.Join(texts, "\n")
	}
	return last.Text
}

// say is the answer in words.
func (p *Prompt) say(last Message) string {
	var b strings.Builder
	if last.Role == "tool" {
		names, texts := p.results()
		for i := range names {
			if i > 0 {
				b.WriteByte('\n')
			}
			fmt.Fprintf(&b, "%s says: %s", names[i], texts[i])
		}
	} else {
		b.WriteString("You said: " + last.Text)
	}
	if len(last.Seen) > 0 {
		b.WriteString("\nYou sent: " + strings.Join(last.Seen, "; "))
	}
	for i, s := range p.Sources {
		b.WriteString("\n" + s.Title)
		if p.Cite {
			fmt.Fprintf(&b, " ^%d^", i+1)
		}
	}
	return b.String()
}

// think is the thinking before the answer, the longer the more effort is asked for.
func (p *Prompt) think() string {
	last := p.last()
	words := strings.Fields(p.said(last))
	topic := strings.Join(words[:min(6, len(words))], " ")
	who := "The user wrote"
	if last.Role == "tool" {
		who = "The tools answered"
	}
	steps := []string{
		fmt.Sprintf("%s %d words: %s.", who, len(words), topic), "I look for what is asked.", "I weigh what to do.",
		"I check it once more.", "I am sure now.", "I answer.",
	}
	return strings.Join(steps[:min(p.Effort, len(steps))], " ")
}
