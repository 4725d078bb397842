// Jobs: audio and video that take the service minutes, from the queue to the finished media.

package venice

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/internal/job"
	"github.com/venice-go/venice/internal/loose"
	"github.com/venice-go/venice/internal/patience"
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

// StartAudio queues an audio job. It is billed now; [Client.QuoteAudio] tells the price before. An error that is
// [ErrMaybeBilled] may have left a job behind that nothing leads to; after any other error there is none.
func (c *Client) StartAudio(ctx context.Context, request *gen.QueueAudioRequest, opts ...CallOption) (*Job, error) {
	queued, err := c.QueueAudio(ctx, request, append(slices.Clip(opts), identified)...)
	return started(audioJob, deref(request).Model, queued, err)
}

// StartVideo queues a video job. It is billed now; [Client.QuoteVideo] tells the price before. Its errors are those of
// [Client.StartAudio].
func (c *Client) StartVideo(ctx context.Context, request *gen.QueueVideoRequest, opts ...CallOption) (*Job, error) {
	queued, err := c.QueueVideo(ctx, request, append(slices.Clip(opts), identified)...)
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
	if err := loose.Recast(queued, job); err != nil || job.QueueID == "" {
		return nil, fmt.Errorf("%w: the answer has no queue_id", ErrMaybeBilled)
	}
	job.Kind, job.Model = kind, cmp.Or(job.Model, model)
	return job, nil
}

// identified refuses an answer without the id of a job while the answer can still be kept, in the Raw of the error.
var identified = callOption(func(s *settings) error {
	s.verify = func(queued any) error {
		job := &Job{}
		err := loose.Recast(queued, job)
		if err == nil && job.QueueID == "" {
			err = errors.New("the answer has no queue_id")
		}
		return err
	}
	return nil
})

// CompleteJob deletes the media of a finished job at the service, for good. Call it when they are safe. To have
// [Client.RetrieveAudio] or [Client.RetrieveVideo] delete them instead is a risk: they are lost with an answer that is
// lost, as the service has nothing to answer with when the call is sent again.
func (c *Client) CompleteJob(ctx context.Context, job *Job, opts ...CallOption) error {
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
		err = loose.Recast(answer, &s)
	}
	if err == nil && !s.Success {
		err = fmt.Errorf("venice: the media of the %v are not deleted yet: complete it later", j)
	}
	return err
}

func (j *Job) unknown() error {
	return fmt.Errorf("venice: a job of kind %q: want %q or %q", j.Kind, audioJob, videoJob)
}

// A JobProgress is what the service says of a job that still runs.
type JobProgress struct {
	State   string        // "PROCESSING", or "COMPLETED" for a video that is at its DownloadURL; there may be others, and lower case
	Elapsed time.Duration // since the job began
	Average time.Duration // four of five such jobs take less
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
// in the job. An ended context, a connection that failed and a download that broke off leave the job as it is: await it
// again.
func (c *Client) AwaitJob(ctx context.Context, job *Job, how *Waiting, opts ...CallOption) (*gen.Media, error) {
	wait := deref(how)
	for {
		media, status, err := c.look(ctx, job, opts)
		if err != nil || media != nil {
			return media, err
		}
		progress := JobProgress{status.Word(), status.Elapsed, status.Average}
		if wait.Progress != nil {
			wait.Progress(progress)
		}
		if status.Done() {
			job.DownloadURL = cmp.Or(status.Address(), job.DownloadURL)
			if job.DownloadURL == "" {
				return nil, fmt.Errorf("venice: the %v is done, but its media are at a URL that only the answer to queueing had", job)
			}
			if wait.LeaveAtURL {
				return nil, nil
			}
			limit, err := c.idleLimit(opts)
			if err != nil {
				return nil, fmt.Errorf("venice: %w", err)
			}
			return download(ctx, wait.HTTPClient, job.DownloadURL, limit)
		}
		if err := wait.sleep(ctx, pollAfter(progress, rand.Float64())); err != nil { //nolint:gosec // jitter is no secret
			return nil, fmt.Errorf("venice: waiting for the %v: %w", job, err)
		}
	}
}

// SaveJob awaits the job and saves its media with [Save], and returns the number of bytes. With Complete it then deletes
// the media at the service; an error of that leaves the file.
func (c *Client) SaveJob(ctx context.Context, job *Job, file string, how *Waiting, opts ...CallOption) (int64, error) {
	fetch := deref(how)
	fetch.LeaveAtURL = false
	media, err := c.AwaitJob(ctx, job, &fetch, opts...)
	if err != nil {
		return 0, err
	}
	n, err := Save(media, file)
	if err == nil && fetch.Complete {
		err = c.CompleteJob(ctx, job, opts...)
	}
	return n, err
}

// look asks once: the media of a job that is done, or how far it is.
func (c *Client) look(ctx context.Context, j *Job, opts []CallOption) (*gen.Media, *job.Status, error) {
	var raw jsontext.Value // the status as it came, whatever its type has room for
	opts = append(slices.Clip(opts), callOption(func(s *settings) error { s.raw = &raw; return nil }))
	switch j.Kind {
	case audioJob:
		answer, err := c.RetrieveAudio(ctx, &gen.RetrieveAudioRequest{Model: j.Model, QueueID: j.QueueID}, opts...)
		return seen(answer, raw, "RetrieveAudio", err)
	case videoJob:
		answer, err := c.RetrieveVideo(ctx, &gen.RetrieveVideoRequest{Model: j.Model, QueueID: j.QueueID}, opts...)
		return seen(answer, raw, "RetrieveVideo", err)
	}
	return nil, nil, j.unknown()
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
	return patience.Sleep(ctx, d)
}

// seen is what an answer about a job says: its media, or its status.
func seen[T any](answer *gen.JSONOrMedia[T], body []byte, method string, err error) (*gen.Media, *job.Status, error) {
	if err == nil && answer.Media != nil {
		body, err = statusIn(answer.Media)
	}
	if err != nil {
		return nil, nil, err
	}
	if body == nil && answer.Media != nil {
		return answer.Media, nil, nil
	}
	status, odd := job.Read(body)
	if odd == nil && !status.Failed() {
		return nil, status, nil
	}
	e := &Error{Operation: method, Status: http.StatusOK, Raw: body, Response: &Response{Status: http.StatusOK}}
	switch e.read(body); {
	case e.Message != http.StatusText(e.Status): // the answer says it itself
	case odd != nil:
		e.Message, e.ours = odd.Error(), true
	default:
		e.Message = status.Failure()
	}
	return nil, status, e
}

// statusIn returns the status that the service sometimes sends as if it were media, and closes these; nil for media, of
// which nothing is lost.
func statusIn(m *gen.Media) ([]byte, error) {
	const most = 64 << 10
	if bare(m.ContentType) != "application/octet-stream" {
		return nil, nil
	}
	r := bufio.NewReaderSize(m.ReadCloser, most)
	if first, _ := r.Peek(1); string(first) == "{" {
		if all, err := r.Peek(most); errors.Is(err, io.EOF) && jsontext.Value(all).IsValid(loose.Decoding) && (loose.Members(all)["status"] != nil || loose.Members(all)["state"] != nil) {
			return all, m.Close()
		}
	}
	m.ReadCloser = struct {
		io.Reader
		io.Closer
	}{r, m.ReadCloser}
	return nil, nil
}

// idleLimit is the limit that the options of a call set, or the client's.
func (c *Client) idleLimit(opts []CallOption) (time.Duration, error) {
	s := c.pipe.settings
	err := apply(&s, opts)
	return s.idle, err
}

func download(ctx context.Context, client *http.Client, address string, limit time.Duration) (*gen.Media, error) {
	media, err := job.Download(ctx, client, address, limit)
	if status, refused := errors.AsType[job.StatusError](err); refused {
		return nil, &Error{Operation: "download", Status: int(status), Message: "the media could not be had at the download URL"}
	}
	if err != nil {
		return nil, fmt.Errorf("venice: %w", err)
	}
	return media, nil
}
