// Jobs: queued, waited for, fetched, completed.

package venicetest

import (
	"net/http"
	"time"

	"github.com/venice-go/venice/tests/venicetest/internal/catalog"
)

const (
	pollsOfJob = 2                // answers of PROCESSING before a job is done,
	timeOfJob  = 20 * time.Second // unless so much time has passed by the fake's clock
	ageOfJob   = 24 * time.Hour   // after which its id is unknown
	invalidJob = "Request ID is invalid."
)

// A job makes a file.
type job struct {
	id, kind string // "audio", "video" or "voice"
	caller   *request
	model    *catalog.Model
	prompt   string
	bill     bill
	billed   bool
	queued   time.Time
	polls    int
	once     bool // the file is handed out once
	file     func() ([]byte, error)
	media    string
	link     string // path of the address where the file will be, or "": it is the answer
	gone     bool
	refunded bool
}

// enqueue takes a job on. A key pays now; a wallet when the provider takes the job, which it does before the next
// request of the wallet.
func (h *Handler) enqueue(r *request, j job) *answer {
	if refusal := h.afford(r, j.bill.total()); refusal != nil {
		return refusal
	}
	j.id = h.uuid()
	j.caller = &request{key: r.key, wallet: r.wallet} // without the body, which may be large
	j.queued, j.bill.id, j.bill.model = h.now(), j.id, j.model
	if j.link != "" {
		j.link += h.randomHex(16) + ".mp4"
	}
	h.jobs = append(h.jobs, &j)
	if r.key != nil {
		h.chargeJob(&j)
	}
	return nil
}

func (h *Handler) chargeJob(j *job) {
	if !j.billed {
		j.billed = true
		h.charge(j.caller, j.bill)
	}
}

// takeJobs charges a wallet for the jobs that it has queued.
func (h *Handler) takeJobs(w *wallet) {
	for _, j := range h.jobs {
		if j.caller.wallet == w {
			h.chargeJob(j)
		}
	}
}

// jobOf finds the job that a request of the same caller names.
func (h *Handler) jobOf(r *request, kind string) *job {
	for _, j := range h.jobs {
		if j.id == r.text("queue_id") && j.kind == kind && j.model.ID == r.text("model") && j.caller.owner() == r.owner() &&
			h.now().Sub(j.queued) < ageOfJob {
			return j
		}
	}
	return nil
}

// retrieve answers with the progress of a job, its failure, or its file.
func (h *Handler) retrieve(r *request, kind string) answer {
	j := h.jobOf(r, kind)
	switch {
	case j == nil && kind == "video":
		return refuse(http.StatusBadRequest, invalidJob)
	case j == nil || j.gone:
		return refuse(http.StatusNotFound, "Media could not be found. The request may have expired, or the media were deleted.")
	}
	elapsed := max(h.now().Sub(j.queued), time.Duration(j.polls+1)*time.Second)
	progress := map[string]any{
		"status": "PROCESSING", "average_execution_time": timeOfJob.Milliseconds(), "execution_duration": elapsed.Milliseconds(),
	}
	if j.polls < pollsOfJob && h.now().Sub(j.queued) < timeOfJob {
		j.polls++
		return ok(progress)
	}
	if failure := h.failJob(j); failure != nil {
		return *failure
	}
	a := answer{status: http.StatusOK, media: j.media, header: modelHeaders(j.model)}
	if j.link != "" {
		progress["status"] = "COMPLETED"
		return ok(progress)
	}
	j.gone = j.once || r.yes("delete_media_on_completion", false)
	h.unlocked(func() { a.raw, a.fault = j.file() })
	return a
}

// failJob is how a job fails whose prompt orders it, or nil. The price is given back.
func (h *Handler) failJob(j *job) *answer {
	switch {
	case orders(j.prompt, markRefused) && j.kind == "video":
		h.refund(j)
		return &answer{status: http.StatusUnprocessableEntity, body: map[string]any{"error": map[string]any{
			"message": "The provider refused the content of this job.", "type": "provider_content_policy", "credits_refunded": true,
			"recommended_model": catalog.Find("default", j.model.Kind).ID,
		}}}
	case orders(j.prompt, markRefused):
		h.refund(j)
		return &answer{status: http.StatusUnprocessableEntity, body: map[string]any{
			"error": "The provider refused the content of this job.", "credits_refunded": true,
		}}
	case orders(j.prompt, markBroken):
		h.refund(j)
		return &answer{status: http.StatusInternalServerError, body: map[string]any{
			"error": "The job failed while it was processed.", "credits_refunded": true,
		}}
	case orders(j.prompt, markFailed):
		h.refund(j)
		return &answer{status: http.StatusOK, outside: true, body: map[string]any{"status": "FAILED", "error": "generation failed"}}
	}
	return nil
}

// refund gives the price of a job back, once.
func (h *Handler) refund(j *job) {
	if !j.billed || j.refunded {
		return
	}
	j.refunded = true
	if w := j.caller.wallet; w != nil {
		r := h.row("REFUND", j.bill.total(), h.now())
		r.model, r.request = j.model.ID, j.id
		w.enter(r)
		return
	}
	back := j.bill
	back.items = nil
	for _, i := range j.bill.items {
		i.units, i.amount = -i.units, -i.amount
		back.items = append(back.items, i)
	}
	h.charge(j.caller, back)
}

// completeJob deletes the file of a job.
func (h *Handler) completeJob(r *request, kind string) answer {
	j := h.jobOf(r, kind)
	if j == nil {
		return refuse(http.StatusBadRequest, invalidJob)
	}
	j.gone = true
	return ok(map[string]any{"success": true})
}

// serveMedia hands out the file of a job at its address, to everybody who knows it.
func (h *Handler) serveMedia(w http.ResponseWriter, r *http.Request) {
	h.lock()
	var found *job
	for _, j := range h.jobs {
		if j.link == r.URL.Path && !j.gone && h.now().Sub(j.queued) < ageOfJob {
			found = j
		}
	}
	h.mu.Unlock()
	if found == nil {
		http.NotFound(w, r)
		return
	}
	file, err := found.file()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", found.media)
	w.Write(file)
}
