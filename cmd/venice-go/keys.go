// The keys commands: API keys of the account, by an ADMIN key of it.

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/oapi-codegen/nullable"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/signer"
)

const keysAbout = `
An ADMIN key of the account has to be in VENICE_API_KEY (venice-go mint --type admin makes one of a wallet).`

const keyMembers = `id, type, description, last6, expiresAt, lastUsedAt, limitPeriod, modelPrivacy: texts; limitUsd, limitDiem: numbers or
null; usedUsd, usedDiem: texts, of the present period`

var keysList = &command{
	name: "keys list", short: "list the account's API keys",
	about:   "venice-go keys list lists the API keys of the account, without the keys themselves." + keysAbout,
	json:    "keys: list of {" + keyMembers + "}",
	example: "venice-go keys list",
	setUp: func(f *flags) action {
		var r reach
		r.declareURL(f)
		return func(ctx context.Context, c *console, _ []string) error {
			client, err := r.keyed(c)
			if err != nil {
				return err
			}
			list, err := client.ListAPIKeys(ctx)
			if err != nil {
				return called(err)
			}
			keys := []listedKey{}
			t := keyTable()
			for i := range list.Data {
				k := listKey(&list.Data[i])
				keys = append(keys, k)
				t.row(k.cells()...)
			}
			return c.show(map[string]any{"keys": keys}, t)
		}
	},
}

func keyTable() *table {
	return &table{head: []string{"ID", "TYPE", "ENDS IN", "LIMIT", "EXPIRES", "LAST USED", "DESCRIPTION"}}
}

func (l *listedKey) cells() []string {
	var limits []string
	for unit, n := range map[string]*float64{"USD": l.LimitUSD, "DIEM": l.LimitDIEM} {
		if n != nil {
			limits = append(limits, strconv.FormatFloat(*n, 'f', -1, 64)+" "+unit+" a "+strings.ToLower(l.LimitPeriod))
		}
	}
	return []string{l.ID, l.Type, l.Last6, orDash(strings.Join(limits, ", ")), orDash(day(l.ExpiresAt)), orDash(day(l.LastUsedAt)), l.Description}
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

// day is the day of a time as the service writes it.
func day(text string) string { day, _, _ := strings.Cut(text, "T"); return day }

func textOf(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}

func numberOf(n nullable.Nullable[float64]) *float64 {
	if v, err := n.Get(); err == nil {
		return &v
	}
	return nil
}

var keysMake = &command{
	name: "keys make", short: "make an API key, and print it",
	about: `
venice-go keys make makes an API key of the account, and prints it, alone, on stdout. The service shows it only once.` + keysAbout,
	json:    "apiKey, id, type, description, expiresAt: texts",
	codes:   "0  the key is on stdout\n6  a key may exist: look for it by its description (keys list), and delete what you find (keys revoke)",
	example: `venice-go keys make --description "web shop" --limit-usd 20 --limit-period month`,
	setUp: func(f *flags) action {
		var k keyFlags
		var r reach
		k.declare(f)
		r.declareURL(f)
		return func(ctx context.Context, c *console, _ []string) error { return makeKey(ctx, c, &k.request, &r) }
	},
}

func makeKey(ctx context.Context, c *console, request *signer.KeyRequest, r *reach) error {
	if request.Description == "" {
		return failure{exitUsage, errors.New("--description: want a name for the key")}
	}
	client, err := r.keyed(c)
	if err != nil {
		return err
	}
	body := &gen.CreateAPIKeyRequest{
		APIKeyType: gen.APIKeyType(request.Type), Description: request.Description, ConsumptionLimit: limitsOf(request),
		LimitPeriod: gen.LimitPeriod(request.LimitPeriod),
	}
	if body.APIKeyType == "" {
		body.APIKeyType = "INFERENCE"
	}
	if !request.Expires.IsZero() {
		body.ExpiresAt = new(expiry(request.Expires))
	}
	made, err := client.CreateAPIKey(ctx, body, ofPrivacy(request))
	if made == nil || made.Data.APIKey.IsZero() {
		return called(err)
	}
	k := &signer.Key{APIKey: signer.NewSecret(made.Data.APIKey.Reveal()), ID: made.Data.ID, Type: string(made.Data.APIKeyType),
		Description: textOf(made.Data.Description), ExpiresAt: textOf(made.Data.ExpiresAt)}
	if err := c.printKey(k); err != nil {
		return failure{exitMaybe, fmt.Errorf("%v was made, and could not be written to stdout: %w\nIts text is lost: venice-go keys revoke %s", k, err, k.ID)}
	}
	if err != nil {
		fmt.Fprintf(c.stderr, "warning: the key is on stdout, but its answer was unusual: %v\n", err)
	}
	c.remark("made %v; it is not shown again", k)
	c.warnOfPeriod(request)
	return nil
}

func limitsOf(r *signer.KeyRequest) *gen.ConsumptionLimits {
	if r.LimitUSD == nil && r.LimitDIEM == nil {
		return nil
	}
	l := &gen.ConsumptionLimits{}
	if r.LimitUSD != nil {
		l.USD = nullable.NewNullableWithValue(*r.LimitUSD)
	}
	if r.LimitDIEM != nil {
		l.DIEM = nullable.NewNullableWithValue(*r.LimitDIEM)
	}
	return l
}

func expiry(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

var keysChange = &command{
	name: "keys change", args: "ID", most: 1, short: "change limits, expiry or name of an API key",
	about:   "venice-go keys change changes what the flags name, and leaves the rest of the key as it is." + keysAbout,
	json:    "key: {" + keyMembers + "}",
	example: "venice-go keys change 01J9ZK --limit-usd 5 --limit-period lifetime",
	setUp: func(f *flags) action {
		var k keyFlags
		var r reach
		k.declareChanges(f)
		r.declareURL(f)
		return func(ctx context.Context, c *console, args []string) error {
			return changeKey(ctx, c, &k.request, &r, args)
		}
	},
}

// ofPrivacy adds the privacy of models to a request, whether its type has a field for it or not.
func ofPrivacy(request *signer.KeyRequest) venice.CallOption {
	if request.ModelPrivacy == "" {
		return nil
	}
	return venice.WithField("/modelPrivacy", request.ModelPrivacy)
}

func changeKey(ctx context.Context, c *console, request *signer.KeyRequest, r *reach, ids []string) error {
	if len(ids) != 1 {
		return failure{exitUsage, errors.New("want the id of a key: venice-go keys list shows them")}
	}
	body := &gen.UpdateAPIKeyRequest{ID: ids[0], ConsumptionLimit: limitsOf(request),
		LimitPeriod: gen.LimitPeriod(request.LimitPeriod)}
	if request.Description != "" {
		body.Description = &request.Description
	}
	if !request.Expires.IsZero() {
		body.ExpiresAt = nullable.NewNullableWithValue(expiry(request.Expires))
	}
	if body.Description == nil && body.ConsumptionLimit == nil && body.LimitPeriod == "" && request.ModelPrivacy == "" && request.Expires.IsZero() {
		return failure{exitUsage, errors.New("nothing to change: want a flag such as --limit-usd")}
	}
	client, err := r.keyed(c)
	if err != nil {
		return err
	}
	if _, err := client.UpdateAPIKey(ctx, body, ofPrivacy(request)); err != nil {
		return called(err)
	}
	is, err := client.GetAPIKey(ctx, ids[0]) // what is stored, which the echo of a change need not be
	if err != nil {
		return called(fmt.Errorf("changed, and not read back: %w", err))
	}
	l, t := listKey(&is.Data), keyTable()
	t.row(l.cells()...)
	return c.show(map[string]any{"key": l}, t)
}

var keysRevoke = &command{
	name: "keys revoke", args: "ID...", short: "delete API keys, so that they work no more",
	about:   "venice-go keys revoke deletes API keys for good, one after the other, and prints the ids of those that are gone." + keysAbout,
	json:    "revoked: list of ids",
	codes:   "1  not confirmed\n4  a key was not deleted; those before it were, and are on stdout",
	example: "venice-go keys revoke --yes 01J9ZK",
	setUp: func(f *flags) action {
		var r reach
		yes := false
		f.yes(&yes, "yes", "do not ask. Without it, stdin must be a terminal")
		r.declareURL(f)
		return func(ctx context.Context, c *console, ids []string) error { return revokeKeys(ctx, c, &r, yes, ids) }
	},
}

func revokeKeys(ctx context.Context, c *console, r *reach, yes bool, ids []string) error {
	switch {
	case len(ids) == 0:
		return failure{exitUsage, errors.New("want the ids of keys: venice-go keys list shows them")}
	case !yes && !terminal(c.stdin):
		return failure{exitUsage, errors.New("there is no terminal to ask at: say --yes to delete without being asked")}
	}
	client, err := r.keyed(c)
	if err != nil {
		return err
	}
	if !yes {
		fmt.Fprintf(c.stderr, "delete %d key(s) for good: %s\n", len(ids), strings.Join(ids, " "))
		if err := c.confirm(); err != nil {
			return err
		}
	}
	gone, t := []string{}, &table{head: []string{"REVOKED"}}
	for _, id := range ids {
		if _, err = client.DeleteAPIKey(ctx, &gen.DeleteAPIKeyParams{ID: &id}); err != nil {
			err = called(fmt.Errorf("%s: %w", id, err))
			break
		}
		gone = append(gone, id)
		t.row(id)
	}
	if len(gone) == 0 && err != nil {
		return err
	}
	return errors.Join(err, c.show(map[string]any{"revoked": gone}, t))
}

// confirm asks, and takes nothing but a yes for one.
func (c *console) confirm() error {
	fmt.Fprint(c.stderr, "Go on? [y/N] ")
	line, _ := bufio.NewReader(io.LimitReader(c.stdin, 100)).ReadString('\n') // what ends early is no yes
	switch strings.ToLower(strings.TrimSpace(line)) {
	case "y", "yes":
		return nil
	}
	return errors.New("not confirmed; nothing was sent")
}
