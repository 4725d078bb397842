// Tests of jobs: their pace, and what of an odd answer to queueing is good enough.

package venice

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/venice-go/venice/internal/job"
)

func TestPollAfter(t *testing.T) {
	for _, c := range []struct {
		elapsed, average float64 // milliseconds
		want             time.Duration
	}{
		{0, 0, time.Second},
		{0, 15_005.5, 1500550 * time.Microsecond},
		{-5, -5, time.Second},
		{300, 5_000, time.Second},
		{300, 145_000, 14500 * time.Millisecond},
		{200_000, 145_000, 20 * time.Second}, // slower than most: look less often
		{1, 1e300, 30 * time.Second},
		{1e300, 1, 30 * time.Second},
	} {
		status, err := job.Read(fmt.Appendf(nil, `{"status":"PROCESSING","execution_duration":%v,"average_execution_time":%v}`, c.elapsed, c.average))
		if err != nil {
			t.Fatal(err)
		}
		p := JobProgress{Elapsed: status.Elapsed, Average: status.Average}
		for random, factor := range map[float64]float64{0: 0.8, 0.5: 1, 1: 1.2} {
			if got, want := pollAfter(p, random), time.Duration(float64(c.want)*factor); (got - want).Abs() > time.Microsecond {
				t.Errorf("%v, random %v: got %v, want %v", c, random, got, want)
			}
		}
	}
}

// A job that was queued is not lost over what else is in the answer. The answers of today's operations have nothing but
// texts, which take anything.
func TestVerifiedAnswerMayBeOdd(t *testing.T) {
	for body, wants := range map[string]bool{`{"queue_id":"q","times":{}}`: true, `{"times":{}}`: false, `{"queue_id":"q","times":[]}`: true, `{}`: false, `[]`: false} {
		var queued struct {
			QueueID string    `json:"queue_id,omitzero"`
			Times   []float64 `json:"times,omitzero"`
		}
		x := &exchange{
			call:     call{op: &Operation{Name: "Op", Effect: EffectQueue}, result: &queued},
			settings: settings{limit: 100},
			resp:     &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))},
		}
		if err := identified(&x.settings); err != nil {
			t.Fatal(err)
		}
		err := answering{refuse: refusing{now: time.Now}}.decode(x)
		if (err == nil) != wants || !wants && !errors.Is(err, ErrMaybeSent) {
			t.Errorf("%s: %v", body, err)
		}
	}
}
