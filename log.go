// Log: a line for every attempt.

package venice

import (
	"log/slog"
	"time"
)

// log writes no URL, header or body, nor the service's words, which may repeat what it was sent.
func (x *exchange) log(err error, began time.Time, wait time.Duration) {
	if x.logger == nil {
		return
	}
	level, attrs := slog.LevelInfo, make([]slog.Attr, 0, 8)
	attrs = append(attrs, slog.String("operation", x.call.Operation.ID), slog.Int("attempt", x.attempts))
	if x.resp != nil {
		attrs = append(attrs, slog.Int("status", x.resp.StatusCode))
		if id := line(requestID(x.resp.Header), 100); id != "" {
			attrs = append(attrs, slog.String("request_id", id))
		}
	}
	attrs = append(attrs, slog.Duration("duration", x.now().Sub(began)))
	if err != nil {
		level = slog.LevelWarn
		if e, ok := answered(err); !ok {
			attrs = append(attrs, slog.String("error", line(err.Error(), 300)))
		} else if e.Code != "" {
			attrs = append(attrs, slog.String("code", line(e.Code, 100)))
		}
	}
	if wait != never {
		attrs = append(attrs, slog.Duration("wait", wait))
	}
	x.logger.LogAttrs(x.trial, level, "venice: call", attrs...)
}
