// The embeddings route: a vector for each text.

package venicetest

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strconv"

	"github.com/venice-go/venice/tests/venicetest/internal/tokens"
	"github.com/venice-go/venice/tests/venicetest/internal/vector"
)

const checkedNumbers = 1 << 17 // of an answer; with more of them it is only slow to check each

// embed runs without the handler's lock, as chat does.
func (h *Handler) embed(r *request) answer {
	var q struct {
		Input          json.RawMessage
		Dimensions     float64
		EncodingFormat string `json:"encoding_format"`
	}
	if err := json.Unmarshal(r.raw, &q); err != nil {
		return invalid(nil, err.Error())
	}
	var texts []string
	if json.Unmarshal(q.Input, &texts) != nil {
		texts = make([]string, 1)
		_ = json.Unmarshal(q.Input, &texts[0]) // the description has no third form
	}
	h.lock()
	refusal := h.afford(r, 0)
	m, unknown := h.modelOf(r, "embedding")
	id := h.uuid()
	h.mu.Unlock()
	switch {
	case refusal != nil:
		return *refusal
	case unknown != nil:
		return *unknown
	}
	size := m.Embedding.Dimensions
	if q.Dimensions != 0 {
		if !m.Embedding.Custom && int(q.Dimensions) != size {
			return invalid([]string{"dimensions"}, fmt.Sprintf("dimensions is not supported by model %s", m.ID))
		}
		if int(q.Dimensions) > size {
			return invalid([]string{"dimensions"}, fmt.Sprintf("Number must be less than or equal to %d", size))
		}
		size = int(q.Dimensions)
	}
	data, used := []any{}, 0
	for i, text := range texts {
		n := tokens.Count(text)
		if used += n; n > m.Embedding.Most {
			return invalid([]string{"input", strconv.Itoa(i)}, fmt.Sprintf("The text has %d tokens. The model %s takes %d at most.", n, m.ID, m.Embedding.Most))
		}
		if text == "" {
			return invalid([]string{"input", strconv.Itoa(i)}, "String must contain at least 1 character(s)")
		}
		var v any = vector.Of(m.ID, text, m.Embedding.Dimensions, size)
		if q.EncodingFormat == "base64" {
			v = inBase64(v.([]float32))
		}
		data = append(data, map[string]any{"object": "embedding", "index": i, "embedding": v})
	}
	price := money(m.Embedding.Input.Per(1))
	h.lock()
	h.charge(r, bill{model: m, id: id, items: []item{{"embedding-mtoken", float64(used) / 1e6, price * 1e6, price * money(used)}}, prompt: used})
	h.mu.Unlock()
	a := answer{status: http.StatusOK, header: modelHeaders(m), body: map[string]any{
		"object": "list", "model": m.ID, "data": data, "usage": map[string]any{"prompt_tokens": used, "total_tokens": used},
	}}
	a.outside = q.EncodingFormat == "base64" || len(texts)*size > checkedNumbers // the description knows numbers alone
	return a
}

// inBase64 is a vector as little-endian floats of 32 bits.
func inBase64(v []float32) string {
	var b []byte
	for _, x := range v {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	return base64.StdEncoding.EncodeToString(b)
}
