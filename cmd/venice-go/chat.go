// The chat command: one question, and its answer.

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/spend"
)

var chatCommand = &command{
	name: "chat", args: "[PROMPT...]", short: "ask a model, and print its answer",
	about: `
venice-go chat asks a model one question and prints the answer, piece by piece as it comes. The question is what follows
the flags; what is on stdin, if it is no terminal, follows it, or is the question. An API key or a wallet pays.`,
	json:    "model, text, finishReason: texts; promptTokens, completionTokens: numbers; costUsd: number or null. Nothing is printed before the answer is whole",
	codes:   "0  the whole answer is on stdout\n5  also an answer that was cut off: what came of it is on stdout",
	example: "git diff | venice-go chat --max-usd 0.05 Write a commit message for this change.",
	setUp: func(f *flags) action {
		o := &chatFlags{}
		f.text(&o.model, "model", "ID", "model to ask; the service's default otherwise")
		f.text(&o.system, "system", "TEXT", "what the model is told before the question")
		f.number(&o.most, "max-tokens", "N", "most tokens of the answer; as many as the model makes otherwise")
		o.spend.declare(f)
		o.reach.declare(f)
		return o.run
	},
}

type chatFlags struct {
	model, system string
	most          int
	spend         spendFlags
	reach         reach
}

// maxPrompt is what the service takes at most, in bytes.
const maxPrompt = 32 << 20

// prompt joins what was typed and what is on stdin.
func (c *console) prompt(args []string) (string, error) {
	typed := strings.Join(args, " ")
	if c.stdin == nil || terminal(c.stdin) {
		if typed == "" {
			return "", failure{exitUsage, errors.New("want a prompt behind the flags, or on stdin")}
		}
		return typed, nil
	}
	piped, err := c.readInput(maxPrompt)
	if err != nil {
		return "", failure{exitUsage, err}
	}
	text := strings.TrimSpace(typed + "\n\n" + piped)
	if text == "" {
		return "", failure{exitUsage, errors.New("want a prompt behind the flags, or on stdin; stdin is empty")}
	}
	return text, nil
}

func (o *chatFlags) run(ctx context.Context, c *console, args []string) error {
	if o.most < 0 {
		return failure{exitUsage, errors.New("--max-tokens: want 1 or more")}
	}
	prompt, err := c.prompt(args)
	if err != nil {
		return err
	}
	client, model, err := o.spend.client(ctx, c, &o.reach, "text", o.model)
	if err != nil {
		return err
	}
	request := &gen.ChatCompletionRequest{Model: model}
	if o.system != "" {
		request.Messages = append(request.Messages, gen.SystemMessage(o.system))
	}
	request.Messages = append(request.Messages, gen.UserMessage(prompt))
	if o.most > 0 {
		request.MaxCompletionTokens = new(int64(o.most))
	}
	return o.spend.carryOut(ctx, c, client, model, request, func(ctx context.Context) error { return o.ask(ctx, c, client, request) })
}

// ask streams the answer, whatever is asked for: what was paid for is seen even if the rest is lost.
func (o *chatFlags) ask(ctx context.Context, c *console, client *venice.Client, request *gen.ChatCompletionRequest) error {
	done := c.busy("asking " + request.Model)
	defer done()
	last, written := "", error(nil)
	answer, err := venice.CollectChat(func(yield func(*gen.ChatCompletionChunk, error) bool) {
		for chunk, err := range client.StreamChatCompletion(ctx, request) {
			if text := contentOf(chunk); text != "" {
				if done(); !c.json && written == nil {
					if c.table {
						text = printable(text, "\n\t")
					}
					_, written = fmt.Fprint(c.stdout, text)
				}
				last = text
			}
			if written != nil || !yield(chunk, err) {
				return
			}
		}
	})
	if last != "" && !c.json && !strings.HasSuffix(last, "\n") && written == nil {
		fmt.Fprintln(c.stdout)
	}
	switch {
	case written != nil:
		return written
	case errors.Is(err, venice.ErrStreamCut), errors.Is(err, venice.ErrIdle):
		return failure{exitUnavailable, err}
	case errors.Is(err, spend.ErrCap):
		return failure{exitRefused, fmt.Errorf("%w; --max-tokens bounds the answer", err)}
	case err != nil:
		return called(err)
	case !c.json:
		return nil
	}
	return c.printJSON(summaryOf(answer))
}

func contentOf(chunk *gen.ChatCompletionChunk) string {
	if chunk == nil {
		return ""
	}
	for _, choice := range chunk.Choices {
		if text := choice.Delta.Content; text != nil && choice.Index == 0 {
			return *text
		}
	}
	return ""
}

// summaryOf is what --json prints.
func summaryOf(a *gen.ChatCompletion) any {
	s := struct {
		Model            string   `json:"model"`
		Text             string   `json:"text"`
		FinishReason     string   `json:"finishReason"`
		PromptTokens     int64    `json:"promptTokens"`
		CompletionTokens int64    `json:"completionTokens"`
		CostUSD          *float64 `json:"costUsd"`
	}{Model: a.Model, PromptTokens: a.Usage.PromptTokens, CompletionTokens: a.Usage.CompletionTokens}
	if len(a.Choices) > 0 {
		s.Text = a.Choices[0].Message.Content.String()
		s.FinishReason = string(a.Choices[0].FinishReason)
	}
	if a.Cost != nil {
		s.CostUSD = new(a.Cost.USD)
	}
	return s
}

// flagsOf are the names of the members that are true, by JSON, so that they need not be listed here.
func flagsOf(of any) []string {
	raw, err := json.Marshal(of)
	all := map[string]any{}
	if err != nil || json.Unmarshal(raw, &all) != nil {
		return []string{}
	}
	maps.DeleteFunc(all, func(_ string, is any) bool { return is != true })
	return slices.AppendSeq([]string{}, slices.Values(slices.Sorted(maps.Keys(all))))
}
