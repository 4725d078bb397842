// The image command: a picture into a file.

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

var imageCommand = &command{
	name: "image", args: "[PROMPT...]", short: "draw a picture into a file",
	about: `
venice-go image draws a picture and writes it to a file, whole or not at all. What to draw is what follows the flags, or
stdin. A file that is there is left alone, unless --force is given. An API key or a wallet pays.`,
	json:    "file, model: texts; bytes: number. With --dry-run: " + estimateMembers,
	example: "venice-go image --out cat.webp --max-usd 0.05 a cat on a canal boat",
	setUp: func(f *flags) action {
		o := &imageFlags{}
		f.text(&o.out, "out", "FILE", "where to write it; .png, .jpg or .webp say the format. Needed")
		f.yes(&o.force, "force", "replace a file that is there")
		f.text(&o.model, "model", "ID", "model to draw; the service's default otherwise")
		f.number(&o.width, "width", "PIXELS", "how wide; as the model has it otherwise")
		f.number(&o.height, "height", "PIXELS", "how high")
		f.text(&o.avoid, "avoid", "TEXT", "what should not be in it")
		o.spend.declare(f)
		o.reach.declare(f)
		return o.run
	},
}

type imageFlags struct {
	out, model, avoid string
	force             bool
	width, height     int
	spend             spendFlags
	reach             reach
}

// formats are the formats by the ends of names.
var formats = map[string]gen.ImageFormat{".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg", ".webp": "webp"}

func (o *imageFlags) run(ctx context.Context, c *console, args []string) error {
	format, known := formats[strings.ToLower(filepath.Ext(o.out))]
	_, there := os.Lstat(o.out)
	switch {
	case o.spend.dryRun:
	case !known:
		return failure{exitUsage, fmt.Errorf("--out: want a file whose name ends in .png, .jpg or .webp, got %q", o.out)}
	case there == nil && !o.force:
		return failure{exitUsage, fmt.Errorf("--out: %s is there already, and was left as it is; --force replaces it", o.out)}
	case o.width < 0 || o.height < 0:
		return failure{exitUsage, errors.New("--width, --height: want 1 or more")}
	}
	prompt, err := c.prompt(args)
	if err != nil {
		return err
	}
	client, model, err := o.spend.client(ctx, c, &o.reach, "image", o.model)
	if err != nil {
		return err
	}
	request := &gen.GenerateImageRequest{Model: model, Prompt: prompt, Format: format}
	if o.avoid != "" {
		request.NegativePrompt = &o.avoid
	}
	if o.width > 0 {
		request.Width = new(int64(o.width))
	}
	if o.height > 0 {
		request.Height = new(int64(o.height))
	}
	return o.spend.carryOut(ctx, c, client, model, request, func(ctx context.Context) error { return o.draw(ctx, c, client, request) })
}

func (o *imageFlags) draw(ctx context.Context, c *console, client *venice.Client, request *gen.GenerateImageRequest) error {
	done := c.busy("drawing with " + request.Model)
	defer done()
	media, err := client.GenerateImageBinary(ctx, request)
	if err != nil {
		return called(err)
	}
	n, err := venice.Save(media, o.out)
	done()
	if err != nil {
		return failure{exitMaybe, fmt.Errorf("the picture was drawn, and may be billed: %w", err)}
	}
	if c.json {
		return c.printJSON(map[string]any{"file": o.out, "bytes": n, "model": request.Model})
	}
	_, err = fmt.Fprintln(c.stdout, o.out)
	return err
}
