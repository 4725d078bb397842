// Jobs: audio and video that take the service minutes, from the queue to the finished media.

package venice

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"

	"github.com/venice-go/venice/gen"
)

// ErrMaybeBilled means that a job may have been queued, and billed, although its id is lost: the service has no list of
// jobs to find it in. It is never queued again by itself; doing so may pay for it twice. If there was an answer, the Raw
// of the [*Error] that comes with it may still have the id.
var ErrMaybeBilled = errors.New("venice: the job may be queued and billed, but its id is lost")

// A Job is an audio or video job at the service. Marshal it to JSON to come back to it after a restart: Kind, Model and
// QueueID are enough, but for the models that give a DownloadURL. Jobs are billed when queued; a video's id is good for
// 24 hours. Printing a Job leaves the DownloadURL out; its JSON does not, nor does fmt when a Job is an unexported field
// of another struct.
type Job struct {
	Kind        string `json:"kind"`                   // "audio" or "video"
	Model       string `json:"model"`                  // as the service names it
	QueueID     string `json:"queue_id"`               // id of the job
	DownloadURL string `json:"download_url,omitempty"` // where the video will be, if the service said; whoever has it has the video
}

// The kinds of job.
const (
	audioJob = "audio"
	videoJob = "video"
)

// Format prints kind, model and id, whatever the verb.
func (j Job) Format(s fmt.State, _ rune) { fmt.Fprint(s, j.text()) }

// LogValue is what [slog] shows of a job: kind, model and id.
func (j Job) LogValue() slog.Value { return slog.StringValue(j.text()) }

func (j Job) text() string { return j.Kind + " job " + j.QueueID + " of " + j.Model }

// StartAudio queues an audio job. It is billed now; [gen.API.QuoteAudio] tells the price before. An error that is
// [ErrMaybeBilled] may have left a job behind that nothing leads to; after any other error there is none.
func (c *Client) StartAudio(ctx context.Context, request *gen.QueueAudioRequest, opts ...gen.CallOption) (*Job, error) {
	queued, err := c.QueueAudio(ctx, request, append(slices.Clip(opts), identified{})...)
	return started(audioJob, deref(request).Model, queued, err)
}

// StartVideo queues a video job. It is billed now; [gen.API.QuoteVideo] tells the price before. Its errors are those of
// [Client.StartAudio].
func (c *Client) StartVideo(ctx context.Context, request *gen.QueueVideoRequest, opts ...gen.CallOption) (*Job, error) {
	queued, err := c.QueueVideo(ctx, request, append(slices.Clip(opts), identified{})...)
	return started(videoJob, deref(request).Model, queued, err)
}

// started makes a job of the answer to queueing, which has the names of a Job's JSON.
func started(kind, model string, queued any, err error) (*Job, error) {
	if err != nil {
		if errors.Is(err, ErrMaybeSent) {
			err = fmt.Errorf("%w: %w", ErrMaybeBilled, err)
		}
		return nil, err
	}
	job := &Job{}
	if err := recast(queued, job); err != nil || job.QueueID == "" {
		return nil, fmt.Errorf("%w: the answer has no queue_id", ErrMaybeBilled)
	}
	job.Kind, job.Model = kind, cmp.Or(job.Model, model)
	return job, nil
}

// identified is a call option that refuses an answer without the id of a job while the answer can still be kept, in the
// Raw of the error.
type identified struct{ result any }

func (identified) ApplyCall(c *gen.Call) { c.Result = &identified{c.Result} }

func (q *identified) UnmarshalJSON(b []byte) error {
	job := &Job{}
	err := cmp.Or(unmarshal(b, q.result), recast(q.result, job))
	if err == nil && job.QueueID == "" {
		err = errors.New("the answer has no queue_id")
	}
	return err
}

// Waiting says how to wait for a job. Its zero value, like nil, is good for most.
type Waiting struct {
	// Progress, if not nil, is called after each look at a job that still runs.
	Progress func(JobProgress)
	// LeaveAtURL makes AwaitJob return no media when they are at the job's DownloadURL, for callers that only want the URL.
	LeaveAtURL bool
	// Complete makes SaveJob delete the media at the service once they are saved. By default they stay until the service
	// deletes them, which for video is within 24 hours.
	Complete bool
	// HTTPClient fetches the DownloadURL, which is no part of the API: it is given neither credentials nor cookies, and
	// https only, redirects included. The default is a client over [http.DefaultTransport].
	HTTPClient *http.Client
	// Sleep waits between two looks, and returns the error of a context that ends before. The default is to wait.
	Sleep func(context.Context, time.Duration) error
}

// AwaitJob looks at the job until it is done and returns its media, for the caller to close. The job may come from
// another process. It looks as often as a tenth of the time that such jobs take, which is between 1 and 30 seconds, give
// or take a fifth.
//
// A failed job is an [*Error], often [ErrContentPolicy]. A DownloadURL that the service gives when the job is done is noted
// in the job. An ended context, a connection that failed and a download that
// broke off leave the job as it is: await it again.
func (c *Client) AwaitJob(ctx context.Context, job *Job, how *Waiting, opts ...gen.CallOption) (*gen.Media, error) {
	if how == nil {
		how = &Waiting{}
	}
	for {
		media, status, err := c.look(ctx, job, opts)
		if err != nil || media != nil {
			return media, err
		}
		progress := status.progress()
		if how.Progress != nil {
			how.Progress(progress)
		}
		if status.done() {
			job.DownloadURL = cmp.Or(status.address(), job.DownloadURL)
			if job.DownloadURL == "" {
				return nil, fmt.Errorf("venice: the %v is done, but its media are at a URL that only the answer to queueing had", job)
			}
			if how.LeaveAtURL {
				return nil, nil
			}
			idle, err := c.idleLimit(opts)
			if err != nil {
				return nil, fmt.Errorf("venice: %w", err)
			}
			return download(ctx, how.HTTPClient, job.DownloadURL, idle)
		}
		if err := how.sleep(ctx, pollAfter(progress, rand.Float64())); err != nil { //nolint:gosec // jitter is no secret
			return nil, fmt.Errorf("venice: waiting for the %v: %w", job, err)
		}
	}
}

// SaveJob awaits the job and saves its media with [Save], and returns the number of bytes. With Complete it then deletes
// the media at the service; an error of that leaves the file.
func (c *Client) SaveJob(ctx context.Context, job *Job, file string, how *Waiting, opts ...gen.CallOption) (int64, error) {
	if how == nil {
		how = &Waiting{}
	}
	fetch := *how
	fetch.LeaveAtURL = false
	media, err := c.AwaitJob(ctx, job, &fetch, opts...)
	if err != nil {
		return 0, err
	}
	n, err := Save(media, file)
	if err == nil && how.Complete {
		err = c.CompleteJob(ctx, job, opts...)
	}
	return n, err
}

// CompleteJob deletes the media of a finished job at the service, for good. Call it when they are safe. To have
// [gen.API.RetrieveAudio] or [gen.API.RetrieveVideo] delete them instead is a risk: they are lost with an answer that is
// lost, as the service has nothing to answer with when the call is sent again.
func (c *Client) CompleteJob(ctx context.Context, job *Job, opts ...gen.CallOption) error {
	switch job.Kind {
	case audioJob:
		return job.completed(c.CompleteAudio(ctx, &gen.CompleteAudioRequest{Model: job.Model, QueueID: job.QueueID}, opts...))
	case videoJob:
		return job.completed(c.CompleteVideo(ctx, &gen.CompleteVideoRequest{Model: job.Model, QueueID: job.QueueID}, opts...))
	}
	return job.unknown()
}

func (j *Job) completed(answer any, err error) error {
	var s struct{ Success bool }
	if err == nil {
		err = recast(answer, &s)
	}
	if err == nil && !s.Success {
		err = fmt.Errorf("venice: the media of the %v are not deleted yet: complete it later", j)
	}
	return err
}

// look asks once: the media of a job that is done, or how far it is.
func (c *Client) look(ctx context.Context, job *Job, opts []gen.CallOption) (*gen.Media, *jobStatus, error) {
	raw := new(unread)
	opts = append(slices.Clip(opts), raw)
	switch job.Kind {
	case audioJob:
		answer, err := c.RetrieveAudio(ctx, &gen.RetrieveAudioRequest{Model: job.Model, QueueID: job.QueueID}, opts...)
		return seen(answer, raw.body, "RetrieveAudio", err)
	case videoJob:
		answer, err := c.RetrieveVideo(ctx, &gen.RetrieveVideoRequest{Model: job.Model, QueueID: job.QueueID}, opts...)
		return seen(answer, raw.body, "RetrieveVideo", err)
	}
	return nil, nil, job.unknown()
}

func (j *Job) unknown() error {
	return fmt.Errorf("venice: a job of kind %q: want %q or %q", j.Kind, audioJob, videoJob)
}

// pollAfter is how long to wait before the next look: waiting costs at most about a tenth of the time that the job takes
// anyway. The random number from 0 to 1 keeps callers apart that queued together.
func pollAfter(p JobProgress, random float64) time.Duration {
	wait := min(max(p.Average/10, p.Elapsed/10, time.Second), 30*time.Second)
	return time.Duration(float64(wait) * (0.8 + 0.4*random))
}

func (w *Waiting) sleep(ctx context.Context, d time.Duration) error {
	if w.Sleep != nil {
		return w.Sleep(ctx, d)
	}
	return sleep(ctx, d)
}
