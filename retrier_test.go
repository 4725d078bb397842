// Tests of an Auth that makes good for refusals.

package venice_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/venice-go/venice"
)

// A renewing Auth numbers its credentials and answers refusals with retry.
type renewing struct {
	numbered
	asked []int // the statuses it was asked about
	retry func(context.Context, *venice.Client) (bool, error)
}

func (r *renewing) Retry(ctx context.Context, client *venice.Client, op *venice.Operation, refusal *venice.Error) (bool, error) {
	r.asked = append(r.asked, refusal.Status)
	if op.Name != refusal.Operation {
		return false, fmt.Errorf("asked about %s for %s", refusal.Operation, op.Name)
	}
	return r.retry(ctx, client)
}

var _ venice.Retrier = (*renewing)(nil)

// refused answers each request with the next status, 200 after the last, and keeps the credentials that came.
func refused(t *testing.T, auth *renewing, statuses []int, options ...venice.ClientOption) (*venice.Client, *sleeper, *[]string) {
	var seen []string
	client, s := quick(t, func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.Header.Get("Authorization"))
		status := 200
		if len(seen) <= len(statuses) {
			status = statuses[len(seen)-1]
		}
		answer(status, "application/json", `{}`)(w, r)
	}, append([]venice.ClientOption{venice.WithAuth(auth)}, options...)...)
	return client, s, &seen
}

func yes(context.Context, *venice.Client) (bool, error) { return true, nil }

func TestRetrier(t *testing.T) {
	for _, effect := range effects {
		for _, c := range []struct {
			statuses []int
			attempts int
			requests int   // that the service sees
			status   int   // of the error; 0: none
			asked    []int // about which statuses
		}{
			{[]int{401}, 4, 2, 0, []int{401}},
			{[]int{402}, 4, 2, 0, []int{402}},
			{[]int{401, 401}, 4, 2, 401, []int{401}}, // it is asked once
			{[]int{402, 401}, 4, 2, 401, []int{402}},
			{[]int{401}, 1, 1, 401, []int{401}}, // it may learn for the next call
			{[]int{400}, 4, 1, 400, nil},
			{[]int{403}, 4, 1, 403, nil},
		} {
			auth := &renewing{retry: yes}
			client, s, seen := refused(t, auth, c.statuses)
			request := postOf(effect)
			request.Options = append(request.Options, venice.WithMaxAttempts(c.attempts))
			_, err := venice.DoerOf(client).Do(t.Context(), request)
			status := 0
			if err != nil {
				status = asError(t, err).Status
			}
			if len(*seen) != c.requests || status != c.status || !slices.Equal(auth.asked, c.asked) || len(s.slept) > 0 && s.slept[0] > 0 {
				t.Errorf("%s, %v: %d requests, asked about %v, slept %v, %v", effect, c.statuses, len(*seen), auth.asked, s.slept, err)
			}
			if c.requests == 2 && !slices.Equal(*seen, []string{"1", "2"}) {
				t.Errorf("%s, %v: credentials %q: want new ones", effect, c.statuses, *seen)
			}
		}
	}
}

func TestRetrierSaysWhyNot(t *testing.T) {
	poor := errors.New("the allowance is spent")
	auth := &renewing{retry: func(context.Context, *venice.Client) (bool, error) { return false, poor }}
	client, _, seen := refused(t, auth, []int{402})
	_, err := get(t.Context(), client)
	wantText(t, err, "402", "; not sent again: the allowance is spent")
	if !errors.Is(err, poor) || !errors.Is(err, venice.ErrPaymentRequired) || errors.Is(err, venice.ErrMaybeSent) || len(*seen) != 1 {
		t.Errorf("%d requests, %v", len(*seen), err)
	}

	auth.retry = func(context.Context, *venice.Client) (bool, error) { return false, venice.ErrMaybeSent }
	client, _, _ = refused(t, auth, []int{401})
	_, err = venice.DoerOf(client).Do(t.Context(), postOf(venice.EffectQueue))
	if wantText(t, err, "401", "; the request may have been carried out"); !errors.Is(err, venice.ErrMaybeSent) {
		t.Errorf("%v is not ErrMaybeSent", err)
	}
}

// The place of a call that is made good for is free for the calls that this takes.
func TestRetrierCallsTheService(t *testing.T) {
	auth := &renewing{}
	auth.retry = func(ctx context.Context, client *venice.Client) (bool, error) {
		_, err := get(ctx, client)
		return err == nil, err
	}
	client, _, seen := refused(t, auth, []int{402}, venice.WithMaxInFlight(1))
	for range 2 { // and is given back
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		if _, err := get(ctx, client); err != nil {
			t.Fatal(err)
		}
	}
	if want := []string{"1", "2", "3", "4"}; !slices.Equal(*seen, want) {
		t.Errorf("credentials %q, want %q: the call, the one to make good for it, the call again, the next call", *seen, want)
	}
}
